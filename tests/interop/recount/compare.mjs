// SPDX-License-Identifier: Apache-2.0
// The browser's recount (pages/recount-*.js) against the C one, on good files, on hundreds of spoilt ones, and on walks that keep to declared steps or not: both accept with the same
// numbers, or both refuse and name the same case.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";

const [tool, pages, scratch, rounds] = [process.argv[2], process.argv[3], process.argv[4], Number(process.argv[5])];
for (const script of ["recount-hash.js", "recount-core.js", "recount-commit.js", "recount-count.js"])
	vm.runInThisContext(fs.readFileSync(path.join(pages, script), "utf8"));

// A small generator: the same spoilt files in every run of ./test, others in each with --long. PL_SEED repeats one.
const seed = Number(process.env.PL_SEED || (process.env.PL_LONG === "1" ? Date.now() % 4294967296 : 20211));
console.log(`PL_SEED=${seed}`);
let state = seed;
const random = (n) => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) / 4294967296 * n | 0;

function ours(text) {
	try {
		const { result: r } = PellucidRecount.recountText(text);
		const cells = r.tables.map((t) => t.cells.map((c) => `${c[0] ?? ""}/${c[1] ?? ""}=${c[2]}`).sort()).flat();
		return { ok: true, numbers: [r.rows, r.cases, r.unopened, r.erased, r.lost, r.late, r.days, r.daysMissing, r.unconfirmed,
			r.refused, r.steps, r.daysLate, r.latest, r.lateDays.length, r.drawable.length,
			...(r.declarations ? [r.declarations.at(-1), ...r.declarations.slice(0, -1)] : []).map((d) => d.cases), ...r.totals.map((t) => t.value)].join(" "), cells: cells.join(" ") };
	} catch (e) {
		if (!(e instanceof PellucidRecount.RecountRefusal))
			throw e;
		return { ok: false, words: e.message };
	}
}

function theirs(line) {
	if (!line.startsWith("ok "))
		return { ok: false, words: line.slice(3) };
	const words = line.slice(3).split(" ");
	const numbers = words.filter((w) => !w.includes("/"));
	// The order of cells is by row and column in C; compared as a set.
	return { ok: true, numbers: numbers.join(" "), cells: words.filter((w) => w.includes("/")).sort().join(" ") };
}

function spoil(text) {
	const lines = text.split("\n");
	const at = random(lines.length - 1), other = random(lines.length - 1);
	switch (random(7)) {
	case 0:
		lines.splice(at, 1);
		break;
	case 1:
		[lines[at], lines[other]] = [lines[other], lines[at]];
		break;
	case 2:
		lines.splice(at, 0, lines[other]);
		break;
	case 3: { // another word of the same line
		const words = lines[at].split(" ");
		const k = random(words.length);
		words[k] = words[random(words.length)];
		lines[at] = words.join(" ");
		break;
	}
	case 4: { // the same word of another line
		const words = lines[at].split(" "), more = lines[other].split(" ");
		const k = random(words.length);
		words[k] = more[Math.min(k, more.length - 1)];
		lines[at] = words.join(" ");
		break;
	}
	case 5: { // one character
		const k = random(lines[at].length || 1);
		lines[at] = lines[at].slice(0, k) + "0123456789abcdef -~Z,:|=!"[random(25)] + lines[at].slice(k + 1);
		break;
	}
	default:
		lines[at] = lines[at].replace(/rejected|granted|none/, ["rejected", "granted", "none", "~", "."][random(5)]);
	}
	return lines.join("\n");
}

// With open rows, and one whose totals are stated for shut ones.
const good = ["make", "shut", "anew", "anew-shut"].map((verb) => {
	const made = spawnSync(tool, [verb, "150"], { maxBuffer: 1 << 28, encoding: "utf8" });
	if (made.status !== 0)
		throw new Error(`openings-tool ${verb}: ${made.stderr}`);
	return made.stdout;
});
const texts = [...good];
while (texts.length <= rounds)
	texts.push(spoil(good[[0, 2, 1, 0, 2, 3][texts.length % 6]]));
