// SPDX-License-Identifier: Apache-2.0
// Recounts an openings file in the background. One worker reads the file and keeps the order; it cuts the bytes at line ends and hands the
// pieces to others, which read the lines and compute what is expensive, the commitments. What comes back are arrays of numbers. Memory does
// not grow with the file, but by a few numbers a case: every buffer goes back to where it came from and is filled again.
//
// in:  {scripts, self, openings | file, predicate, samples}  where recount-hash.js, -core, -commit, -count are (none: they stand above this script in
//                                                   one file), and this script; the address of the file or the file itself; what the
//                                                   report in the log says, and what auditors say of it
// out: {done, total}                     now and then
//      {head, result, digest, samples}   or {refused: words}, or {error: words}; samples: of each, null or why it says nothing
"use strict";

const PIECE = 131072, LINE_MAX = 65536, AHEAD = 2, HELPERS = 4, FRONT_MAX = 2097152;

// ---- a helper: bytes of whole lines in, numbers out ----

let helper = null;

class Helper {
	constructor(head) {
		const R = PellucidRecount;
		this.head = head;
		this.committers = R.committersOf(head);
		this.needed = R.neededFields(head);
		this.texts = new R.Texts();
		this.told = 1; // texts that the reader knows
		this.row = new R.Row();
		this.decoder = new TextDecoder("utf-8", { fatal: true });
	}

	// Arrays for @n lines: those that came back, if they are large enough.
	room(n, spare) {
		if (spare && spare.kinds.length >= n)
			return { ...spare, days: [], n: 0 };
		n += n >> 2;
		return { kinds: new Uint8Array(n), unders: new Uint8Array(n), numbers: new Float64Array(n), revisions: new Uint32Array(n), leaves: new Uint8Array(32 * n),
			has: new Uint8Array(n), previous: new Uint8Array(32 * n), commitments: new Uint8Array(32 * n),
			values: new Uint32Array(this.needed.fields.length * n), days: [], n: 0 };
	}

	take(out, line, at) {
		const R = PellucidRecount, row = this.row, i = out.n;
		if (line.length > LINE_MAX)
			R.refuse(`line ${at}: the file breaks off, or the line is too long`);
		R.parseLine(line, at, row, this.head.earlier.length);
		out.kinds[i] = row.kind;
		out.unders[i] = row.under;
		if (row.kind === R.DAYLINE || row.kind === R.GAPLINE)
			out.days.push(row.day);
		if (row.kind === R.EDGELINE)
			out.leaves.set(row.leaf, 32 * i);
		if (row.kind === R.DAYLINE || row.kind === R.GAPLINE || row.kind === R.EDGELINE || row.kind === R.END) {
			out.n++;
			return;
		}
		out.numbers[i] = row.number;
		out.revisions[i] = row.revision;
		out.leaves.set(row.leaf, 32 * i);
		out.has[i] = row.hasPrevious ? 1 : 0;
		if (row.hasPrevious)
			out.previous.set(row.previous, 32 * i);
		// A second bit: the words do not fit. The reader says so when it is this row's turn.
		if (!R.commitmentOf(row, this.head, this.committers, out.commitments, 32 * i))
			out.has[i] |= 2;
		else if (row.kind === R.OPEN)
			R.numbersOf(row, this.needed, this.texts, out.values, this.needed.fields.length * i);
		out.n++;
	}

	// The lines of @bytes, the first of which is line @first. A refusal comes behind what was read before it.
	read(bytes, first, count, spare) {
		const out = this.room(count, spare);
		try {
			const text = this.decoder.decode(bytes);
			for (let i = 0, at = 0; i < count; i++) {
				const end = text.indexOf("\n", at);
				if (i && out.kinds[i - 1] === PellucidRecount.END)
					PellucidRecount.refuse(`line ${first + i}: something follows the line "end"`);
				this.take(out, text.slice(at, end), first + i);
				at = end + 1;
			}
		} catch (e) {
			out.refused = e instanceof PellucidRecount.RecountRefusal ? e.message : `line ${first + out.n}: ${e.message}`;
		}
		out.texts = this.texts.texts.slice(this.told);
		this.told = this.texts.texts.length;
		return out;
	}
}

const ARRAYS = ["kinds", "unders", "numbers", "revisions", "leaves", "has", "previous", "commitments", "values"];
const buffersOf = (arrays) => ARRAYS.map((name) => arrays[name].buffer);

function help({ scripts, begin, bytes, length, first, count, spare }) {
	if (begin !== undefined) {
		if (scripts)
			importScripts(...scripts);
		helper = new Helper(PellucidRecount.parseHead(begin));
		return;
	}
	const out = helper.read(new Uint8Array(bytes, 0, length), first, count, spare);
	out.bytes = bytes;
	self.postMessage(out, [bytes, ...buffersOf(out)]);
}

