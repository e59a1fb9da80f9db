// SPDX-License-Identifier: Apache-2.0
// Reads an openings file (docs/formats/openings.md): texts, the declaration, the head, lines. recount-commit.js computes what a row is
// committed to, recount-count.js checks the order and counts; with recount-hash.js and the language they need nothing else: the same
// files run in the portal's workers, in the page that is one file, and under Node. Written from the format pages, not from the C code;
// tests/interop compares the two.
//
// Refusals are thrown as RecountRefusal with words that name the row.
"use strict";
(function (root) {

class RecountRefusal extends Error {}

const refuse = (words) => {
	throw new RecountRefusal(words);
};

const { sha256, hex } = root.PellucidHash;

// ---- bytes and texts ----

const utf8 = new TextEncoder();
const label = (text) => utf8.encode(text + "\0");

// A part of a text keeps all of it in memory: what is kept for long is copied.
const plain = new TextDecoder();
const copied = (text) => plain.decode(utf8.encode(text));

const DIGITS = new Int8Array(128).fill(-1);
for (let i = 0; i < 16; i++)
	DIGITS["0123456789abcdef".charCodeAt(i)] = i;

// 64 lower-case digits into @out at @at; false otherwise.
function fromHex(text, out, at) {
	if (text.length !== 64)
		return false;
	let bad = 0;
	for (let i = 0; i < 32; i++) {
		const a = text.charCodeAt(2 * i), b = text.charCodeAt(2 * i + 1);
		// What is no digit, or no ASCII at all, leaves a bit that no digit has.
		const byte = (DIGITS[a & 127] | a & ~127) << 4 | (DIGITS[b & 127] | b & ~127);
		bad |= byte;
		out[at + i] = byte;
	}
	return (bad & ~255) === 0;
}

// The same as eight words.
function wordsFromHex(text, out, at) {
	if (text.length !== 64)
		return false;
	let bad = 0;
	for (let i = 0; i < 8; i++) {
		let word = 0;
		for (let k = 8 * i; k < 8 * i + 8; k++) {
			const c = text.charCodeAt(k), d = DIGITS[c & 127] | c & ~127;
			bad |= d;
			word = word << 4 | d & 15;
		}
		out[at + i] = word;
	}
	return (bad & ~15) === 0;
}

function digestOf(text) {
	const d = new Uint8Array(32);
	return text !== undefined && fromHex(text, d, 0) ? d : null;
}

function equal(a, b) {
	for (let i = 0; i < a.length; i++)
		if (a[i] !== b[i])
			return false;
	return a.length === b.length;
}

function be64(n) {
	const b = new Uint8Array(8);
	const v = new DataView(b.buffer);
	v.setUint32(0, Math.floor(n / 4294967296));
	v.setUint32(4, n >>> 0);
	return b;
}

// A decimal number up to 2^53 - 1 in its one spelling; NaN otherwise.
function number(text) {
	return text !== undefined && /^(0|[1-9][0-9]{0,15})$/.test(text) && Number(text) <= Number.MAX_SAFE_INTEGER ? Number(text) : NaN;
}

const DAY = 86400;

// RFC 3339 in whole seconds, of the years 1970 to 2553; NaN otherwise.
function seconds(text) {
	if (text === undefined || text > "2554" || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/.test(text))
		return NaN;
	const ms = Date.parse(text);
	return ms >= 0 && new Date(ms).toISOString() === text.replace("Z", ".000Z") ? ms / 1000 : NaN;
}

function base64(text) {
	if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text))
		return null;
	const raw = atob(text);
	return btoa(raw) === text ? Uint8Array.from(raw, (c) => c.charCodeAt(0)) : null;
}

// ---- the declaration ----

const TYPES = ["u64", "bool", "enum", "text", "bytes", "time", "digest"];
const RULES = { month: "time", "half-year": "time", year: "time", range: "u64", group: "enum" };
const FOLDS = ["count", "distinct", "sum", "min", "max", "median", "mean"];
const DECLARATION_MAX = 65536, FIELDS_MAX = 96, CONDITIONS_MAX = 8;
const NAME = /^[a-z][a-z0-9-]{0,63}$/, CHOICE = /^[a-z0-9-]{1,64}$/;

