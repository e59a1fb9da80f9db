// SPDX-License-Identifier: Apache-2.0
// Everything that must be done in the order of an openings file's rows: the tree, the chain of heartbeats, one history for each case; then
// counting. What is kept of a case are a few numbers: texts stand in one dictionary, and only those that are counted by.
"use strict";
(function (root) {

const { INITIAL, digestInto } = root.PellucidHash;
const R = root.PellucidRecount;
const { refuse, equal, be64, label, sha256, DAY } = R;
const GAPS_MAX = 16, RHYTHM = 600, LATE_KEPT = 1024, DRAWN_MAX = 1024, WORDS_MAX = 256;

function startOfNext(rule, start) {
	const t = new Date(start * 1000);
	return Date.UTC(t.getUTCFullYear(), t.getUTCMonth() + { month: 1, "half-year": 6, year: 12 }[rule], 1) / 1000;
}

// ---- the tree (RFC 6962): the complete subtrees of what has been appended, the largest first ----

class Edge {
	constructor(size, subtrees) {
		this.size = size;
		this.h = subtrees;
		this.m = new Uint8Array(65 + 72);
		let bits = 0;
		for (let n = size; n > 0; n = Math.floor(n / 2))
			bits += n % 2;
		if (bits !== subtrees.length)
			refuse(`the edge has ${subtrees.length} subtrees, which does not fit the first head's size`);
	}

	// The node over @left and @right into @right.
	join(left, right) {
		this.m[0] = 1;
		this.m.set(left, 1);
		this.m.set(right, 33);
		digestInto(this.m, 65, INITIAL, 0, right, 0);
	}

	append(leaf) {
		const h = leaf.slice();
		for (let n = this.size; n % 2 === 1; n = (n - 1) / 2)
			this.join(this.h.pop(), h);
		this.h.push(h);
		this.size++;
	}

	root() {
		if (!this.size)
			return sha256();
		const h = this.h[this.h.length - 1].slice();
		for (let i = this.h.length - 2; i >= 0; i--)
			this.join(this.h[i], h);
		return h;
	}
}

// ---- what is known of each case ----

// Texts by number and the way back. 0 is "absent".
class Texts {
	constructor() {
		this.numbers = new Map();
		this.texts = [null];
		this.times = [NaN];
	}

	number(text) {
		let n = this.numbers.get(text);
		if (n === undefined) {
			n = this.texts.length;
			const kept = R.copied(text);
			this.numbers.set(kept, n);
			this.texts.push(kept);
			this.times.push(undefined);
		}
		return n;
	}

	// As a time in seconds; NaN if it is none.
	time(n) {
		return this.times[n] ??= R.seconds(this.texts[n]);
	}
}

const grown = (array, n) => {
	const bigger = new array.constructor(n);
	bigger.set(array);
	return bigger;
};

// A few numbers a case: the revision and kind of its last row, its leaf, and the counted values of its last open row.
class Cases {
	constructor(width) {
		this.width = width;
		this.n = 0;
		this.room = 1024;
		this.places = new Map();
		this.numbers = new Float64Array(this.room);
		this.revisions = new Uint32Array(this.room);
		this.kinds = new Uint8Array(this.room);
		this.opened = new Uint8Array(this.room);
		this.under = new Uint8Array(this.room);  // by which declaration its last open row was entered
		this.before = new Uint8Array(this.room); // is its last row open?
		this.leaves = new Uint8Array(32 * this.room);
		this.values = new Uint32Array(width * this.room);
	}

	find(number) {
		return this.places.get(number) ?? -1;
	}

	add(number) {
		if (this.n === this.room) {
			this.room *= 2;
			for (const [name, size] of [["numbers", 1], ["revisions", 1], ["kinds", 1], ["opened", 1], ["under", 1], ["before", 1], ["leaves", 32], ["values", this.width]])
				this[name] = grown(this[name], size * this.room);
		}
		this.places.set(number, this.n);
		this.numbers[this.n] = number;
		return this.n++;
	}
}

// Which of the derived fields are counted or checked, in any of the declarations, by their names: where each stands among them, and in which word of
// a line each declaration has it (undefined: it does not).
function neededFields(head) {
	const names = new Set();
	for (const d of head.declarations) {
		const add = (at) => at >= 0 && names.add(d.fields[at].name);
		[d.received, d.entered, d.late].forEach(add);
		d.totals.forEach((t) => [t.field, ...t.conditions.map((c) => c.field)].forEach(add));
		d.tables.forEach((t) => [t.rows, t.columns].forEach(add));
		d.watched.forEach(add);
		d.eyes.forEach((e) => [e, ...e.conditions].forEach((c) => add(c.field)));
	}
	const fields = [...names], place = new Map(fields.map((name, i) => [name, i]));
	const words = head.declarations.map((d) => {
		// The seed is the seventh word.
		let word = 7;
		const of = new Map();
		d.fields.forEach((f) => f.open && of.set(f.name, word++));
		return fields.map((name) => of.get(name));
	});
	return { fields, place, words };
}

// The numbers of a row's counted values into @out at @at.
function numbersOf(row, needed, texts, out, at) {
	const words = needed.words[row.under];
	for (let i = 0; i < words.length; i++) {
		const text = words[i] === undefined ? "~" : row.words[words[i]];
		out[at + i] = text === "~" ? 0 : texts.number(text === "." ? "" : text);
	}
}

class Recount {
	constructor(head) {
		this.head = head;
		this.d = head.declaration;
		this.needed = neededFields(head);
		this.texts = new Texts();
		this.cases = new Cases(this.needed.fields.length);
		const placeOf = (field) => this.needed.place.get(this.d.fields[field].name);
		this.at = { received: placeOf(this.d.received), entered: placeOf(this.d.entered), late: placeOf(this.d.late) };
		this.edge = null;
		this.packed = [];
		this.gap = null; // a head behind lost leaves, whose edge is being read
		this.chain = head.first.chain;
		this.highest = head.first.highest;
		this.days = head.first.days;
		this.lastDay = 0;
		this.lastTime = head.first.time;
		this.enteredMax = 0;
		this.enteredLine = 0;
		this.result = { rows: 0, cases: 0, unopened: 0, erased: 0, lost: 0, lostLeaves: 0, gaps: [], late: 0, days: 0, daysMissing: 0,
			daysLate: 0, latest: 0, lateDays: [], unconfirmed: 0, refused: 0, steps: 0, drawable: [] };
		this.leafBytes = new Uint8Array(129 + 72);
		this.leafBytes.set(label("pl-register-leaf/v1"), 1);
		this.leafBytes.set(head.register, 21);
		this.numberBytes = new DataView(this.leafBytes.buffer, 53, 12);
		this.leaf = new Uint8Array(32);
		this.spans = new Map();
		this.casesUnder = head.declarations.map(() => 0);
		if (head.last.size < head.first.size || head.last.highest < head.first.highest)
			refuse("the last head is smaller than the first");
	}

	edgeLine(line) {
		const h = R.digestOf(line.slice(5));
		if (!h || this.edge)
			refuse("an edge line cannot be read");
		this.packed.push(h);
	}

	begin() {
		this.edge = new Edge(this.head.first.size, this.packed);
		if (!equal(this.edge.root(), this.head.first.root))
			refuse("the edge does not lead to the first head's root");
	}

	// A line "gap": what a head of the log says; the lines "edge" of its tree follow.
	gapLine(end) {
		this.settle();
		if (this.result.gaps.length === GAPS_MAX)
			refuse(`line ${end.line}: more than ${GAPS_MAX} gaps`);
		this.gap = { end, subtrees: [] };
	}

	gapEdge(hash, line) {
		if (!this.gap || this.gap.subtrees.length === 63)
			refuse(`line ${line}: expected a row, a heartbeat (day) or "end"`);
		this.gap.subtrees.push(hash.slice());
	}

	// Its edge is read: what lies between is lost, the register goes on behind it.
	settle() {
		if (!this.gap)
			return;
		const { end: e, subtrees } = this.gap, edge = new Edge(e.size, subtrees);
		this.gap = null;
		if (!equal(edge.root(), e.root))
			refuse(`line ${e.line}: the edge of the gap does not lead to its root`);
		this.enteredInTime(e.time);
		if (e.size <= this.edge.size || e.highest < this.highest || e.days < this.days || e.time < this.lastTime)
			refuse(`line ${e.line}: the gap does not lie behind what comes before it`);
		this.result.lostLeaves += e.size - this.edge.size;
		this.result.gaps.push(e);
		this.edge = edge;
		this.chain = e.chain;
		this.days = e.days;
		this.lastTime = e.time;
		this.lastDay = 0;
		this.enteredMax = 0;
	}

	wrong(row, words) {
		refuse(`case ${row.number}, revision ${row.revision} (line ${row.line}): ${words}`);
	}

	wrongDay(day, words) {
		refuse(`heartbeat in line ${day.line}: ${words}`);
	}

	// The period that a coarse or exact "received" stands for.
	span(received) {
		let s = this.spans.get(received);
		if (s === undefined) {
			const rule = this.d.declared[0].rule;
			s = [received, rule ? startOfNext(rule, received) : received + 1];
			this.spans.set(received, s);
		}
		return s;
	}

	// @values: the row's numbers, from @at on.
	dates(row, values, at) {
		const received = this.texts.time(values[at + this.at.received]), entered = this.texts.time(values[at + this.at.entered]);
		const mark = values[at + this.at.late];
		if (Number.isNaN(received) || Number.isNaN(entered) || mark === 0)
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
		const late = this.texts.texts[mark] === "true", days = this.head.declarations[row.under].lateDays * DAY, day = (t) => t - t % DAY;
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

	// The leaf that @row follows into its place among the leaf's bytes; where the case stands, or -1: nowhere yet.
	follow(row) {
		const place = this.cases.find(row.number), m = this.leafBytes;
		if (row.revision === 0) {
			if (row.number !== this.highest + 1)
				this.wrong(row, `out of order: the next new number is ${this.highest + 1}`);
			this.highest++;
			m.fill(0, 65, 97);
		} else if (place >= 0) {
			if (row.hasPrevious || row.revision !== this.cases.revisions[place] + 1)
				this.wrong(row, "does not follow the revision before it");
			if (this.cases.kinds[place] === R.ERASURE || this.cases.kinds[place] === R.LOST)
				this.wrong(row, "a case that was erased or lost has no later revision");
			m.set(this.cases.leaves.subarray(32 * place, 32 * place + 32), 65);
		} else {
			if (!row.hasPrevious || row.number > this.head.first.highest)
				this.wrong(row, "the revision before it is missing");
			m.set(row.previous, 65);
		}
		return place;
	}

	// Does the row follow by a step of the declaration from the one before at @place (-1: none in this file), as far as both are open?
	step(row, place, values, at) {
		const { cases, needed } = this, d = this.head.declarations[row.under], known = place >= 0 && cases.before[place] === 1;
		if (!(row.revision ? known : d.begins))
			return;
		const watched = [...d.watched], texts = this.texts.texts, p = (f) => needed.place.get(d.fields[f].name);
		const after = new Map(watched.map((f) => [f, texts[values[at + p(f)]]]));
		const before = known ? new Map(watched.map((f) => [f, texts[cases.values[place * cases.width + p(f)]]])) : null;
		if (before && watched.every((f) => before.get(f) === after.get(f)))
			return;
		const fits = (s) => (before ? s.from !== null && s.from.has(before.get(d.stepField)) : s.from === null) && s.to.has(after.get(d.stepField)) &&
			watched.every((f) => {
				const c = s.conditions.find((x) => x.field === f);
				// What a line does not name stays as it was.
				return f === d.stepField || ((!c || c.values.has(after.get(f))) && (!before || (c && !c.kept) || before.get(f) === after.get(f)));
			});
		const say = (m) => watched.map((f) => `${d.fields[f].name} ${m.get(f) ?? "~"}`).join(", ");
		if (!d.steps.some(fits))
			this.wrong(row, `no step that the declaration names: from ${before ? say(before) : "nothing"} to ${say(after)}`);
		this.result.steps += known ? 1 : 0;
	}

	// Nobody brings a case alone where a line "eyes" points; so none begins there.
	first(row, values, at) {
		const { needed } = this, d = this.head.declarations[row.under], says = (c) => this.texts.texts[values[at + needed.place.get(d.fields[c.field].name)]];
		const asked = row.revision ? undefined : d.eyes.find((e) => [e, ...e.conditions].every((c) => c.values.has(says(c))));
		if (asked)
			this.wrong(row, `it begins with ${d.fields[asked.field].name} ${says(asked)}, which two persons decide on`);
	}

	// Each declaration stood up to the leaf that the file names.
	under(row) {
		const under = this.head.earlier.findIndex((e) => this.edge.size < e.until) + 1;
		if (row.under !== under)
			this.wrong(row, "it is presented under the wrong declaration: its leaf was entered under " +
				(under ? `the earlier one ${under}` : "the file's own"));
	}

	// @commitment: 32 bytes at @from, or null: the words do not fit; @values: numbers of an open row's texts, from @at on.
	row(row, commitment, from, values, at) {
		this.settle();
		if (row.kind === R.OPEN)
			this.under(row);
		if (!commitment)
			this.wrong(row, "expected a value for each of the open fields and a hash for each of the private ones, in their one spelling");
		let place = this.follow(row);
		const m = this.leafBytes;
		this.numberBytes.setUint32(0, Math.floor(row.number / 4294967296));
		this.numberBytes.setUint32(4, row.number >>> 0);
		this.numberBytes.setUint32(8, row.revision);
		for (let i = 0; i < 32; i++)
			m[97 + i] = commitment[from + i];
		digestInto(m, 129, INITIAL, 0, this.leaf, 0);
		if (!equal(this.leaf, row.leaf))
			this.wrong(row, "what is opened is not what was entered: it leads to another leaf");
		if (row.kind === R.OPEN && this.head.stated)
			this.wrong(row, "it is open in a file whose totals are stated for shut rows");
		if (row.kind === R.OPEN) {
			this.dates(row, values, at);
			this.step(row, place, values, at);
			this.first(row, values, at);
		}
		if (place < 0)
			place = this.cases.add(row.number);
		this.cases.revisions[place] = row.revision;
		this.cases.before[place] = row.kind === R.OPEN ? 1 : 0;
		this.cases.kinds[place] = row.kind;
		this.cases.leaves.set(this.leaf, 32 * place);
		if (row.kind === R.OPEN) {
			this.cases.opened[place] = 1;
			this.cases.under[place] = row.under;
			for (let i = 0; i < this.cases.width; i++)
				this.cases.values[place * this.cases.width + i] = values[at + i];
		}
		this.result.rows++;
		this.edge.append(this.leaf);
	}

	day(day) {
		this.settle();
		this.enteredInTime(day.time);
		if (!equal(this.edge.root(), day.root))
			this.wrongDay(day, "its root does not follow from the rows before it: one of them since the heartbeat before is false");
		if (day.day % DAY || day.time < day.day + DAY || day.time < this.lastTime || (this.lastDay && day.day <= this.lastDay))
			this.wrongDay(day, "days and times do not ascend");
		if (this.lastDay)
			this.result.daysMissing += (day.day - this.lastDay) / DAY - 1;
		this.chain = sha256(label("pl-register-day/v1"), this.head.register, this.chain, be64(day.day), be64(day.time),
			be64(this.edge.size), be64(day.unconfirmed), be64(day.refused), day.root);
		this.result.days++;
		this.lateBy(day, day.time - day.day - DAY);
		this.result.unconfirmed += day.unconfirmed;
		this.result.refused += day.refused;
		this.days++;
		this.lastDay = day.day;
		this.lastTime = day.time;
		this.enteredMax = 0;
	}

	// A heartbeat that came so many seconds after its day's end.
	lateBy({ day, time }, seconds) {
		const r = this.result;
		if (seconds < RHYTHM)
			return;
		r.daysLate++;
		r.latest = Math.max(r.latest, seconds);
		if (r.lateDays.length < LATE_KEPT)
			r.lateDays.push({ day, time, seconds });
	}

	finish() {
		const last = this.head.last;
		this.settle();
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

	// The places of the cases that belong to the period.
	counted() {
		const c = this.cases, r = this.result, places = [], truth = this.texts.numbers.get("true");
		for (let i = 0; i < c.n; i++) {
			r.unopened += c.kinds[i] === R.SEALED;
			r.erased += c.kinds[i] === R.ERASURE;
			r.lost += c.kinds[i] === R.LOST;
			if (this.head.stated && c.kinds[i] === R.SEALED)
				r.drawable.push(c.numbers[i]);
			if (c.kinds[i] === R.SEALED || !c.opened[i])
				continue;
			const [from, to] = this.span(this.texts.time(c.values[i * c.width + this.at.received]));
			if (to <= this.head.from || from >= this.head.to)
				continue;
			if (from < this.head.from || to > this.head.to)
				refuse(`case ${c.numbers[i]}: "received" is known too coarsely for this period`);
			places.push(i);
			this.casesUnder[c.under[i]]++;
			r.late += truth !== undefined && c.values[i * c.width + this.at.late] === truth;
		}
		r.cases = places.length;
		return places;
	}

	// Is the value there, and among those that are wanted (or not)? Of the total @t of the declaration @d.
	conditionsOf(d, t) {
		return t.conditions.map((c) => ({ at: this.needed.place.get(d.fields[c.field].name), differs: c.differs,
			numbers: new Set([...c.values].map((text) => this.texts.numbers.get(text)).filter((n) => n !== undefined)) }));
	}

	placeOf(under, field) {
		return field < 0 ? -1 : this.needed.place.get(this.head.declarations[under].fields[field].name);
	}

	// Each case by the total of its own declaration.
	fold(total, places) {
		const c = this.cases, of = [], { fold } = total.of.find((t) => t);
		const by = total.of.map((t, u) => t && { conditions: this.conditionsOf(this.head.declarations[u], t), field: this.placeOf(u, t.field) });
		for (const place of places) {
			const at = place * c.width, t = by[c.under[place]];
			if (t && t.conditions.every((x) => c.values[at + x.at] !== 0 && x.numbers.has(c.values[at + x.at]) !== x.differs) &&
				(t.field < 0 || c.values[at + t.field] !== 0))
				of.push(t.field < 0 ? 0 : c.values[at + t.field]);
		}
		if (fold === "count")
			return of.length;
		if (fold === "distinct")
			return new Set(of).size;
		const n = of.map((v) => Number(this.texts.texts[v])).sort((a, b) => a - b);
		if (fold === "sum" || fold === "mean") {
			const sum = n.reduce((a, b) => a + b, 0);
			return fold === "sum" ? sum : n.length === 0 ? 0 : Math.floor(sum / n.length);
		}
		return n.length === 0 ? 0 : fold === "median" ? n[(n.length - 1) >> 1] : fold === "min" ? n[0] : n[n.length - 1];
	}

	tabulate(table, places) {
		const c = this.cases, cells = new Map();
		const by = table.of.map((t, u) => t && { rows: this.placeOf(u, t.rows), columns: this.placeOf(u, t.columns) });
		for (const place of places) {
			const t = by[c.under[place]];
			if (!t)
				continue;
			const at = place * c.width, row = c.values[at + t.rows], column = t.columns < 0 ? 0 : c.values[at + t.columns];
			let line = cells.get(row);
			if (!line)
				cells.set(row, line = new Map());
			line.set(column, (line.get(column) || 0) + 1);
		}
		const text = (n) => this.texts.texts[n];
		return { name: table.name, cells: [...cells].flatMap(([row, line]) => [...line].map(([column, n]) => [text(row), text(column), n])) };
	}

	// Under which declarations the cases were entered, the oldest first, the file's own last; and which totals and tables only some of them have.
	declared(under) {
		const { head } = this, places = [...head.earlier.map((_, i) => i + 1), 0];
		if (!head.earlier.length)
			return {};
		return { declarations: places.map((u) => ({ digest: `sha256:${R.hex(sha256(R.utf8.encode(head.declarations[u].text)))}`, cases: under[u],
			until: u ? head.earlier[u - 1].until : null })),
			partly: [...head.totals, ...head.tables].filter((t) => t.partly).map((t) => ({ name: t.name, of: places.flatMap((u, i) => t.of[u] ? [i + 1] : []) })) };
	}

	count() {
		const places = this.counted(), { stated } = this.head;
		if (stated) {
			const { cases, late, totals, tables } = stated, has = this.result.unopened + this.result.erased;
			if (cases > has)
				refuse(`stated are ${cases} cases, the file has ${has}`);
			this.result.drawable.sort((a, b) => a - b);
			return Object.assign(this.result, { stated: true, cases, late, totals, tables }, this.declared(stated.under));
		}
		this.result.totals = this.head.totals.map((t) => ({ name: t.name, value: this.fold(t, places) }));
		this.result.tables = this.head.tables.map((t) => this.tabulate(t, places));
		return Object.assign(this.result, this.declared(this.casesUnder));
	}
}

// ---- against what the report in the log says ----

const word = (d) => "sha256:" + R.hex(d);
const rfc3339 = (t) => new Date(t * 1000).toISOString().replace(".000Z", "Z");

// Throws, naming what differs, unless the predicate of a register-report/v1 says what was counted from the file with that digest.
function compareReport(predicate, digest, head, result) {
	const p = predicate, ends = (e) => ({ size: e.size, highest: e.highest, days: e.days, time: rfc3339(e.time), root: word(e.root), chain: word(e.chain) });
	const same = (what, said, counted) => {
		if (JSON.stringify(said) !== JSON.stringify(counted))
			R.refuse(`the report says ${what} ${JSON.stringify(said)}, the file gives ${JSON.stringify(counted)}`);
	};
	same("openings", p.openings.digest, "sha256:" + digest);
	same("register", p.register, head.declaration.name);
	same("declaration", p.declaration, word(R.sha256(R.utf8.encode(head.declaration.text))));
	same("from", p.from, rfc3339(head.from));
	same("to", p.to, rfc3339(head.to));
	for (const end of ["first", "last"])
		for (const [key, value] of Object.entries(ends(head[end])))
			same(`${end}.${key}`, p[end][key], value);
	same("earlier", (p.earlier ?? []).map((e) => `${e.declaration} ${e.until}`),
		(result.declarations ?? []).slice(0, -1).map((e) => `${e.digest} ${e.until}`));
	const gaps = (list) => list.map((g) => Object.values(ends(g)).join(" "));
	same("gaps", (p.gaps || []).map((g) => [g.size, g.highest, g.days, g.time, g.root, g.chain].join(" ")), gaps(result.gaps));
	for (const key of ["cases", "unopened", "erased", "lost", "late", "daysMissing", "unconfirmed", "refused"])
		same(key, p[key], result[key]);
	same("totals", p.totals.map((t) => `${t.name} ${t.value}`), result.totals.map((t) => `${t.name} ${t.value}`));
}

// ---- against what an auditor says (docs/formats/sample.md) ----

// Places among @n cases, as they are drawn: one after the other, without an end.
function* draw(digest, words, n) {
	const said = sha256(R.utf8.encode(words)), all = (1n << 64n) - 1n, cases = BigInt(n), limit = all - all % cases;
	for (let i = 0; ; i++) {
		const h = sha256(label("pl-register-sample/v1"), digest, said, be64(i)), v = new DataView(h.buffer, h.byteOffset).getBigUint64(0);
		if (v < limit)
			yield Number(v % cases);
	}
}

// Which of @cases the words draw from the file with the digest @openings (bytes): at most @want of them, by ascending number.
function drawSample(cases, openings, words, want) {
	const numbers = new Set(), n = Math.min(want, cases.length), places = draw(openings, words, cases.length);
	while (numbers.size < n)
		numbers.add(cases[places.next().value]);
	return [...numbers].sort((a, b) => a - b);
}

// Does the predicate @p of a register-sample/v1 name the cases that its words draw from the file with the digest @openings (hex)? Null, or
// why it says nothing, in the words of `pellucid report verify`.
function compareSample(p, openings, result) {
	const length = R.utf8.encode(p.words).length;
	if (!result.stated)
		return "the rows of this file are open: everybody counts all of them, and nothing is drawn";
	if (!length || length > WORDS_MAX)
		return `the words of a draw have 1 to ${WORDS_MAX} bytes`;
	if (!p.drawn.length || p.drawn.length > DRAWN_MAX)
		return `1 to ${DRAWN_MAX} cases are drawn`;
	const drawn = drawSample(result.drawable, R.digestOf(openings), p.words, p.drawn.length);
	if (p.among !== result.drawable.length)
		return `the auditor drew among ${p.among} cases, the file has ${result.drawable.length}`;
	const i = drawn.findIndex((n, k) => n !== p.drawn[k]);
	if (i >= 0)
		return `the words of the draw give case ${drawn[i]} where the auditor names ${p.drawn[i]}`;
	return drawn.length === p.drawn.length ? null : "the auditor names more cases than there are";
}

// A whole file at once, for tests and small files.
function recountText(text) {
	const head = R.parseHead(text);
	if (!head)
		refuse("the file breaks off");
	const committers = R.committersOf(head), recount = new Recount(head), row = new R.Row(), commitment = new Uint8Array(32);
	const values = new Uint32Array(recount.needed.fields.length);
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
		R.parseLine(l, line, row, head.earlier.length);
		if (row.kind === R.END)
			break;
		if (row.kind === R.DAYLINE) {
			recount.day(row.day);
			continue;
		}
		if (row.kind === R.GAPLINE) {
			recount.gapLine(row.day);
			continue;
		}
		if (row.kind === R.EDGELINE) {
			recount.gapEdge(row.leaf, line);
			continue;
		}
		const fits = R.commitmentOf(row, head, committers, commitment, 0);
		if (fits && row.kind === R.OPEN)
			numbersOf(row, recount.needed, recount.texts, values, 0);
		recount.row(row, fits ? commitment : null, 0, values, 0);
	}
	if (at !== text.length)
		refuse(`line ${line + 1}: something follows the line "end"`);
	return { head, result: recount.finish() };
}

Object.assign(R, { Recount, Texts, neededFields, numbersOf, compareReport, compareSample, drawSample, recountText });
})(globalThis);