// ---- the reader ----

class Pool {
	constructor(script, scripts, begin) {
		this.helpers = [];
		this.next = 0;
		const n = Math.max(1, Math.min(HELPERS, navigator.hardwareConcurrency || 2));
		try {
			this.start(n, script, scripts, begin);
		} catch {
			// A page that is a file may have no workers of its worker: then this one does all of it.
			this.end();
			helper = new Helper(PellucidRecount.parseHead(begin));
			this.helpers = [{ worker: null, texts: [0], spares: [] }];
		}
	}

	start(n, script, scripts, begin) {
		for (let i = 0; i < n; i++) {
			const worker = new Worker(script), h = { worker, waiting: [], texts: [0], spares: [] };
			worker.onmessage = ({ data }) => h.waiting.shift().resolve(data);
			worker.onerror = (e) => h.waiting.splice(0).forEach((w) => w.reject(new Error(e.message)));
			worker.postMessage({ scripts, begin });
			this.helpers.push(h);
		}
	}

	// The first @length bytes of the buffer @bytes, which is theirs until the answer is there.
	ask(bytes, length, first, count) {
		const h = this.helpers[this.next++ % this.helpers.length], spare = h.spares.pop();
		if (!h.worker)
			return { h, answer: { ...helper.read(new Uint8Array(bytes, 0, length), first, count, spare), bytes }, first };
		const answer = new Promise((resolve, reject) => h.waiting.push({ resolve, reject }));
		h.worker.postMessage({ bytes, length, first, count, spare }, [bytes, ...(spare ? buffersOf(spare) : [])]);
		return { h, answer, first };
	}

	end() {
		this.helpers.forEach((h) => h.worker && h.worker.terminate());
	}
}

const NEWLINE = 10;

class Reader {
	constructor(where) {
		this.where = where;
		this.hash = new PellucidHash.Hash();
		this.front = new Uint8Array(0); // until the head and the edge are read
		this.piece = new Uint8Array(PIECE);
		this.free = [];                 // buffers of pieces that came back
		this.n = 0;                     // bytes in it
		this.cut = 0;                   // behind its last line end
		this.lines = 0;                 // whole lines in it
		this.line = 0;                  // lines before it
		this.asked = [];
		this.head = null;
		this.ended = false;
		this.row = null;
	}

	// The head and the lines "edge" behind it. False if more is needed.
	takeFront() {
		let text;
		try {
			text = new TextDecoder("utf-8", { fatal: true }).decode(this.front, { stream: true });
		} catch (e) {
			PellucidRecount.refuse(e.message);
		}
		this.head = PellucidRecount.parseHead(text);
		if (!this.head)
			return false;
		let at = this.head.length, line = this.head.lines, end;
		const edge = [];
		while ((end = text.indexOf("\n", at)) >= 0 && text.startsWith("edge ", at)) {
			edge.push(text.slice(at, end));
			at = end + 1;
			line++;
		}
		// Is what stands behind them far enough to see that it is no other one of them?
		const behind = text.slice(at, at + 5);
		if (behind === "edge " || "edge ".startsWith(behind)) {
			this.head = null;
			return false;
		}
		this.recount = new PellucidRecount.Recount(this.head);
		edge.forEach((l) => this.recount.edgeLine(l));
		this.recount.begin();
		this.row = new PellucidRecount.Row();
		this.line = line;
		this.pool = new Pool(this.where.self, this.where.scripts, text.slice(0, this.head.front));
		const rest = this.front.subarray(PellucidRecount.utf8.encode(text.slice(0, at)).length);
		this.front = null;
		this.lineBytes(rest);
		return true;
	}

	lineBytes(bytes) {
		for (let at = 0; at < bytes.length;) {
			if (this.n === this.piece.length)
				this.flush();
			const n = Math.min(bytes.length - at, this.piece.length - this.n);
			this.piece.set(bytes.subarray(at, at + n), this.n);
			for (let i = this.n, end = this.n + n; i < end; i++)
				if (this.piece[i] === NEWLINE) {
					this.lines++;
					this.cut = i + 1;
				}
			this.n += n;
			at += n;
		}
	}

	// Hand the whole lines on; what is left of a line begins the next piece.
	flush() {
		if (!this.cut)
			throw new PellucidRecount.RecountRefusal(`line ${this.line + 1}: the file breaks off, or the line is too long`);
		const full = this.piece, next = new Uint8Array(this.free.pop() ?? new ArrayBuffer(PIECE));
		next.set(full.subarray(this.cut, this.n));
		this.asked.push(this.pool.ask(full.buffer, this.cut, this.line + 1, this.lines));
		this.piece = next;
		this.line += this.lines;
		this.n -= this.cut;
		this.cut = this.lines = 0;
	}