// Declarations and what is stated stand in the first lines, which are few among many.
const fronts = good.map((t) => t.slice(0, t.indexOf("\nrow ")));
while (texts.length <= 2 * rounds) {
	const k = texts.length % good.length;
	texts.push(spoil(fronts[k]) + good[k].slice(fronts[k].length));
}
// Whole files of a register that declares steps: each leads to its heads, and only some keep to the steps.
const walked = texts.length;
for (let seed = 1; seed <= 300; seed++) {
	const made = spawnSync(tool, ["steps", String(seed)], { maxBuffer: 1 << 28, encoding: "utf8" });
	if (made.status !== 0)
		throw new Error(`openings-tool steps: ${made.stderr}`);
	texts.push(made.stdout);
}
const files = texts.map((t, i) => {
	const name = path.join(scratch, `${i}.openings`);
	fs.writeFileSync(name, t);
	return name;
});
const counted = spawnSync(tool, ["count"], { input: files.join("\n") + "\n", maxBuffer: 1 << 28, encoding: "utf8" });
if (counted.status !== 0)
	throw new Error(`openings-tool count: ${counted.stderr}`);
const lines = counted.stdout.split("\n");
let accepted = 0, refused = 0, failed = 0, kept = 0, broken = 0, walks = 0, alone = 0;
const caseOf = (words) => (/^(case \d+, revision \d+|heartbeat in line \d+)/.exec(words) || [""])[0];
// A declaration or a line that cannot be read is noticed by the one before, by the other while it counts; but two that each name a case name
// the same one.
const sameCase = (a, b) => !caseOf(a) || !caseOf(b) || caseOf(a) === caseOf(b);
texts.forEach((text, i) => {
	const a = ours(text), b = theirs(lines[i]);
	const agree = a.ok === b.ok && (a.ok ? a.numbers === b.numbers && a.cells.split(" ").sort().join(" ") === b.cells :
		sameCase(a.words, b.words));
	if (!agree) {
		failed++;
		console.log(`FAIL - file ${i}:\n    script ${JSON.stringify(a)}\n    C      ${JSON.stringify(b)}`);
	}
	accepted += a.ok;
	refused += !a.ok;
	if (i >= walked) {
		const why = /(?:no step that the declaration names: |it begins with )(.*)$/s;
		// Such a file is refused for its steps and nothing else, in the same words.
		if (!a.ok && (!why.test(a.words) || why.exec(a.words)[1] !== why.exec(b.words)?.[1])) {
			failed++;
			console.log(`FAIL - walk ${i - walked + 1}:\n    script ${a.words}\n    C      ${b.words}`);
		}
		kept += a.ok;
		broken += !a.ok;
		alone += !a.ok && /two persons decide on/.test(a.words);
		walks += a.ok && Number(a.numbers.split(" ")[10]) > 0;
	}
});
for (const text of good)
	if (!ours(text).ok) {
		failed++;
		console.log("FAIL - a good file is refused");
	}
// A row that is presented under another declaration than its own, by its mark or by where that ended: named, in the same words.
const { head: anew } = PellucidRecount.recountText(good[2]), [first, second] = anew.earlier.map((e) => e.until);
const wrongly = { "its mark": [good[2].replace(/^(row 1 0 \S+ - )open-1 /m, "$1open "), /^case 1, revision 0 .*wrong declaration/],
	"a later mark": [good[2].replace(/^(row 1 0 \S+ - )open-1 /m, "$1open-2 "), /^case 1, revision 0 .*wrong declaration/],
	"the same fields, other totals": [good[2].replace(/^(row 101 0 \S+ - )open /m, "$1open-2 "), /^case 101, revision 0 .*wrong declaration/],
	"where it ended": [good[2].replace(`\nearlier ${second} `, `\nearlier ${second + 1} `), /^case 100, revision 0 .*wrong declaration/],
	"both": [good[2].replace(`\nearlier ${first} `, `\nearlier ${first + 1} `).replace(/^(row 50 0 \S+ - )open-2 /m, "$1open-1 "), /^case 50, revision 0/],
	"a year that is none here": [good[2].replace(/^(last \S+ \S+ \S+ )2021/m, (_, before) => `${before}8021`), /expected the lines? /],
	"a number that is none": [good[2].replace(/^(row 1 0 \S+ - )open-1 /m, "$1open-3 "), /expected/],
	"a total that changed": [good[2].replace("total requests count\n", "total requests count country=at\n").replace(/^declaration (\d+)/m, (_, n) => `declaration ${Number(n) + 11}`), /requests means something else/] };
