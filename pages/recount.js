// SPDX-License-Identifier: Apache-2.0
// The button on a report's page: proves the report's statement against the trust file, then has its openings counted again in the
// background. Texts stand in the page, in #r-texts, in the page's language.
"use strict";
(function () {

const $ = (id) => document.getElementById(id);
const box = $("recount");
let worker = null;

function text(key, ...values) {
	const node = document.querySelector(`#r-texts [data-key="${key}"]`);
	return (node ? node.textContent : key).replace(/\{([0-3])\}/g, (_, i) => values[i] ?? "");
}

function show(kind, heading, ...lines) {
	const out = $("r-result"), title = document.createElement("p"), strong = document.createElement("strong");
	strong.textContent = heading;
	title.append(strong);
	const rest = lines.map((line) => {
		const p = document.createElement("p");
		p.textContent = line;
		return p;
	});
	out.className = `note ${kind}`;
	out.replaceChildren(title, ...rest);
}

// Wider than a phone: the table scrolls, not the page; by keyboard, too.
function scrolling(table, name) {
	const scroll = document.createElement("div");
	scroll.className = "scroll";
	scroll.tabIndex = 0;
	scroll.setAttribute("role", "region");
	scroll.setAttribute("aria-label", name);
	scroll.append(table);
	return scroll;
}

const LATE_SHOWN = 100;
const rfc3339 = (t) => new Date(t * 1000).toISOString().replace(".000Z", "Z");

// Heartbeats that came late, with their true times: the gaps in the rhythm that the file itself shows.
function lateTable(result) {
	if (!result.daysLate)
		return [];
	const table = document.createElement("table"), head = table.createTHead().insertRow(), body = table.createTBody();
	table.createCaption().textContent = text("late");
	for (const key of ["late_closes", "late_signed", "late_how"]) {
		const th = document.createElement("th");
		th.scope = "col";
		th.textContent = text(key);
		head.append(th);
	}
	for (const { day, time, seconds } of result.lateDays.slice(0, LATE_SHOWN)) {
		const tr = body.insertRow(), th = document.createElement("th");
		th.scope = "row";
		th.textContent = rfc3339(day).slice(0, 10);
		tr.append(th);
		tr.insertCell().textContent = rfc3339(time);
		tr.insertCell().textContent = text("late_by", Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60);
	}
	return [scrolling(table, text("late"))];
}

function tables(result) {
	const out = $("r-tables");
	out.replaceChildren(...lateTable(result), ...result.tables.map((t) => {
		const table = document.createElement("table"), caption = table.createCaption();
		const rows = [...new Set(t.cells.map((c) => c[0]))].sort(), columns = [...new Set(t.cells.map((c) => c[1]))].sort();
		caption.textContent = t.name;
		const head = table.createTHead().insertRow();
		head.insertCell();
		for (const name of columns) {
			const th = document.createElement("th");
			th.scope = "col";
			th.className = "num";
			th.textContent = name ?? text("count");
			head.append(th);
		}
		const body = table.createTBody();
		for (const row of rows) {
			const tr = body.insertRow(), th = document.createElement("th");
			th.scope = "row";
			th.textContent = row ?? text("absent");
			tr.append(th);
			for (const column of columns) {
				const td = tr.insertCell();
				td.className = "num";
				td.textContent = (t.cells.find((c) => c[0] === row && c[1] === column) || [0, 0, 0])[2];
			}
		}
		return scrolling(table, t.name);
	}));
}

async function load(url) {
	const answer = await fetch(url);
	if (!answer.ok)
		throw new Error(`${url}: ${answer.status}`);
	return answer.text();
}

// What the log says: the predicate of the report's statement, proved by bundle and trust file.
async function proved() {
	const own = $("r-trust").files[0];
	const trust = own ? await own.text() : await load("/trust");
	const bundle = await load(box.dataset.bundle);
	const proof = await PellucidVerify.verify(trust, bundle, box.dataset.openings.replace(/^.*\//, ""));
	if (proof.status === "state")
		throw new PellucidVerify.Refusal("not.judged");
	if (proof.status === "quorum")
		throw new PellucidVerify.Refusal("head.rebuilders", proof.rebuilders, proof.rebuildThreshold);
	const predicate = PellucidVerify.reportOf(proof);
	if (!predicate)
		throw new PellucidVerify.Refusal("no.report");
	return { proof, predicate, samples: await PellucidVerify.samplesOf(proof), own: Boolean(own) };
}

function finish(started, { proof, samples, own }, data) {
	$("r-progress").hidden = true;
	$("r-go").disabled = false;
	if (data.refused || data.error) {
		show("bad", text("refused"), data.refused || data.error);
		return;
	}
	const names = proof.witnesses.filter((w) => w.time > 0).map((w) => w.name).join(", ");
	show("good", text(data.result.stated ? "counted_stated" : "counted", data.result.rows, ((performance.now() - started) / 1000).toFixed(1)),
		proof.unwitnessed ? text("unwitnessed") : text("witnessed", names),
		own ? text("own") : text("lent"),
		...PellucidVerify.countedWords(text, data.result, samples, data.samples).map(([, words]) => words));
	tables(data.result);
}

async function go() {
	const bar = $("r-progress"), started = performance.now();
	$("r-go").disabled = true;
	bar.hidden = false;
	bar.removeAttribute("value");
	show("", text("counting"));
	let said;
	try {
		said = await proved();
	} catch (e) {
		finish(started, {}, { refused: e instanceof PellucidVerify.Refusal ? text(e.key, ...e.values) : e.message });
		return;
	}
	work(started, said, 2);
}

// In a worker, which gets its scripts over the network like anything else: one that could not is started again.
function work(started, said, tries) {
	const bar = $("r-progress");
	if (worker)
		worker.terminate();
	const at = (name) => new URL(box.dataset[name], location.href).href;
	worker = new Worker(at("worker"));
	worker.onmessage = ({ data }) => {
		if (data.done !== undefined) {
			if (data.total)
				bar.value = data.done / data.total;
			return;
		}
		worker.terminate();
		worker = null;
		finish(started, said, data);
	};
	worker.onerror = (e) => tries > 1 ? work(started, said, tries - 1) : finish(started, said, { error: e.message });
	worker.postMessage({ scripts: ["hash", "core", "commit", "count"].map(at), self: at("worker"), openings: at("openings"), predicate: said.predicate,
		samples: said.samples.map((e) => e.statement.predicate) });
}

$("r-go").addEventListener("click", go);
box.hidden = false;

})();
