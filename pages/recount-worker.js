// SPDX-License-Identifier: Apache-2.0
// Recounts an openings file in the background. One worker reads the file and keeps the order; it hands batches of lines to others,
// which compute what is expensive, the commitments. Memory does not grow with the file, but for what is counted.
//
// in:  {scripts, self, openings, predicate}  where recount-hash.js and recount-core.js, this script and the file are; what the
//                                            report in the log says
// out: {done, total}                     now and then
//      {head, result, digest}            or {refused: words}, or {error: words}
"use strict";

const BATCH = 512, AHEAD = 3;

// ---- a helper: lines in, commitments out ----

let helper = null;

function help({ scripts, file, lines, first }) {
	if (scripts) {
		importScripts(...scripts);
		const head = PellucidRecount.parseHead(file);
		helper = { head, committer: new PellucidRecount.Committer(head.declaration, head.register) };
		return;
	}
	try {
		const commitments = lines.map((line, i) => {
			const item = PellucidRecount.parseLine(line, first + i);
			return item.kind === "end" || item.kind === "day" ? null : PellucidRecount.commitmentOf(item, helper.head, helper.committer);
		});
		self.postMessage({ commitments });
	} catch (e) {
		self.postMessage({ refused: e.message });
	}
}

// ---- the reader ----

class Pool {
	constructor(script, scripts, file) {
		this.helpers = [];
		const n = Math.max(1, Math.min(4, navigator.hardwareConcurrency || 2));
		for (let i = 0; i < n; i++) {
			const worker = new Worker(script), h = { worker, waiting: [] };
			worker.onmessage = ({ data }) => h.waiting.shift().resolve(data);
			worker.onerror = (e) => h.waiting.splice(0).forEach((w) => w.reject(new Error(e.message)));
			worker.postMessage({ scripts, file });
			this.helpers.push(h);
		}
		this.next = 0;
	}

	ask(message) {
		const h = this.helpers[this.next++ % this.helpers.length];
		return new Promise((resolve, reject) => {
			h.waiting.push({ resolve, reject });
			h.worker.postMessage(message);
		});
	}

	end() {
		this.helpers.forEach((h) => h.worker.terminate());
	}
}

class Reader {
	constructor(where) {
		this.where = where;
		this.hash = new PellucidHash.Hash();
		this.decoder = new TextDecoder("utf-8", { fatal: true });
		this.text = "";
		this.lines = [];
		this.asked = [];
		this.head = null;
		this.ended = false;
	}

	takeHead() {
		this.head = PellucidRecount.parseHead(this.text);
		if (!this.head)
			return false;
		this.recount = new PellucidRecount.Recount(this.head);
		this.pool = new Pool(this.where.self, this.where.scripts, this.text.slice(0, this.head.length));
		this.line = this.head.lines;
		this.text = this.text.slice(this.head.length);
		return true;
	}

	takeLines() {
		const lines = this.text.split("\n");
		this.text = lines.pop();
		for (const line of lines) {
			if (!this.recount.edge && line.startsWith("edge ")) {
				this.recount.edgeLine(line);
				this.line++;
				continue;
			}
			if (!this.recount.edge)
				this.recount.begin();
			this.lines.push(line);
			if (this.lines.length === BATCH)
				this.ask();
		}
	}

	ask() {
		const lines = this.lines, first = this.line + 1;
		this.lines = [];
		this.line += lines.length;
		if (lines.length)
			this.asked.push({ lines, first, answer: this.pool.ask({ lines, first }) });
	}

	async apply() {
		const { lines, first, answer } = this.asked.shift();
		const { commitments, refused } = await answer;
		lines.forEach((line, i) => {
			if (this.ended)
				throw new PellucidRecount.RecountRefusal(`line ${first + i}: something follows the line "end"`);
			const item = PellucidRecount.parseLine(line, first + i);
			if (item.kind === "end")
				this.ended = true;
			else if (item.kind === "day")
				this.recount.day(item);
			else if (refused)
				this.recount.row(item, PellucidRecount.commitmentOf(item, this.head, this.own()));
			else
				this.recount.row(item, commitments[i]);
		});
	}

	// After a helper's refusal, which may lie behind one of ours: line by line.
	own() {
		this.committer ??= new PellucidRecount.Committer(this.head.declaration, this.head.register);
		return this.committer;
	}

	async piece(bytes) {
		this.hash.update(bytes);
		this.text += this.decoder.decode(bytes, { stream: true });
		if (!this.head && !this.takeHead())
			return;
		this.takeLines();
		while (this.asked.length > AHEAD * this.pool.helpers.length)
			await this.apply();
	}

	async finish() {
		if (!this.head)
			throw new PellucidRecount.RecountRefusal("the file breaks off");
		this.ask();
		while (this.asked.length)
			await this.apply();
		if (this.text || !this.ended)
			throw new PellucidRecount.RecountRefusal(this.ended ? "something follows the line \"end\"" : "the file breaks off");
		return this.recount.finish();
	}
}

async function run(where) {
	importScripts(...where.scripts);
	const reader = new Reader(where);
	let last = 0, done = 0;
	try {
		const answer = await fetch(where.openings);
		if (!answer.ok)
			throw new Error(`${answer.status}`);
		const total = Number(answer.headers.get("Content-Length")) || 0;
		for (const stream = answer.body.getReader();;) {
			const { value, done: end } = await stream.read();
			if (end)
				break;
			await reader.piece(value);
			done += value.length;
			if (Date.now() - last >= 100) {
				last = Date.now();
				self.postMessage({ done, total });
			}
		}
		const result = await reader.finish();
		const { origin, from, to, first, last: end } = reader.head;
		PellucidRecount.compareReport(where.predicate, reader.hash.hex(), reader.head, result);
		self.postMessage({ head: { origin, from, to, first, last: end }, result, digest: reader.hash.hex() });
	} catch (e) {
		self.postMessage(e instanceof PellucidRecount.RecountRefusal ? { refused: e.message } : { error: e.message });
	} finally {
		if (reader.pool)
			reader.pool.end();
	}
}

self.onmessage = ({ data }) => {
	if (data.openings)
		run(data);
	else
		help(data);
};