for (const [name, [text, words]] of Object.entries(wrongly)) {
	fs.writeFileSync(path.join(scratch, "wrongly"), text);
	const a = ours(text), b = theirs(spawnSync(tool, ["count"], { input: path.join(scratch, "wrongly") + "\n", encoding: "utf8" }).stdout.split("\n")[0]);
	if (text === good[2] || a.ok || b.ok || !words.test(a.words) || !words.test(b.words)) {
		failed++;
		console.log(`FAIL - a row presented wrongly (${name}):\n    script ${JSON.stringify(a)}\n    C      ${JSON.stringify(b)}`);
	}
}
const partly = PellucidRecount.recountText(good[2]).result.partly.map((t) => `${t.name} ${t.of}`).join("; ");
if (!/countries 1,2; .*size-sum 2.*by-size 2/.test(partly) || !/rejected 1,3/.test(partly) || /requests/.test(partly)) {
	failed++;
	console.log(`FAIL - what only some declarations count: ${partly}`);
}
// Heartbeats that came late, in the good files.
if (!good.slice(0, 2).every((text) => PellucidRecount.recountText(text).result.daysLate > 5)) {
	failed++;
	console.log("FAIL - no late heartbeats: the test makes too few");
}
// What an auditor's words draw, and one who names other cases.
const shutAt = path.join(scratch, "1.openings"), shutDigest = PellucidRecount.hex(PellucidRecount.sha256(PellucidRecount.utf8.encode(good[1])));
const shutCounted = PellucidRecount.recountText(good[1]).result;
let drawnAlike = 0;
for (const [words, count] of [["dice-4-1-6", 12], ["Würfel", 1], ["x", 100], ["y", 1000], ["z".repeat(256), 30]]) {
	const c = spawnSync(tool, ["draw", shutAt, words, String(count)], { encoding: "utf8" }).stdout.trim();
	const drawn = PellucidRecount.drawSample(shutCounted.drawable, PellucidRecount.digestOf(shutDigest), words, count);
	const said = { words, drawn, among: shutCounted.drawable.length }, other = [...drawn.slice(0, -1), drawn.at(-1) + 1];
	const why = (p) => PellucidRecount.compareSample({ ...said, ...p }, shutDigest, shutCounted);
	const told = [why({}), why({ drawn: other }), why({ among: 1 }), why({ words: "other" }), why({ words: "z".repeat(257) }), why({ drawn: [...drawn, 1e6] })];
	const fits = c === drawn.join(" ") && told[0] === null && /^the words of the draw give case \d+ where the auditor names \d+$/.test(told[1]) &&
		/drew among 1 cases, the file has/.test(told[2]) && (count === 1 || count > 900 || /the words of the draw give case/.test(told[3])) && /1 to 256 bytes/.test(told[4]) && told[5] !== null;
	drawnAlike += fits;
	if (!fits) {
		failed++;
		console.log(`FAIL - drawn by "${words}":\n    script ${drawn.join(" ")}\n    C      ${c}\n    ${told.join("\n    ")}`);
	}
}
if (PellucidRecount.compareSample({ words: "x", drawn: [1], among: 1 }, shutDigest, PellucidRecount.recountText(good[0]).result) === null) {
	failed++;
	console.log("FAIL - a sample of open rows says something");
}
if (refused < rounds / 2) {
	failed++;
	console.log(`FAIL - only ${refused} of ${rounds} spoilt files are refused: the test spoils too little`);
}
if (kept < 60 || broken < 60 || walks < 30 || alone < 20 || alone > 80) {
	failed++;
	console.log(`FAIL - of 300 walks ${kept} keep to the steps, ${walks} of them move, ${broken} do not, ${alone} begin where two decide: the test walks too little`);
}
console.log(`${failed ? "FAIL" : "ok"} - ${accepted} accepted alike, ${refused} refused alike, ${drawnAlike} samples drawn alike`);
process.exit(failed ? 1 : 0);