// The names of an enum, each once.
function choicesOf(name, list) {
	if (list.some((c) => !CHOICE.test(c)) || new Set(list).size !== list.length)
		refuse(`declaration: the names of ${name} cannot be read`);
	return list.join(",");
}

// "exact:group,exact:group" as pairs.
function groupsOf(name, bounds) {
	const pairs = (bounds ?? "").split(",").map((p) => p.split(":"));
	if (pairs.some((p) => p.length !== 2 || !p.every((n) => NAME.test(n))))
		refuse(`declaration: the groups of ${name} cannot be read`);
	return pairs;
}

function parseField(words) {
	const [name, type, how, ...rest] = words;
	const f = { name, type, how, open: how === "open", rule: null };
	if (!NAME.test(name || "") || name.length > 40 || !TYPES.includes(type) || !["open", "generalised", "sealed"].includes(how))
		refuse(`declaration: the field "${name}" cannot be read`);
	if (how === "generalised") {
		f.rule = rest.shift();
		if (RULES[f.rule] !== type)
			refuse(`declaration: the field ${name} has no rule for its type`);
		if (f.rule === "range" || f.rule === "group")
			f.bounds = rest.shift();
	}
	if (f.rule === "range") {
		const bounds = (f.bounds ?? "").split(",").map(number);
		if (bounds[0] !== 0 || bounds.some((n, i) => i && !(n > bounds[i - 1])))
			refuse(`declaration: the bounds of ${name} do not ascend from 0`);
	}
	if (f.rule === "group")
		f.groups = groupsOf(name, f.bounds);
	if (type === "enum")
		f.choices = choicesOf(name, f.groups ? f.groups.map((p) => p[0]) : (rest.shift() ?? "").split(","));
	if (rest.length)
		refuse(`declaration: the field ${name} cannot be read`);
	return f;
}

function derive(d) {
	const add = (name, type, open, choices) => {
		if (d.names.has(name))
			refuse(`declaration: ${name} stands twice`);
		d.names.set(name, d.fields.length);
		d.fields.push({ name, type, open, choices: choices ? new Set(choices.split(",")) : null });
		return `field ${name} ${type} ${open ? "open" : "private"}${choices ? " " + choices : ""}\n`;
	};
	let text = `pellucid-declaration v1\nname register/${d.name}\n`;
	for (const f of d.declared) {
		text += add(f.name, f.type, f.open, f.choices);
		if (f.rule)
			text += add(`${f.name}-${f.rule}`, f.type, true,
				f.groups ? [...new Set(f.groups.map((p) => p[1]))].join(",") : undefined);
	}
	text += add("entered", "time", true) + add("late", "bool", true);
	d.digest = sha256(utf8.encode(text));
	d.leaves = 1;
	while (d.leaves < d.fields.length)
		d.leaves *= 2;
	d.received = d.declared[0].rule ? 1 : 0;
	d.entered = d.names.get("entered");
	d.late = d.names.get("late");
}

function openField(d, name) {
	const at = d.names.get(name);
	if (at === undefined || !d.fields[at].open)
		refuse(`declaration: "${name}" is no open field`);
	return at;
}

function parseTotal(d, words) {
	const line = words.slice(1).join(" "), name = words.shift(), fold = words.shift();
	if (!NAME.test(name || "") || !FOLDS.includes(fold) || d.totals.length === TOTALS_MAX || d.totals.some((t) => t.name === name))
		refuse("declaration: a total cannot be read");
	const field = fold === "count" ? -1 : openField(d, words.shift());
	if ((field >= 0 && fold !== "distinct" && d.fields[field].type !== "u64") || words.length > CONDITIONS_MAX)
		refuse(`declaration: the total ${name} cannot be read`);
	const conditions = words.map((w) => {
		const m = /^([a-z][a-z0-9-]*)(!?)=(.*)$/s.exec(w);
		if (!m)
			refuse("declaration: a condition cannot be read");
		const c = { field: openField(d, m[1]), differs: m[2] === "!", values: new Set(m[3].split("|")) };
		if ([...c.values].some((text) => encode(d.fields[c.field], text) === null))
			refuse(`declaration: a value of ${m[1]} is none of its type`);
		return c;
	});
	return { name, line, fold, field, conditions };
}

