// SPDX-License-Identifier: Apache-2.0
// The page around verify-core.js: takes the three inputs, has the file hashed in a worker, and says the result in words.
// Texts stand in the page, in #v-texts, in the page's language.
"use strict";
(function () {

const $ = (id) => document.getElementById(id);
const state = { digest: null, name: "", worker: null };

function text(key, ...values) {
	const node = document.querySelector(`#v-texts [data-key="${key}"]`);
	return (node ? node.textContent : key).replace(/\{([0-3])\}/g, (_, i) => values[i] ?? "");
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

function line(kind, words) {
	const li = document.createElement("li");
	const badge = document.createElement("span");
	badge.className = `badge ${kind}`;
	badge.textContent = text(`mark.${kind}`);
	li.append(badge, ` ${words}`);
	return li;
}

function show(kind, heading, lines) {
	const note = document.createElement("p");
	const strong = document.createElement("strong");
	strong.textContent = heading;
	note.className = `note ${kind}`;
	note.append(strong);
	const list = document.createElement("ul");
	list.append(...lines);
	$("v-result").replaceChildren(note, list);
}

// A report's openings are counted again, too. Answers lines, and whether the numbers are those of the log.
function recount(file, predicate) {
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
					...data.result.totals.map((t) => line("good", `${t.name}: ${t.value}`)), line("warn", text("recount.not"))]);
		};
		worker.onerror = (e) => end(false, [line("bad", text("recount.refused", e.message))]);
		worker.postMessage({ scripts, self: url, file, predicate });
	});
}

function said(result) {
	const lines = [line("good", text("ok.log", result.origin, result.size))];
	for (const w of result.witnesses)
		lines.push(w.time ? line("good", text("ok.witness", w.name, when(w.time))) : line("warn", text("ok.absent", w.name)));
	if (result.unwitnessed)
		lines.push(line("bad", text("unwitnessed")));
	for (const e of result.entries)
		lines.push(line("good", text("ok.entry", e.index, e.type ?? "?")));
	if (state.digest && result.named)
		for (const e of result.entries.filter((x) => x.named !== null))
			lines.push(line("good", text("ok.named", e.index, e.named || state.name)));
	lines.push(line("warn", text("not.signer")));
	lines.push(line("warn", text("not.true")));
	return lines;
}

async function check() {
	const go = $("v-go");
	go.disabled = true;
	try {
		const bundle = $("v-bundle-text").value, trust = $("v-trust-text").value;
		if (!bundle || !trust)
			return show("warn", text("incomplete"), []);
		if ($("v-file").files.length && !state.digest)
			return show("warn", text("hashing"), []);
		const result = await PellucidVerify.verify(trust, bundle, state.digest);
		if (state.digest && !result.named)
			return show("bad", text("head.other"), said(result).concat(line("bad", text("not.named"))));
		const predicate = state.digest ? PellucidVerify.reportOf(result) : null;
		if (!predicate)
			return show(result.unwitnessed ? "warn" : "good", text(state.digest ? "head.good" : "head.proof"), said(result));
		show("", text("recount.counting"), []);
		const { good, lines } = await recount($("v-file").files[0], predicate);
		show(!good ? "bad" : result.unwitnessed ? "warn" : "good", text(good ? "head.good" : "head.bad"), lines.concat(said(result)));
	} catch (error) {
		const known = error instanceof PellucidVerify.Refusal;
		show("bad", text("head.bad"), [line("bad", known ? text(error.key, ...error.values) : String(error))]);
	} finally {
		go.disabled = false;
	}
}

async function take(input, area, limit) {
	const file = input.files[0];
	if (!file)
		return;
	if (file.size > limit)
		return show("bad", text("head.bad"), [line("bad", text("bad.bundle.size"))]);
	$(area).value = await file.text();
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
	["v-bundle", () => take($("v-bundle"), "v-bundle-text", PellucidVerify.LIMITS.bundle)],
	["v-trust", () => take($("v-trust"), "v-trust-text", PellucidVerify.LIMITS.trust)],
];
for (const [id, changed] of parts)
	acceptDrops($(id).closest(".drop"), $(id), changed);
$("v-go").addEventListener("click", check);
})();