	// A helper's numbers of texts are its own.
	ownNumbers(h, out) {
		for (const text of out.texts)
			h.texts.push(this.recount.texts.number(text));
		const map = h.texts, values = out.values;
		for (let i = 0, end = out.n * this.recount.cases.width; i < end; i++)
			values[i] = map[values[i]];
	}

	async apply() {
		const { h, answer, first } = this.asked.shift(), out = await answer, row = this.row, R = PellucidRecount;
		this.ownNumbers(h, out);
		let day = 0;
		for (let i = 0; i < out.n; i++) {
			if (this.ended)
				R.refuse(`line ${first + i}: something follows the line "end"`);
			row.kind = out.kinds[i];
			row.under = out.unders[i];
			row.line = first + i;
			if (row.kind === R.END) {
				this.ended = true;
				continue;
			}
			if (row.kind === R.DAYLINE) {
				this.recount.day(out.days[day++]);
				continue;
			}
			if (row.kind === R.GAPLINE) {
				this.recount.gapLine(out.days[day++]);
				continue;
			}
			if (row.kind === R.EDGELINE) {
				this.recount.gapEdge(out.leaves.subarray(32 * i, 32 * i + 32), row.line);
				continue;
			}
			row.number = out.numbers[i];
			row.revision = out.revisions[i];
			row.leaf = out.leaves.subarray(32 * i, 32 * i + 32);
			row.hasPrevious = (out.has[i] & 1) === 1;
			row.previous = out.previous.subarray(32 * i, 32 * i + 32);
			this.recount.row(row, out.has[i] & 2 ? null : out.commitments, 32 * i, out.values, this.recount.cases.width * i);
		}
		if (out.refused)
			R.refuse(out.refused);
		this.free.push(out.bytes);
		h.spares.push(Object.fromEntries(ARRAYS.map((name) => [name, out[name]])));
	}

	async take(bytes) {
		this.hash.update(bytes);
		if (this.front) {
			const more = new Uint8Array(this.front.length + bytes.length);
			more.set(this.front);
			more.set(bytes, this.front.length);
			this.front = more;
			if (more.length > FRONT_MAX)
				PellucidRecount.refuse("the head of the file is too long");
			this.takeFront();
		} else {
			this.lineBytes(bytes);
		}
		while (this.pool && this.asked.length > AHEAD * this.pool.helpers.length)
			await this.apply();
	}

	async finish() {
		if (!this.head)
			PellucidRecount.refuse("the file breaks off");
		if (this.cut)
			this.flush();
		while (this.asked.length)
			await this.apply();
		if (this.n || !this.ended)
			PellucidRecount.refuse(this.ended ? "something follows the line \"end\"" : "the file breaks off");
		return this.recount.finish();
	}
}

// The bytes of an address or of a file.
async function source({ openings, file }) {
	if (file)
		return { stream: file.stream(), total: file.size };
	const answer = await fetch(openings);
	if (!answer.ok)
		throw new Error(`${answer.status}`);
	return { stream: answer.body, total: Number(answer.headers.get("Content-Length")) || 0 };
}

// Each piece of @stream to @take. One buffer is lent and comes back filled, where the browser's streams can do that.
async function pieces(stream, take) {
	let lent = null, reader;
	try {
		reader = stream.getReader({ mode: "byob" });
		lent = new ArrayBuffer(PIECE);
	} catch {
		reader = stream.getReader();
	}
	for (;;) {
		const { value, done } = await reader.read(...(lent ? [new Uint8Array(lent)] : []));
		if (done)
			return;
		await take(value);
		if (lent)
			lent = value.buffer;
	}
}

async function run(where) {
	if (where.scripts)
		importScripts(...where.scripts);
	const reader = new Reader(where);
	let last = 0, done = 0;
	try {
		const { stream, total } = await source(where);
		await pieces(stream, async (value) => {
			await reader.take(value);
			done += value.length;
			if (Date.now() - last >= 100) {
				last = Date.now();
				self.postMessage({ done, total });
			}
		});
		const result = await reader.finish(), digest = reader.hash.hex();
		const { origin, from, to, first, last: end } = reader.head;
		PellucidRecount.compareReport(where.predicate, digest, reader.head, result);
		// An auditor who picked his cases takes nothing from the report but his own word.
		const samples = (where.samples ?? []).map((p) => PellucidRecount.compareSample(p, digest, result));
		result.drawable = result.drawable.length;
		self.postMessage({ head: { origin, from, to, first, last: end, gaps: result.gaps }, result, digest, samples });
	} catch (e) {
		self.postMessage(e instanceof PellucidRecount.RecountRefusal ? { refused: e.message } : { error: e.message });
	} finally {
		if (reader.pool)
			reader.pool.end();
	}
}

self.onmessage = ({ data }) => {
	if (data.openings || data.file)
		run(data);
	else
		help(data);
};