// "a|b", "~" for absent (null in the set).
function stepNames(d, at, text) {
	const list = (text || "").split("|");
	if (list.some((t) => t !== "~" && !d.fields[at].choices.has(t)))
		refuse(`declaration: a value of ${d.fields[at].name} in a step is none of its names`);
	return new Set(list.map((t) => t === "~" ? null : t));
}

function openEnum(d, name) {
	const at = d.names.get(name);
	if (at === undefined || !d.fields[at].open || d.fields[at].type !== "enum")
		refuse(`declaration: steps are of open enums, and "${name}" is none`);
	return at;
}

// "<field>=a|b" and "<field>==a|b"; @seen: the fields that stand in the line already.
function stepCondition(d, word, seen) {
	const m = /^([a-z][a-z0-9-]*)=(=?)(.*)$/.exec(word), at = m ? openEnum(d, m[1]) : -1;
	if (!m || seen.has(at) || seen.size > 3)
		refuse("declaration: a condition of a step cannot be read");
	seen.add(at);
	return { field: at, kept: m[2] === "=", values: stepNames(d, at, m[3]) };
}

// "step <field> <from> <to>[ <field>=a|b ...]": "~" is absent, "-" no revision before, "==" the same before and after.
function parseStep(d, words) {
	const [name, from, to, ...rest] = words;
	const field = openEnum(d, name), seen = new Set([field]);
	if (d.stepField !== undefined && d.stepField !== field)
		refuse("declaration: the steps of a register are those of one field");
	d.stepField = field;
	const conditions = rest.map((w) => stepCondition(d, w, seen));
	seen.forEach((at) => d.watched.add(at));
	if (d.watched.size > 4 || d.steps.length === 192)
		refuse("declaration: too many steps, or of too many fields");
	d.begins ||= from === "-";
	d.steps.push({ from: from === "-" ? null : stepNames(d, field, from), to: stepNames(d, field, to), conditions });
}

// "eyes <field> <names>[ <field>=a|b ...]": where nobody brings a case alone, and so none begins.
function parseEyes(d, words) {
	const [name, to, ...rest] = words, f = d.declared.find((x) => x.name === name);
	if (d.imported || d.eyes.length === 16 || !f || !f.open || f.type !== "enum" || !to)
		refuse("declaration: a line \"eyes\" cannot be read");
	const field = openEnum(d, name), seen = new Set([field]);
	const e = { field, values: stepNames(d, field, to), conditions: rest.map((w) => stepCondition(d, w, seen)) };
	if (e.values.has(null) || e.conditions.some((c) => c.kept))
		refuse("declaration: a line \"eyes\" says where a case is, and not that it is nowhere, or how it came there");
	d.eyes.push(e);
}

// "clock <event> intake|desk <code>[,<code>...][ <field>=a|b ...]": which events start which clocks. It is a promise, and counts nothing.
function parseClock(d, words) {
	const [event, when, codes, ...rest] = words, list = (codes || "").split(",");
	if (d.imported || d.clocks.size === 16 || !/^[a-z][a-z0-9-]{0,39}$/.test(event || "") || d.clocks.has(event) || !/^(intake|desk)$/.test(when || ""))
		refuse("declaration: a line \"clock\" cannot be read");
	for (const code of list) {
		if (!/^[A-Z](?:[A-Z0-9-]{0,14}[A-Z0-9])?$/.test(code) || d.codes.has(code))
			refuse("declaration: a line \"clock\" names codes like EPOC or CRA-V1, each once");
		d.codes.add(code);
	}
	const seen = new Set();
	if ((rest.length && when !== "intake") || rest.length > 3 || rest.map((w) => stepCondition(d, w, seen)).some((c) => c.kept))
		refuse("declaration: the conditions of a line \"clock\" cannot be read");
	d.clocks.add(event);
}

function parseTable(d, words) {
	const [name, rows, columns] = words;
	if (!NAME.test(name || "") || words.length < 2 || words.length > 3 || d.tables.length === TABLES_MAX || d.tables.some((t) => t.name === name))
		refuse("declaration: a table cannot be read");
	return { name, rows: openField(d, rows), columns: columns === undefined ? -1 : openField(d, columns) };
}

