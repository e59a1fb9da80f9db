// SPDX-License-Identifier: Apache-2.0
// Checks an openings file row by row and counts it (docs/formats/openings.md), with nothing but the language and recount-hash.js: the
// same files run in the portal's worker and under Node. Written from the format pages, not from the C code; tests/interop compares the two.
//
// Refusals are thrown as RecountRefusal with words that name the row.
"use strict";
(function (root) {

class RecountRefusal extends Error {}

const refuse = (words) => {
	throw new RecountRefusal(words);
};

const { INITIAL, compress, digestInto, sha256, hex } = root.PellucidHash;

// ---- bytes and texts ----

const utf8 = new TextEncoder();
const label = (text) => utf8.encode(text + "\0");

function nibble(c) {
	return c >= 48 && c <= 57 ? c - 48 : c >= 97 && c <= 102 ? c - 87 : -1;
}

// 64 lower-case digits into @out at @at; false otherwise.
function fromHex(text, out, at) {
	if (text.length !== 64)
		return false;
	for (let i = 0; i < 32; i++) {
		const a = nibble(text.charCodeAt(2 * i)), b = nibble(text.charCodeAt(2 * i + 1));
		if (a < 0 || b < 0)
			return false;
		out[at + i] = a << 4 | b;
	}
	return true;
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

// RFC 3339 in whole seconds; NaN otherwise.
function seconds(text) {
	if (text === undefined || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/.test(text))
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
const FOLDS = ["count", "distinct", "sum", "min", "max", "median"];
const NAME = /^[a-z][a-z0-9-]*$/;

function parseField(words) {
	const [name, type, how, ...rest] = words;
	const f = { name, type, open: how === "open", rule: null };
	if (!NAME.test(name || "") || name.length > 40 || !TYPES.includes(type) || !["open", "generalised", "sealed"].includes(how))
		refuse(`declaration: the field "${name}" cannot be read`);
	if (how === "generalised") {
		f.rule = rest.shift();
		if (RULES[f.rule] !== type)
			refuse(`declaration: the field ${name} has no rule for its type`);
		if (f.rule === "range" || f.rule === "group")
			f.bounds = rest.shift();
	}
	if (type === "enum")
		f.choices = f.rule === "group" ? f.bounds.split(",").map((p) => p.split(":")[0]).join(",") : rest.shift();
	if (rest.length || (type === "enum" && !f.choices))
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
				f.rule === "group" ? [...new Set(f.bounds.split(",").map((p) => p.split(":")[1]))].join(",") : undefined);
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
	const name = words.shift(), fold = words.shift();
	if (!NAME.test(name || "") || !FOLDS.includes(fold))
		refuse("declaration: a total cannot be read");
	const field = fold === "count" ? -1 : openField(d, words.shift());
	const conditions = words.map((w) => {
		const m = /^([a-z][a-z0-9-]*)(!?)=(.*)$/.exec(w);
		if (!m)
			refuse("declaration: a condition cannot be read");
		return { field: openField(d, m[1]), differs: m[2] === "!", values: new Set(m[3].split("|")) };
	});
	return { name, fold, field, conditions };
}

function parseDeclaration(text) {
	const lines = text.split("\n");
	const d = { declared: [], fields: [], names: new Map(), totals: [], tables: [], text };
	if (lines.pop() !== "" || lines.some((l) => l.endsWith(" ")))
		refuse("declaration: a line cannot be read");
	const head = (key, pattern) => {
		const m = new RegExp(`^${key} (${pattern})$`).exec(lines.shift() || "");
		return m ? m[1] : refuse(`declaration: expected a line "${key}"`);
	};
	if (lines.shift() !== "pellucid-register v1")
		refuse("declaration: expected \"pellucid-register v1\"");
	d.name = head("name", "[a-z][a-z0-9-]{0,39}");
	d.imported = head("source", "intake|imported") === "imported";
	d.padded = head("existence", "exact|padded") === "padded";
	d.totalsOnly = head("opens", "rows|totals") === "totals";
	d.lateDays = Number(head("late-after", "0|[1-9][0-9]{0,3}"));
	head("open-after", "0|[1-9][0-9]{0,3}");
	head("retain", "0|[1-9][0-9]{0,3}");
	let derived = false;
	for (const line of lines) {
		const words = line.split(" ");
		const kind = words.shift();
		if (kind === "field" && !derived) {
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
		else if (kind === "table" && words.length >= 2 && words.length <= 3)
			d.tables.push({ name: words[0], rows: openField(d, words[1]), columns: words[2] ? openField(d, words[2]) : -1 });
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

// ---- the commitment of one open row ----

const LEAF = label("pellucid-commit-leaf-v1"), NODE = label("pellucid-commit-node-v1");
const VALUE_MAX = 65536;

class Committer {
	constructor(declaration, register) {
		this.d = declaration;
		this.register = register;
		this.leaf = new Uint8Array(LEAF.length + 32 + 32 + 3 + 32 + 4 + VALUE_MAX + 72);
		this.leaf.set(LEAF);
		this.leaf.set(declaration.digest, LEAF.length);
		this.node = new Uint8Array(NODE.length + 64 + 72);
		this.node.set(NODE);
		this.pad = new Uint8Array(128);
		this.inner = new Int32Array(8);
		this.outer = new Int32Array(8);
		this.nodes = new Uint8Array(32 * declaration.leaves);
		this.seed = new Uint8Array(32);
		this.cache = new Map();
	}

	// HMAC-SHA-256 with the case's seed: both pads are taken in once a row.
	key() {
		const block = this.pad;
		block.fill(0x36, 0, 64);
		for (let i = 0; i < 32; i++)
			block[i] ^= this.seed[i];
		this.inner.set(INITIAL);
		compress(this.inner, block, 0);
		for (let i = 0; i < 64; i++)
			block[i] ^= 0x36 ^ 0x5c;
		this.outer.set(INITIAL);
		compress(this.outer, block, 0);
	}

	salt(index, revision, out, at) {
		const m = this.pad;
		m[0] = index >>> 8;
		m[1] = index;
		m[2] = revision >>> 24;
		m[3] = revision >>> 16;
		m[4] = revision >>> 8;
		m[5] = revision;
		digestInto(m, 6, this.inner, 64, out, at);
		m.set(out.subarray(at, at + 32));
		digestInto(m, 32, this.outer, 64, out, at);
	}

	// Values repeat: most are words of an enumeration or days.
	bytes(field, index, text) {
		const key = index + " " + text;
		let b = this.cache.get(key);
		if (b === undefined) {
			b = encode(field, text);
			if (this.cache.size > 4096)
				this.cache.clear();
			this.cache.set(key, b);
		}
		return b;
	}

	oneLeaf(index, revision, value) {
		const at = LEAF.length + 64, m = this.leaf;
		m[at] = index >>> 8;
		m[at + 1] = index;
		m[at + 2] = value === null ? 0 : 1;
		this.salt(index, revision, m, at + 3);
		const length = value === null ? 0 : value.length;
		m[at + 35] = length >>> 24;
		m[at + 36] = length >>> 16;
		m[at + 37] = length >>> 8;
		m[at + 38] = length;
		if (length)
			m.set(value, at + 39);
		digestInto(m, at + 39 + length, INITIAL, 0, this.nodes, 32 * index);
	}

	// @words: seed, values, hashes. The commitment, or null if the words do not fit.
	commit(number, revision, words) {
		const d = this.d;
		let at = 0;
		if (!fromHex(words[at++] || "", this.seed, 0))
			return null;
		this.key();
		this.leaf.set(sha256(label("pl-register-case/v1"), this.register, be64(number)), LEAF.length + 32);
		for (let i = 0; i < d.fields.length; i++) {
			if (!d.fields[i].open)
				continue;
			const text = words[at++];
			const value = text === undefined || text === "" ? null : text === "~" ? null : this.bytes(d.fields[i], i, text === "." ? "" : text);
			if ((value === null && text !== "~") || (value !== null && value.length > VALUE_MAX))
				return null;
			this.oneLeaf(i, revision, value);
		}
		for (let i = 0; i < d.fields.length; i++)
			if (!d.fields[i].open && !fromHex(words[at++] || "", this.nodes, 32 * i))
				return null;
		for (let i = d.fields.length; i < d.leaves; i++)
			this.oneLeaf(i, revision, null);
		if (at !== words.length)
			return null;
		for (let n = d.leaves; n > 1; n /= 2)
			for (let i = 0; i < n / 2; i++) {
				this.node.set(this.nodes.subarray(64 * i, 64 * i + 64), NODE.length);
				digestInto(this.node, NODE.length + 64, INITIAL, 0, this.nodes, 32 * i);
			}
		return this.nodes.slice(0, 32);
	}
}

// ---- the tree (RFC 6962): the complete subtrees of what has been appended, the largest first ----

class Edge {
	constructor(size, subtrees) {
		this.size = size;
		this.h = subtrees;
		let bits = 0;
		for (let n = size; n > 0; n = Math.floor(n / 2))
			bits += n % 2;
		if (bits !== subtrees.length)
			refuse(`the edge has ${subtrees.length} subtrees, which does not fit the first head's size`);
	}

	append(leaf) {
		let h = leaf;
		for (let n = this.size; n % 2 === 1; n = (n - 1) / 2)
			h = sha256(Uint8Array.of(1), this.h.pop(), h);
		this.h.push(h);
		this.size++;
	}

	root() {
		if (!this.size)
			return sha256();
		let h = this.h[this.h.length - 1];
		for (let i = this.h.length - 2; i >= 0; i--)
			h = sha256(Uint8Array.of(1), this.h[i], h);
		return h;
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
	head.length = at + declared.length;
	head.lines = text.slice(0, head.length).split("\n").length - 1;
	return head;
}

const ERASED = { exact: 1, sealed: 2, all: 3 };

// One line, without its hashes computed: {kind: "end" | "day" | "open" | ...}.
function parseLine(line, at) {
	const w = line.split(" ");
	if (line === "end")
		return { kind: "end" };
	if (w[0] === "day") {
		const day = { kind: "day", line: at, day: seconds(w[1]), time: seconds(w[2]), unconfirmed: number(w[3]),
			refused: number(w[4]), root: digestOf(w[5]) };
		if (w.length !== 6 || [day.day, day.time, day.unconfirmed, day.refused].some(Number.isNaN) || !day.root)
			refuse(`line ${at}: expected a heartbeat`);
		return day;
	}
	const row = { kind: w[5], line: at, number: number(w[1]), revision: number(w[2]), leaf: digestOf(w[3]), previous: null, words: w.slice(6) };
	if (w[0] !== "row" || !(row.number >= 1) || !(row.revision <= 4294967295) || !row.leaf)
		refuse(`line ${at}: expected a row, a heartbeat (day) or "end"`);
	if (w[4] !== "-" && (row.revision === 0 || !(row.previous = digestOf(w[4]))))
		refuse(`line ${at}: expected the leaf before, or "-"`);
	const fits = row.kind === "open" ? row.words.length > 0 :
		row.kind === "sealed" ? row.words.length === 1 && digestOf(row.words[0]) :
		row.kind === "erased" ? row.words.length === 1 && ERASED[row.words[0]] :
		row.kind === "lost" && row.words.length === 0 && row.revision === 0;
	if (!fits)
		refuse(`line ${at}: expected open, sealed, erased or lost`);
	return row;
}

function commitmentOf(row, head, committer) {
	switch (row.kind) {
	case "open":
		return committer.commit(row.number, row.revision, row.words);
	case "sealed":
		return digestOf(row.words[0]);
	case "erased":
		return sha256(label("pl-register-erasure/v1"), head.register, be64(row.number), Uint8Array.of(ERASED[row.words[0]]));
	default:
		return sha256(label("pl-register-lost/v1"), head.register, be64(row.number));
	}
}

function startOfNext(rule, start) {
	const t = new Date(start * 1000);
	return Date.UTC(t.getUTCFullYear(), t.getUTCMonth() + { month: 1, "half-year": 6, year: 12 }[rule], 1) / 1000;
}

// Everything that must be done in the order of the rows.
class Recount {
	constructor(head) {
		this.head = head;
		this.d = head.declaration;
		this.edge = null;
		this.packed = [];
		this.chain = head.first.chain;
		this.highest = head.first.highest;
		this.days = head.first.days;
		this.lastDay = 0;
		this.lastTime = head.first.time;
		this.enteredMax = 0;
		this.enteredLine = 0;
		this.cases = new Map();
		this.result = { rows: 0, cases: 0, unopened: 0, erased: 0, lost: 0, late: 0, days: 0, daysMissing: 0, unconfirmed: 0, refused: 0 };
		this.ended = false;
		this.leafBytes = new Uint8Array(129 + 72);
		this.leafBytes.set(label("pl-register-leaf/v1"), 1);
		this.leafBytes.set(head.register, 21);
		if (head.last.size < head.first.size || head.last.highest < head.first.highest)
			refuse("the last head is smaller than the first");
	}

	edgeLine(line) {
		const h = digestOf(line.slice(5));
		if (!h || this.edge)
			refuse("an edge line cannot be read");
		this.packed.push(h);
	}

	begin() {
		this.edge = new Edge(this.head.first.size, this.packed);
		if (!equal(this.edge.root(), this.head.first.root))
			refuse("the edge does not lead to the first head's root");
	}

	wrong(row, words) {
		refuse(row.kind === "day" ? `heartbeat in line ${row.line}: ${words}` :
			`case ${row.number}, revision ${row.revision} (line ${row.line}): ${words}`);
	}

	span(received) {
		const rule = this.d.declared[0].rule;
		return [received, rule ? startOfNext(rule, received) : received + 1];
	}

	valuesOf(row) {
		const values = [];
		let at = 1;
		for (const f of this.d.fields) {
			const text = f.open ? row.words[at++] : undefined;
			values.push(text === undefined || text === "~" ? null : text === "." ? "" : text);
		}
		return values;
	}

	dates(row) {
		const v = this.valuesOf(row);
		const received = seconds(v[this.d.received] || ""), entered = seconds(v[this.d.entered] || "");
		if (Number.isNaN(received) || Number.isNaN(entered) || v[this.d.late] === null)
			this.wrong(row, "received, entered or late is missing");
		const [from, to] = this.span(received);
		if (entered % DAY)
			this.wrong(row, "\"entered\" is not the beginning of a UTC day");
		if (row.revision)
			return;
		if (from >= entered + DAY)
			this.wrong(row, "post-dated: received after it was entered");
		if (entered < this.lastTime - this.lastTime % DAY)
			this.wrong(row, "\"entered\" lies before the head that came before it");
		const late = v[this.d.late] === "true", days = this.d.lateDays * DAY, day = (t) => t - t % DAY;
		const fits = this.d.imported ? !late : entered > day(to - 1) + days ? late : entered > day(from) + days || !late;
		if (!fits)
			this.wrong(row, "the mark \"late\" does not fit the dates");
		if (entered > this.enteredMax) {
			this.enteredMax = entered;
			this.enteredLine = row.line;
		}
	}

	enteredInTime(time) {
		if (this.enteredMax > time)
			refuse(`line ${this.enteredLine}: "entered" lies behind the head that followed`);
	}

	row(row, commitment) {
		if (!commitment)
			this.wrong(row, "expected a value for each of the open fields and a hash for each of the private ones, in their one spelling");
		const known = this.cases.get(row.number);
		let previous = null;
		if (row.revision === 0) {
			if (row.number !== this.highest + 1)
				this.wrong(row, `out of order: the next new number is ${this.highest + 1}`);
			this.highest++;
		} else if (known) {
			if (row.previous || row.revision !== known.revision + 1)
				this.wrong(row, "does not follow the revision before it");
			if (known.kind === "erased" || known.kind === "lost")
				this.wrong(row, "a case that was erased or lost has no later revision");
			previous = known.leaf;
		} else {
			if (!row.previous || row.number > this.head.first.highest)
				this.wrong(row, "the revision before it is missing");
			previous = row.previous;
		}
		const m = this.leafBytes, leaf = new Uint8Array(32);
		m.set(be64(row.number), 53);
		m[61] = row.revision >>> 24;
		m[62] = row.revision >>> 16;
		m[63] = row.revision >>> 8;
		m[64] = row.revision;
		m.fill(0, 65, 97);
		if (previous)
			m.set(previous, 65);
		m.set(commitment, 97);
		digestInto(m, 129, INITIAL, 0, leaf, 0);
		if (!equal(leaf, row.leaf))
			this.wrong(row, "what is opened is not what was entered: it leads to another leaf");
		const open = row.kind === "open";
		if (open)
			this.dates(row);
		this.cases.set(row.number, { revision: row.revision, kind: row.kind, leaf, words: open ? row.words : known ? known.words : null });
		this.result.rows++;
		this.edge.append(leaf);
	}

	day(day) {
		this.enteredInTime(day.time);
		if (!equal(this.edge.root(), day.root))
			this.wrong(day, "its root does not follow from the rows before it: one of them since the heartbeat before is false");
		if (day.day % DAY || day.time < day.day + DAY || day.time < this.lastTime || (this.lastDay && day.day <= this.lastDay))
			this.wrong(day, "days and times do not ascend");
		if (this.lastDay)
			this.result.daysMissing += (day.day - this.lastDay) / DAY - 1;
		this.chain = sha256(label("pl-register-day/v1"), this.head.register, this.chain, be64(day.day), be64(day.time),
			be64(this.edge.size), be64(day.unconfirmed), be64(day.refused), day.root);
		this.result.days++;
		this.result.unconfirmed += day.unconfirmed;
		this.result.refused += day.refused;
		this.days++;
		this.lastDay = day.day;
		this.lastTime = day.time;
		this.enteredMax = 0;
	}

	finish() {
		const last = this.head.last;
		this.enteredInTime(last.time);
		if (this.edge.size !== last.size)
			refuse(`the last head has ${last.size} leaves, with the rows there are ${this.edge.size}`);
		if (this.highest !== last.highest)
			refuse(`the last head says number ${last.highest} was given, the rows end with ${this.highest}`);
		if (!equal(this.edge.root(), last.root))
			refuse(`the rows do not lead to the last head's root: one since the last heartbeat (number ${this.highest} and before) is false`);
		if (this.days !== last.days || !equal(this.chain, last.chain))
			refuse("the heartbeats are not those that the last head closes");
		return this.count();
	}

	// ---- counting ----

	counted() {
		const rows = [];
		for (const [number, c] of this.cases) {
			this.result.unopened += c.kind === "sealed";
			this.result.erased += c.kind === "erased";
			this.result.lost += c.kind === "lost";
			if (c.kind === "sealed" || !c.words)
				continue;
			const v = this.valuesOf(c);
			const [from, to] = this.span(seconds(v[this.d.received]));
			if (to <= this.head.from || from >= this.head.to)
				continue;
			if (from < this.head.from || to > this.head.to)
				refuse(`case ${number}: "received" is known too coarsely for this period`);
			rows.push(v);
			this.result.late += v[this.d.late] === "true";
		}
		this.result.cases = rows.length;
		return rows;
	}

	fold(t, rows) {
		const meets = (v) => t.conditions.every((c) => v[c.field] !== null && c.values.has(v[c.field]) !== c.differs);
		const of = rows.filter((v) => meets(v) && (t.field < 0 || v[t.field] !== null));
		if (t.fold === "count")
			return of.length;
		if (t.fold === "distinct")
			return new Set(of.map((v) => v[t.field])).size;
		const n = of.map((v) => Number(v[t.field])).sort((a, b) => a - b);
		if (t.fold === "sum")
			return n.reduce((a, b) => a + b, 0);
		return n.length === 0 ? 0 : t.fold === "median" ? n[(n.length - 1) >> 1] : t.fold === "min" ? n[0] : n[n.length - 1];
	}

	count() {
		const rows = this.counted();
		this.result.totals = this.d.totals.map((t) => ({ name: t.name, value: this.fold(t, rows) }));
		this.result.tables = this.d.tables.map((t) => {
			const cells = new Map();
			for (const v of rows) {
				const key = JSON.stringify([v[t.rows], t.columns < 0 ? null : v[t.columns]]);
				cells.set(key, (cells.get(key) || 0) + 1);
			}
			return { name: t.name, cells: [...cells].map(([k, n]) => [...JSON.parse(k), n]) };
		});
		return this.result;
	}
}

// ---- against what the report in the log says ----

const word = (d) => "sha256:" + hex(d);
const rfc3339 = (t) => new Date(t * 1000).toISOString().replace(".000Z", "Z");

// Throws, naming what differs, unless the predicate of a register-report/v1 says what was counted from the file with that digest.
function compareReport(predicate, digest, head, result) {
	const p = predicate, ends = (e) => ({ size: e.size, highest: e.highest, days: e.days, time: rfc3339(e.time), root: word(e.root), chain: word(e.chain) });
	const same = (what, said, counted) => {
		if (JSON.stringify(said) !== JSON.stringify(counted))
			refuse(`the report says ${what} ${JSON.stringify(said)}, the file gives ${JSON.stringify(counted)}`);
	};
	same("openings", p.openings.digest, "sha256:" + digest);
	same("register", p.register, head.declaration.name);
	same("declaration", p.declaration, word(sha256(utf8.encode(head.declaration.text))));
	same("from", p.from, rfc3339(head.from));
	same("to", p.to, rfc3339(head.to));
	for (const end of ["first", "last"])
		for (const [key, value] of Object.entries(ends(head[end])))
			same(`${end}.${key}`, p[end][key], value);
	for (const key of ["cases", "unopened", "erased", "lost", "late", "daysMissing", "unconfirmed", "refused"])
		same(key, p[key], result[key]);
	same("totals", p.totals.map((t) => `${t.name} ${t.value}`), result.totals.map((t) => `${t.name} ${t.value}`));
}

// A whole file at once, for tests and small files.
function recountText(text) {
	const head = parseHead(text);
	if (!head)
		refuse("the file breaks off");
	const committer = new Committer(head.declaration, head.register), recount = new Recount(head);
	let at = head.length, line = head.lines;
	for (;;) {
		const end = text.indexOf("\n", at);
		line++;
		if (end < 0)
			refuse(`line ${line}: the file breaks off, or the line is too long`);
		const l = text.slice(at, end);
		at = end + 1;
		if (!recount.edge && l.startsWith("edge ")) {
			recount.edgeLine(l);
			continue;
		}
		if (!recount.edge)
			recount.begin();
		const item = parseLine(l, line);
		if (item.kind === "end")
			break;
		if (item.kind === "day")
			recount.day(item);
		else
			recount.row(item, commitmentOf(item, head, committer));
	}
	if (at !== text.length)
		refuse(`line ${line + 1}: something follows the line "end"`);
	return { head, result: recount.finish() };
}

root.PellucidRecount = { parseHead, parseLine, commitmentOf, Committer, Recount, recountText, compareReport, RecountRefusal };
})(globalThis);
