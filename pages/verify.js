// SPDX-License-Identifier: Apache-2.0
// The page around verify-core.js: takes the three inputs, has the file hashed in a worker, and says the result in words.
// Texts stand in the page, in #v-texts, in the page's language.
"use strict";
(function () {

const $ = (id) => document.getElementById(id);
const state = { digest: null, name: "", worker: null, loaded: {}, taking: Promise.resolve() };

// What could move, hide or turn around words: it comes from files of others.
const TRICKY = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

function text(key, ...values) {
	const node = document.querySelector(`#v-texts [data-key="${key}"]`);
	return (node ? node.textContent : key).replace(/\{([0-3])\}/g, (_, i) => String(values[i] ?? "").replace(TRICKY, "?"));
}

function when(seconds) {
	return new Date(seconds * 1000).toISOString().replace("T", " ").replace(".000Z", " UTC");
}

// The worker's script comes from the same place as this page, or from inside the one-file copy.
function newWorker() {
	const inside = $("v-worker");
	if (!inside)
		return new Worker($("verify").dataset.worker);
	const url = URL.createObjectURL(new Blob([inside.textContent], { type: "text/javascript" }));
	const worker = new Worker(url);
	URL.revokeObjectURL(url);
	return worker;
}

function hashFile(file) {
	const out = $("v-file-out"), bar = $("v-progress");
	if (state.worker)
		state.worker.terminate();
	state.digest = null;
	state.name = file.name;
	out.textContent = text("hashing");
	bar.hidden = false;
	bar.value = 0;
	const started = Date.now();
	state.worker = newWorker();
	state.worker.onmessage = ({ data }) => {
		if (data.done !== undefined) {
			bar.value = file.size ? data.done / file.size : 1;
			return;
		}
		bar.hidden = true;
		state.worker.terminate();
		state.worker = null;
		if (data.digest) {
			state.digest = data.digest;
			out.replaceChildren(`${file.name}, ${((Date.now() - started) / 1000).toFixed(1)} s: `, code(data.digest));
		} else {
			out.textContent = text("unreadable");
		}
	};
	state.worker.onerror = () => {
		bar.hidden = true;
		out.textContent = text("unreadable");
	};
	state.worker.postMessage(file);
}

function code(value) {
	const node = document.createElement("code");
	node.className = "hash";
	node.textContent = value;
	return node;
}

// @title: what stands before the words, and stands out.
function line(kind, words, title = "") {
	const [li, badge, p, strong] = ["li", "span", "span", "strong"].map((name) => document.createElement(name));
	badge.className = `badge ${kind}`;
	badge.textContent = text(`mark.${kind}`);
	strong.textContent = title;
	p.append(...(title ? [strong, " "] : []), words);
	li.append(badge, " ", p);
	return li;
}

// @groups: [heading, lines]; those without lines are left out.
function show(kind, heading, ...groups) {
	const note = document.createElement("p");
	const strong = document.createElement("strong");
	strong.textContent = heading;
	note.className = `note ${kind}`;
	note.append(strong);
	const parts = groups.filter(([, lines]) => lines.length).flatMap(([title, lines]) => {
		const h = document.createElement("h3"), list = document.createElement("ul");
		h.textContent = text(title);
		list.append(...lines);
		return [h, list];
	});
	$("v-result").replaceChildren(note, ...parts);
}

// A report's openings are counted again, too. Answers lines, and whether the numbers are those of the log.
function recount(file, predicate, samples) {
	const box = $("verify"), inside = $("v-recount"), scripts = inside ? undefined :
		["hash", "core", "commit", "count"].map((name) => new URL(box.dataset[name], location.href).href);
	const url = inside ? URL.createObjectURL(new Blob([inside.textContent], { type: "text/javascript" })) :
		new URL(box.dataset.recount, location.href).href;
	return new Promise((resolve) => {
		const worker = new Worker(url), end = (good, lines) => {
			worker.terminate();
			if (inside)
				URL.revokeObjectURL(url);
			resolve({ good, lines });
		};
		worker.onmessage = ({ data }) => {
			if (data.done !== undefined)
				return;
			if (data.refused || data.error)
				end(false, [line("bad", text("recount.refused", data.refused || data.error))]);
			else
				end(true, [line("good", text("recount.good", data.result.rows, data.result.cases)),
					...data.result.totals.map((t) => line("good", `${t.name}: ${t.value}`)),
					...PellucidVerify.countedWords(text, data.result, samples, data.samples).map(([kind, words]) => line(kind, words)), line("warn", text("recount.not"))]);
		};
		worker.onerror = (e) => end(false, [line("bad", text("recount.refused", e.message))]);
		worker.postMessage({ scripts, self: url, file, predicate, samples: samples.map((e) => e.statement.predicate) });
	});
}

// A result is about what was handed over then: it goes when something else is.
function forget() {
	$("v-result").replaceChildren();
}

// ---- who said what ----

const VERDICTS = { "identical": "identical", "identical-after-normalisation": "normalised", "different": "different", "not-attempted": "not_attempted" };

function kindOf(e) {
	if (!e.type)
		return text("said.none");
	if (!e.kind)
		return `${text("kind.other")} (${e.type})`;
	return text(`kind.${e.kind.message ?? e.kind.word.replaceAll("-", "_")}`);
}

// Who signed it, and who approved it, sentence by sentence.
function signers(e) {
	const words = [];
	if (e.rebuilder !== null)
		words.push(text("said.rebuilder", e.rebuilder));
	if (e.kind.approval === "roots")
		words.push(text("said.roots", e.roots, e.needed));
	else if (e.signer)
		words.push(text("said.signer", e.signer.holder, e.signer.from));
	if (e.kind.approval === "officers")
		words.push(text("said.officers", e.approvals, e.needed));
	return words;
}

// What it says of the file; only for one that counts.
function about(e) {
	const p = e.statement.predicate, words = [text("said.named", e.about)];
	if (e.kind.word === "release")
		words.push(text("said.release", p.version, p.product));
	if (e.kind.word === "rebuild-verdict")
		words.push(text("said.verdict", p.site, Object.hasOwn(VERDICTS, p.verdict) ? text(`verdict.${VERDICTS[p.verdict]}`) : p.verdict));
	if (e.replaced !== null)
		words.push(text("said.replaced", e.replaced));
	return words;
}

function mark(e, judged) {
	if (!judged)
		return "warn";
	if (!e.counts)
		return e.about !== null ? "bad" : "warn";
	const verdict = e.about !== null && e.kind.word === "rebuild-verdict" ? e.statement.predicate.verdict : null;
	return verdict === null ? "good" : e.replaced !== null || verdict === "not-attempted" ? "warn" : verdict === "different" ? "bad" : "good";
}

function statementLine(e, judged) {
	const words = [];
	if (e.counts)
		words.push(...(e.holder === null ? [] : [text("said.key", e.holder)]), ...(e.about !== null ? about(e) : []), ...signers(e));
	else if (judged || !e.statement)
		words.push(text("said.not", text(e.why.key, ...e.why.values)));
	else
		words.push(...(e.about !== null ? [text("said.named", e.about)] : []), text("said.unjudged"));
	if (e.mentions)
		words.push(text("said.mentions"));
	return line(mark(e, judged), words.join(" "), text("said.entry", e.index, kindOf(e)));
}

function logLines(result) {
	const lines = [line("good", text("ok.log", result.origin, result.size))];
	if (result.purpose && result.purpose !== "production")
		lines.push(line("warn", text("purpose", result.purpose)));
	for (const w of result.witnesses)
		lines.push(w.time ? line("good", text("ok.witness", w.name, when(w.time))) : line("warn", text("ok.absent", w.name)));
	if (result.unwitnessed)
		lines.push(line("bad", text("unwitnessed")));
	return lines;
}

function notProved(result) {
	const seen = Math.max(0, ...result.witnesses.map((w) => w.time)), keys = ["not.true"];
	if (result.status === "state")
		keys.push("not.judged");
	else
		keys.push("not.ended");
	if (result.status === "ok")
		keys.push(result.release ? seen ? "not.newest" : "not.newest_unseen" : "not.released");
	if (!result.unwitnessed)
		keys.push("not.independent");
	if (result.status === "ok" && result.rebuilders === 0)
		keys.push("not.rebuilt");
	return keys.map((key) => line("warn", text(key, seen ? when(seen) : "")));
}

function groups(result) {
	const judged = result.status !== "state", ours = (e) => e.about !== null || e.mentions;
	const lines = (list) => list.map((e) => statementLine(e, judged));
	const isRelease = (e) => e.counts && e.kind.word === "release";
	const mine = lines(result.entries.filter(ours).sort((a, b) => isRelease(b) - isRelease(a))), rest = lines(result.entries.filter((e) => !ours(e)));
	if (state.digest && !mine.length)
		mine.push(line("bad", text("not.named")));
	return [["group.file", mine], ["group.log", logLines(result)], [state.digest ? "group.rest" : "group.all", rest], ["group.not", notProved(result)]];
}

function heading(result) {
	const alone = result.unwitnessed, counting = alone ? "warn" : "good", named = result.entries.some((e) => e.about !== null);
	switch (result.status) {
	case null:
		return [counting, text("head.proof")];
	case "state":
		return named || !state.digest ? ["warn", text(state.digest ? "head.unjudged" : "head.proof_unjudged")] : ["bad", text("head.other")];
	case "notfound":
		return ["bad", text(named ? "head.nobody" : "head.other")];
	case "conflict":
		return ["bad", text("head.different")];
	case "quorum":
		return ["bad", text("head.rebuilders", result.rebuilders, result.rebuildThreshold)];
	}
	if (!result.release)
		return [counting, text(alone ? "head.alone" : "head.good")];
	const { version, product } = result.release.statement.predicate;
	return [counting, text(alone ? "head.release_alone" : "head.release", state.name, version, product)];
}

// ---- are these all releases of a product? ----

const ROWS = 12, GAPS = 4;

function missing(r) {
	const words = r.gaps.slice(0, GAPS).map(([first, last]) => first === last ? `${first}` : `${first}\u2013${last}`);
	return [...words, ...(r.gaps.length > GAPS ? ["\u2026"] : [])].join(", ");
}

function releasesHeading(result, r) {
	const count = r.head ? r.head.count : 0, [a, b] = r.culprits;
	switch (r.finding) {
	case "incomplete":
		return ["bad", text("head.releases_incomplete", count - r.missing, count, r.product, missing(r))];
	case "twice":
		return ["bad", text("head.releases_twice", a.number, a.index, b.index)];
	case "left-out":
		return ["bad", text("head.releases_left_out", a.number, a.index, r.head.index, count)];
	case "root-differs":
		return ["bad", text("head.releases_root", count, r.head.index)];
	case "heads-differ":
		return ["bad", text("head.releases_heads")];
	case "no-head":
		return ["bad", text("head.releases_none", r.product)];
	}
	return [result.unwitnessed ? "warn" : "good", text(result.unwitnessed ? "head.releases_alone" : "head.releases_all", r.product, count, r.head.index, when(r.head.time))];
}

function releaseLine(l, later) {
	const words = [text("said.version", l.version), ...signers(l.entry), ...(later ? [text("said.later")] : [])];
	return line(later ? "warn" : "good", words.join(" "), text("said.number", l.number, l.index));
}

function releaseLines(r) {
	const all = [...r.list.map((l) => releaseLine(l, false)), ...r.later.map((l) => releaseLine(l, true))], lines = [];
	if (r.head)
		lines.push(line(r.finding === "complete" ? "good" : "warn", text("said.head", r.head.count, when(r.head.time), r.head.root), text("said.entry", r.head.index, kindOf(r.head.entry))));
	if (r.finding === "root-differs")
		lines.push(line("bad", text("said.root", r.root)));
	if (r.heads.length > 1)
		lines.push(line("good", text("said.older", r.heads.length - 1)));
	if (r.later.length)
		lines.push(line("warn", text("said.after", r.later.length)));
	if (all.length > ROWS)
		lines.push(line("good", text("said.more", all.length - ROWS)));
	lines.push(...all.slice(-ROWS));
	if (r.malformed)
		lines.push(line("warn", text("said.malformed", r.malformed)));
	if (r.others)
		lines.push(line("warn", text("said.others", r.others)));
	return lines;
}

async function judgeReleases(bundle, trust, product) {
	const result = await PellucidVerify.verify(trust, bundle, state.digest), r = await PellucidReleases.releases(result.entries, product);
	if (!r)
		return show("bad", text("head.releases_name"));
	if (result.status === "state")
		return show("bad", text("head.releases_unjudged"));
	const [kind, words] = releasesHeading(result, r), own = state.digest && PellucidReleases.releaseOf(r, state.digest);
	const file = !state.digest ? [] : [own ? line(r.later.includes(own) ? "warn" : "good", text("said.belongs", state.name, own.version, own.number)) :
		line("bad", text("said.stranger", state.name))];
	const ignored = result.entries.filter((e) => !e.counts && PellucidReleases.concerns(e)).map((e) => statementLine(e, true));
	const seen = Math.max(0, ...result.witnesses.map((w) => w.time)), not = ["not.newer", "not.unlogged", "not.harmless", "not.ended", ...(result.unwitnessed ? [] : ["not.independent"])];
	const stranger = state.digest && !own && r.finding === "complete";
	show(stranger ? "bad" : kind, stranger ? text("head.releases_stranger", words, state.name) : words, ["group.file", file], ["group.releases", releaseLines(r)],
		["group.ignored", ignored], ["group.log", logLines(result)], ["group.not", not.map((key) => line("warn", text(key, seen ? when(seen) : "")))]);
}

// As it was handed over; what was typed or pasted may lack its last line break.
function given(area) {
	const value = $(area).value, loaded = state.loaded[area];
	if (loaded && loaded.shown === value)
		return loaded.raw;
	return value && !value.endsWith("\n") ? `${value}\n` : value;
}

async function judge(bundle, trust) {
	const result = await PellucidVerify.verify(trust, bundle, state.digest), [kind, words] = heading(result);
	const predicate = result.status === "ok" ? PellucidVerify.reportOf(result) : null;
	if (!predicate)
		return show(kind, words, ...groups(result));
	show("", text("recount.counting"));
	const { good, lines } = await recount($("v-file").files[0], predicate, await PellucidVerify.samplesOf(result));
	show(good ? kind : "bad", good ? words : text("head.bad"), ["group.counted", lines], ...groups(result));
}

async function check() {
	const go = $("v-go");
	go.disabled = true;
	forget();
	try {
		await state.taking;
		const bundle = given("v-bundle-text"), trust = given("v-trust-text");
		if (!bundle || !trust)
			return show("warn", text("incomplete"));
		if ($("v-file").files.length && !state.digest)
			return show("warn", text("hashing"));
		const product = $("v-product").value.trim();
		await (product ? judgeReleases(bundle, trust, product) : judge(bundle, trust));
	} catch (error) {
		const known = error instanceof PellucidVerify.Refusal;
		show("bad", text("head.bad"), ["group.why", [line("bad", known ? text(error.key, ...error.values) : String(error))]]);
	} finally {
		go.disabled = false;
	}
}

async function take(input, area, limit) {
	const file = input.files[0];
	if (!file)
		return;
	$(area).value = "";
	if (file.size > limit)
		return show("bad", text("head.bad"), ["group.why", [line("bad", text("bad.bundle.size"))]]);
	try {
		// A mark of byte order stays, and so does every kind of line break: a program would see them, too.
		const raw = new TextDecoder("utf-8", { ignoreBOM: true }).decode(await file.arrayBuffer());
		$(area).value = raw;
		state.loaded[area] = { raw, shown: $(area).value };
	} catch {
		show("bad", text("head.bad"), ["group.why", [line("bad", text("unreadable"))]]);
	}
}

// Checking waits for it.
function takeText(input, area, limit) {
	state.taking = Promise.all([state.taking, take(input, area, limit)]);
}

function acceptDrops(section, input, changed) {
	section.addEventListener("dragover", (e) => {
		e.preventDefault();
		section.classList.add("over");
	});
	section.addEventListener("dragleave", () => section.classList.remove("over"));
	section.addEventListener("drop", (e) => {
		e.preventDefault();
		section.classList.remove("over");
		if (!e.dataTransfer.files.length)
			return;
		input.files = e.dataTransfer.files;
		changed();
	});
	input.addEventListener("change", changed);
}

const parts = [
	["v-file", () => $("v-file").files[0] && hashFile($("v-file").files[0])],
	["v-bundle", () => takeText($("v-bundle"), "v-bundle-text", PellucidVerify.LIMITS.bundle)],
	["v-trust", () => takeText($("v-trust"), "v-trust-text", PellucidVerify.LIMITS.trust)],
];
for (const [id, changed] of parts)
	acceptDrops($(id).closest(".drop"), $(id), () => {
		forget();
		changed();
	});
for (const id of ["v-bundle-text", "v-trust-text", "v-product"])
	$(id).addEventListener("input", forget);
$("v-go").addEventListener("click", check);
})();