function parseDeclaration(text) {
	const lines = text.split("\n");
	const d = { declared: [], fields: [], names: new Map(), totals: [], tables: [], steps: [], eyes: [], clocks: new Set(), codes: new Set(), watched: new Set(), begins: false, text };
	if (lines.pop() !== "" || lines.some((l) => l.endsWith(" ")) || utf8.encode(text).length > DECLARATION_MAX)
		refuse("declaration: a line cannot be read");
	const head = (key, pattern) => {
		const m = new RegExp(`^${key} (${pattern})$`).exec(lines.shift() || "");
		return m ? m[1] : refuse(`declaration: expected a line "${key}"`);
	};
	const upTo = (key, max) => {
		const n = Number(head(key, "0|[1-9][0-9]{0,3}"));
		return n <= max ? n : refuse(`declaration: "${key}" is at most ${max}`);
	};
	if (lines.shift() !== "pellucid-register v1")
		refuse("declaration: expected \"pellucid-register v1\"");
	d.name = head("name", "[a-z][a-z0-9-]{0,39}");
	d.imported = head("source", "intake|imported") === "imported";
	d.padded = head("existence", "exact|padded") === "padded";
	d.totalsOnly = head("opens", "rows|totals") === "totals";
	d.lateDays = upTo("late-after", 3650);
	upTo("open-after", 3650);
	upTo("retain", 1200);
	if (/^calendar /.test(lines[0] || ""))
		head("calendar", "[A-Z]{2}");
	if (/^report-within /.test(lines[0] || "") && Number(head("report-within", "[1-9][0-9]{0,2}")) > 366)
		refuse("declaration: a report is promised within 366 days at most");
	let derived = false;
	for (const line of lines) {
		const words = line.split(" ");
		const kind = words.shift();
		if (kind === "field" && !derived && d.declared.length < FIELDS_MAX) {
			d.declared.push(parseField(words));
			continue;
		}
		if (!derived && (!d.declared.length || d.declared[0].name !== "received" || d.declared[0].type !== "time"))
			refuse("declaration: the first field is \"received\"");
		if (!derived)
			derive(d);
		derived = true;
		if (kind === "total")
			d.totals.push(parseTotal(d, words));
		else if (kind === "table")
			d.tables.push(parseTable(d, words));
		else if (kind === "step")
			parseStep(d, words);
		else if (kind === "eyes")
			parseEyes(d, words);
		else if (kind === "clock")
			parseClock(d, words);
		else
			refuse(`declaration: "${line}" cannot be read`);
	}
	if (!derived && d.declared.length)
		derive(d);
	if (!d.digest)
		refuse("declaration: there are no fields");
	return d;
}

// The canonical bytes of a text form, or null.
function encode(field, text) {
	let n, b;
	switch (field.type) {
	case "u64":
		n = number(text);
		return Number.isNaN(n) ? null : be64(n);
	case "bool":
		return text === "true" ? Uint8Array.of(1) : text === "false" ? Uint8Array.of(0) : null;
	case "enum":
		return field.choices.has(text) ? utf8.encode(text) : null;
	case "time":
		n = seconds(text);
		return Number.isNaN(n) ? null : be64(n);
	case "digest":
		return text.startsWith("sha256:") ? digestOf(text.slice(7)) : null;
	default:
		b = base64(text);
		if (b && field.type === "text")
			try {
				if (b.includes(0) || !equal(utf8.encode(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(b)), b))
					return null;
			} catch {
				return null;
			}
		return b;
	}
}

// ---- the file ----

function parseEnd(line, word) {
	const w = line.split(" ");
	const e = {
		size: number(w[1]), highest: number(w[2]), days: number(w[3]), time: seconds(w[4]),
		root: digestOf(w[5]), chain: digestOf(w[6]),
	};
	if (w[0] !== word || w.length !== 7 || [e.size, e.highest, e.days, e.time].some(Number.isNaN) || !e.root || !e.chain)
		refuse(`expected the line "${word}": size, highest number, days, time, root, chain`);
	return e;
}

// The lines behind the declaration that state totals, from @at on: .lines of them up to .end. Null if more of @text is needed.
function statedLines(text, at) {
	const lines = [];
	for (;;) {
		const end = text.indexOf("\n", at);
		if (end < 0)
			return at === text.length && !lines.length ? { lines, end: at } : null;
		const line = text.slice(at, end);
		if (!/^(counted|total|cell) /.test(line) || (!lines.length && !line.startsWith("counted ")))
			return { lines, end: at };
		lines.push(line);
		at = end + 1;
	}
}

// What a word stands for: nothing, an empty text, or itself.
const value = (word) => word === "~" ? null : word === "." ? "" : word;

function parseCells(head, t, lines, at) {
	const cells = [], cases = head.declarations.reduce((n, d, u) => n + (t.of[u] ? at.under[u] : 0), 0);
	let before = null, sum = 0;
	for (let w; lines.length && (w = lines[0].split(" "))[0] === "cell" && w[1] === t.name; lines.shift(), at.line++) {
		const row = value(w[2]), column = value(w[3]), n = number(w[4]), key = [row ?? "", column ?? ""];
		const may = (side, text) => text === null || head.declarations.some((d, u) => t.of[u] && t.of[u][side] >= 0 &&
			encode(d.fields[t.of[u][side]], text) !== null);
		if (w.length !== 5 || !(n >= 1) || !may("rows", row) || !may("columns", column) ||
			(before && (before[0] > key[0] || (before[0] === key[0] && before[1] >= key[1]))))
			refuse(`line ${at.line}: expected "cell <table> <row> <column> <count>", in the order of rows and columns`);
		before = key;
		sum += n;
		cells.push([row, column, n]);
	}
	if (sum !== cases)
		refuse(`line ${at.line}: a table does not count every case once`);
	return { name: t.name, cells };
}

// What a register that opens totals only states: how many cases, and the totals and tables of its declaration.
function parseStated(head, lines, line) {
	const w = lines.shift().split(" "), counted = digestOf(w[1]), cases = number(w[2]), late = number(w[3]);
	const earlier = w.slice(4).map(number), own = cases - earlier.reduce((a, b) => a + b, 0);
	if (!head.declaration.totalsOnly)
		refuse(`line ${line}: a register that opens its rows states no totals in them`);
	if (earlier.length !== head.earlier.length || !counted || !(late <= cases) || !(own >= 0))
		refuse(`line ${line}: expected "counted <64 hex digits> <cases> <late>", and behind it the cases under each earlier declaration`);
	const at = { line: line + 1, under: [own, ...earlier] };
	const totals = head.totals.map((t) => {
		const words = (lines.shift() ?? "").split(" "), n = number(words[2]);
		if (words[0] !== "total" || words[1] !== t.name || words.length !== 3 || Number.isNaN(n))
			refuse(`line ${at.line}: expected "total <name> <value>", those of the declaration in its order`);
		at.line++;
		return { name: t.name, value: n };
	});
	const tables = head.tables.map((t) => parseCells(head, t, lines, at));
	if (lines.length)
		refuse(`line ${at.line}: expected the cells of the declaration's tables in their order, and nothing else`);
	return { counted, cases, late, totals, tables, under: at.under };
}

// ---- declarations that were replaced ----

const EARLIER_MAX = 16, TOTALS_MAX = 64, TABLES_MAX = 16;

const changed = (what, name) => refuse(`${what} ${name} means something else in the declaration before`);
const hasAll = (all, some) => !some || some.split(",").every((x) => (all ?? "").split(",").includes(x));
const fieldName = (d, at) => at < 0 ? null : d.fields[at].name;

function sameField(a, b) {
	return a.type === b.type && a.how === b.how && a.rule === b.rule && hasAll(b.choices, a.choices) &&
		(a.rule === "group" ? hasAll(b.bounds, a.bounds) : a.bounds === b.bounds);
}

// What keeps its name in a new declaration keeps its meaning: else rows of both could not be counted beside one another.
function follows(before, after) {
	if (before.name !== after.name)
		refuse("the declaration before is of another register");
	if (["imported", "padded", "totalsOnly"].some((key) => before[key] !== after[key]))
		refuse("source, existence and what is opened stay as they were declared: readers rely on them");
	const releases = (d) => d.declared.some((f) => f.name === "released" && f.type === "bool" && f.open);
	if (releases(before) !== releases(after))
		refuse("whether cases wait for a release stays as it was declared");
	for (const f of after.declared) {
		const was = before.declared.find((x) => x.name === f.name);
		if (was && !sameField(was, f))
			changed("the field", f.name);
	}
	for (const f of after.fields) {
		const was = before.fields.find((x) => x.name === f.name);
		if (was && (was.open !== f.open || was.type !== f.type))
			changed("the field", f.name);
	}
	for (const t of after.totals) {
		const was = before.totals.find((x) => x.name === t.name);
		if (was && was.line !== t.line)
			changed("the total", t.name);
	}
	for (const t of after.tables) {
		const was = before.tables.find((x) => x.name === t.name);
		if (was && (fieldName(before, was.rows) !== fieldName(after, t.rows) || fieldName(before, was.columns) !== fieldName(after, t.columns)))
			changed("the table", t.name);
	}
}

// Totals, or tables, of all declarations by their names: those of the file's own first, then those that only earlier ones have, the newest first.
// .of: as each declaration has it (undefined: not), .decl: the newest that does.
function everywhere(declarations, key, max) {
	const names = new Set([declarations[0], ...declarations.slice(1).reverse()].flatMap((d) => d[key].map((t) => t.name)));
	if (names.size > max)
		refuse(`the declarations have more than ${max} ${key} together`);
	return [...names].map((name) => {
		const of = declarations.map((d) => d[key].find((t) => t.name === name));
		return { name, of, partly: of.includes(undefined) };
	});
}

// "earlier <until> <bytes>", and so many bytes: an earlier declaration, under which leaves below that position were entered. They are read into
// @head from @at on. Where they end, or null if more of @text is needed.
function takeEarlier(text, at, head) {
	head.earlier = [];
	while (text.startsWith("earlier ", at)) {
		const end = text.indexOf("\n", at), before = head.earlier.length ? head.earlier.at(-1).until : head.first.size;
		if (end < 0)
			return null;
		const m = /^earlier ([0-9]+) ([1-9][0-9]{0,4})$/.exec(text.slice(at, end)), until = m ? number(m[1]) : NaN;
		if (head.earlier.length === EARLIER_MAX || !(until > before) || !(until <= head.last.size))
			refuse(`expected at most ${EARLIER_MAX} lines "earlier <until> <bytes>", whose positions ascend between the two heads, and so many bytes behind each`);
		const bytes = utf8.encode(text.slice(end + 1, end + 1 + Number(m[2])));
		if (bytes.length < Number(m[2]))
			return null;
		const declared = new TextDecoder().decode(bytes.subarray(0, Number(m[2])));
		head.earlier.push({ until, declaration: parseDeclaration(declared) });
		at = end + 1 + declared.length;
	}
	const behind = text.slice(at, at + 8);
	return behind && "earlier ".startsWith(behind) ? null : at;
}

// The head of the file from its first lines. Answers what it says, or null if more is needed.
function parseHead(text) {
	const lines = [];
	let at = 0;
	for (let i = 0; i < 6; i++) {
		const end = text.indexOf("\n", at);
		if (end < 0)
			return null;
		lines.push(text.slice(at, end));
		at = end + 1;
	}
	if (lines[0] !== "pellucid-openings v1")
		refuse("expected the first line \"pellucid-openings v1\"");
	if (!lines[1].startsWith("origin ") || lines[1].length < 8)
		refuse("expected the line \"origin\"");
	const period = lines[2].split(" ");
	const head = { origin: lines[1].slice(7), from: seconds(period[1]), to: seconds(period[2]) };
	if (period[0] !== "period" || period.length !== 3 || !(head.from < head.to))
		refuse("expected the line \"period\"");
	head.first = parseEnd(lines[3], "first");
	head.last = parseEnd(lines[4], "last");
	const length = /^declaration ([1-9][0-9]{0,4})$/.exec(lines[5]);
	if (!length)
		refuse("expected the line \"declaration\"");
	const bytes = utf8.encode(text.slice(at));
	if (bytes.length < Number(length[1]))
		return null;
	const declared = new TextDecoder().decode(bytes.subarray(0, Number(length[1])));
	head.declaration = parseDeclaration(declared);
	head.register = sha256(label("pl-register/v1"), utf8.encode(head.origin), Uint8Array.of(0), utf8.encode(head.declaration.name));
	head.front = takeEarlier(text, at + declared.length, head); // what says how rows are read ends here
	if (head.front === null)
		return null;
	// By the number that rows have: the file's own, then the earlier ones.
	head.declarations = [head.declaration, ...head.earlier.map((e) => e.declaration)];
	const inOrder = [...head.declarations.slice(1), head.declaration];
	inOrder.forEach((d, i) => inOrder.slice(i + 1).forEach((after) => follows(d, after)));
	head.totals = everywhere(head.declarations, "totals", TOTALS_MAX);
	head.tables = everywhere(head.declarations, "tables", TABLES_MAX);
	head.lines = text.slice(0, head.front).split("\n").length - 1;
	const stated = statedLines(text, head.front);
	if (!stated)
		return null;
	head.length = stated.end;
	const line = head.lines + 1;
	head.lines += stated.lines.length;
	head.stated = stated.lines.length ? parseStated(head, stated.lines, line) : null;
	return head;
}

const ERASED = { exact: 1, sealed: 2, all: 3 };

// What a line is, as a number: what workers tell each other.
const END = 0, DAYLINE = 1, OPEN = 2, SEALED = 3, ERASURE = 4, LOST = 5, GAPLINE = 6, EDGELINE = 7;
const KINDS = { open: OPEN, sealed: SEALED, erased: ERASURE, lost: LOST };

// A row's members are filled into @row, so that a hundred thousand lines make no hundred thousand objects.
class Row {
	constructor() {
		this.kind = END;
		this.line = this.number = this.revision = 0;
		this.under = 0;    // which of the file's declarations an open row names
		this.leaf = new Uint8Array(32);
		this.hasPrevious = false;
		this.previous = new Uint8Array(32);
		this.words = null; // of the line; what is opened stands behind the sixth
		this.day = null;   // a heartbeat, or the head behind a gap
	}
}

function parseDay(w, at) {
	const day = { line: at, day: seconds(w[1]), time: seconds(w[2]), unconfirmed: number(w[3]), refused: number(w[4]), root: digestOf(w[5]) };
	if (w.length !== 6 || [day.day, day.time, day.unconfirmed, day.refused].some(Number.isNaN) || !day.root)
		refuse(`line ${at}: expected a heartbeat`);
	return day;
}

// "open", or "open-2": under the second of the earlier declarations, of which there are @earlier.
function kindOf(word, row, earlier) {
	const m = /^open-([1-9][0-9]?)$/.exec(word ?? "");
	row.under = m && Number(m[1]) <= earlier ? Number(m[1]) : 0;
	return row.under ? OPEN : KINDS[word];
}

// One line into @row, without its hashes computed; the file has so many @earlier declarations.
function parseLine(line, at, row, earlier) {
	row.line = at;
	if (line === "end") {
		row.kind = END;
		return;
	}
	const w = line.split(" ");
	if (w[0] === "day") {
		row.kind = DAYLINE;
		row.day = parseDay(w, at);
		return;
	}
	if (w[0] === "gap") {
		row.kind = GAPLINE;
		row.day = { line: at, ...parseEnd(line, "gap") };
		return;
	}
	if (w[0] === "edge" && w.length === 2 && fromHex(w[1], row.leaf, 0)) {
		row.kind = EDGELINE;
		return;
	}
	row.kind = kindOf(w[5], row, earlier);
	row.number = number(w[1]);
	row.revision = number(w[2]);
	row.words = w;
	if (w[0] !== "row" || !(row.number >= 1) || !(row.revision <= 4294967295) || w[3] === undefined || !fromHex(w[3], row.leaf, 0))
		refuse(`line ${at}: expected a row, a heartbeat (day) or "end"`);
	row.hasPrevious = w[4] !== "-";
	if (row.hasPrevious && (row.revision === 0 || w[4] === undefined || !fromHex(w[4], row.previous, 0)))
		refuse(`line ${at}: expected the leaf before, or "-"`);
	const fits = row.kind === OPEN ? w.length > 6 :
		row.kind === SEALED ? w.length === 7 && digestOf(w[6]) :
		row.kind === ERASURE ? w.length === 7 && ERASED[w[6]] :
		row.kind === LOST && w.length === 6 && row.revision === 0;
	if (!fits)
		refuse(`line ${at}: expected open, sealed, erased or lost`);
}

root.PellucidRecount = { RecountRefusal, refuse, utf8, label, copied, fromHex, wordsFromHex, digestOf, equal, be64, number, seconds, encode, parseHead,
	parseLine, Row, ERASED, END, DAYLINE, OPEN, SEALED, ERASURE, LOST, GAPLINE, EDGELINE, DAY, sha256, hex };
})(globalThis);
