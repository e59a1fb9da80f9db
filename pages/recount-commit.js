// SPDX-License-Identifier: Apache-2.0
// The commitment that one row of an openings file leads to (docs/formats/commitment.md), as 32-bit words throughout. What all rows have in
// common is spread once: the blocks of a value that repeats, of a field's number under a seed, of what is padding.
"use strict";
(function (root) {

const { INITIAL, schedule, rounds, block } = root.PellucidHash;
const R = root.PellucidRecount;

const VALUE_MAX = 65536, CACHED_VALUES = 4096, CACHED_BYTES = 256, CACHED_REVISIONS = 16;

// The words of @bytes, whose length is a multiple of 4.
function toWords(bytes) {
	const v = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	return Int32Array.from({ length: bytes.length / 4 }, (_, i) => v.getInt32(4 * i));
}

const LEAF = toWords(R.label("pellucid-commit-leaf-v1")), NODE = toWords(R.label("pellucid-commit-node-v1")),
	CASE = toWords(R.label("pl-register-case/v1"));
// A leaf's message: label, declaration, case (88 bytes), field number (2), presence (1), salt (32), length (4), value. The first block
// belongs to the case; the second ends with the value's first byte; the others are the value's alone.
const BEFORE_VALUE = 127;

// What is hashed of a value: its first byte, and the blocks from its second byte on, spread.
function spread(bytes) {
	const n = bytes === null ? 0 : bytes.length, rest = new Uint8Array(64 * Math.ceil((BEFORE_VALUE + n + 9 - 128) / 64));
	if (n > 1)
		rest.set(bytes.subarray(1));
	if (n > 0)
		rest[n - 1] = 0x80;
	const v = new DataView(rest.buffer), bits = (BEFORE_VALUE + n) * 8;
	v.setUint32(rest.length - 8, Math.floor(bits / 4294967296));
	v.setUint32(rest.length - 4, bits >>> 0);
	const words = toWords(rest), spreaded = new Int32Array(64 * rest.length / 64);
	for (let i = 0; i < rest.length / 64; i++)
		schedule(words, 16 * i, spreaded, 64 * i);
	return { present: bytes === null ? 0 : 1, length: n, first: n ? bytes[0] : 0x80, blocks: spreaded };
}

class Committer {
	// For rows that were entered under the declaration @d.
	constructor(head, d) {
		this.d = d;
		this.absent = spread(null);
		this.cache = d.fields.map(() => new Map());
		this.nodes = new Int32Array(8 * d.leaves);
		this.seed = new Int32Array(8);
		this.inner = new Int32Array(8);
		this.outer = new Int32Array(8);
		this.state = new Int32Array(8);
		this.first = new Int32Array(8);    // after the block that all leaves of a case begin with
		this.m = new Int32Array(16);
		this.leafHead = new Int32Array(16); // label, declaration, the case's first two words
		this.leafHead.set(LEAF);
		this.leafHead.set(toWords(d.digest), LEAF.length);
		this.second = new Int32Array(16);  // the case's other words, then what differs
		this.node = new Int32Array(16);
		this.node.set(NODE);
		this.tail = new Int32Array(16);    // a node's second block: six words of its right child, then the end
		this.tail[6] = 0x80000000 | 0;
		this.tail[15] = (4 * NODE.length + 64) * 8;
		this.message = new Int32Array(16); // of the case's name
		this.message.set(CASE);
		this.message.set(toWords(head.register), CASE.length);
		this.message[15] = 0x80000000 | 0;
		this.messageEnd = new Int32Array(64);
		schedule(Int32Array.from({ length: 16 }, (_, i) => i === 15 ? 60 * 8 : 0), 0, this.messageEnd, 0);
		this.pad = new Int32Array(16);
		this.salted = new Int32Array(16);  // the outer hash: the inner one, then the end
		this.salted[8] = 0x80000000 | 0;
		this.salted[15] = (64 + 32) * 8;
		this.byRevision = [];              // the inner hash's block for each field, spread
	}

	// HMAC-SHA-256 with the case's seed: both pads are taken in once a row.
	key() {
		const pad = this.pad;
		for (let i = 0; i < 16; i++)
			pad[i] = i < 8 ? this.seed[i] ^ 0x36363636 : 0x36363636;
		this.inner.set(INITIAL);
		block(this.inner, pad, 0);
		for (let i = 0; i < 16; i++)
			pad[i] ^= 0x36363636 ^ 0x5c5c5c5c;
		this.outer.set(INITIAL);
		block(this.outer, pad, 0);
	}

	// The blocks that a salt's inner hash takes in: field number and revision.
	ofRevision(revision) {
		if (this.byRevision[revision])
			return this.byRevision[revision];
		const all = new Int32Array(64 * this.d.leaves), m = new Int32Array(16);
		for (let i = 0; i < this.d.leaves; i++) {
			m[0] = i << 16 | revision >>> 16;
			m[1] = (revision & 0xffff) << 16 | 0x8000;
			m[15] = (64 + 6) * 8;
			schedule(m, 0, all, 64 * i);
		}
		if (revision < CACHED_REVISIONS)
			this.byRevision[revision] = all;
		return all;
	}

	// What all leaves of a case have in common.
	begin(number) {
		this.message[13] = Math.floor(number / 4294967296);
		this.message[14] = number;
		this.state.set(INITIAL);
		block(this.state, this.message, 0);
		rounds(this.state, this.messageEnd, 0);
		this.leafHead[14] = this.state[0];
		this.leafHead[15] = this.state[1];
		for (let i = 2; i < 8; i++)
			this.second[i - 2] = this.state[i];
		this.first.set(INITIAL);
		block(this.first, this.leafHead, 0);
	}

	// Values repeat: most are words of an enumeration or days.
	value(index, text) {
		const cache = this.cache[index];
		let v = cache.get(text);
		if (v === undefined) {
			const bytes = R.encode(this.d.fields[index], text === "." ? "" : text);
			v = bytes === null || bytes.length > VALUE_MAX ? null : spread(bytes);
			if (text.length > CACHED_BYTES)
				return v;
			if (cache.size >= CACHED_VALUES)
				cache.clear();
			cache.set(R.copied(text), v);
		}
		return v;
	}

	// The leaf of field @index with @value goes to its place among the nodes.
	leaf(index, salts, value) {
		const s = this.salted, w = this.second;
		this.state.set(this.inner);
		rounds(this.state, salts, 64 * index);
		for (let i = 0; i < 8; i++)
			s[i] = this.state[i];
		this.state.set(this.outer);
		block(this.state, s, 0);
		const t = this.state;
		w[6] = index << 16 | value.present << 8 | t[0] >>> 24;
		for (let i = 0; i < 7; i++)
			w[7 + i] = t[i] << 8 | t[i + 1] >>> 24;
		w[14] = t[7] << 8 | value.length >>> 24;
		w[15] = value.length << 8 | value.first;
		t.set(this.first);
		block(t, w, 0);
		for (let at = 0; at < value.blocks.length; at += 64)
			rounds(t, value.blocks, at);
		this.nodes.set(t, 8 * index);
	}

	// From the leaves to the root, in place.
	fold() {
		const n = this.nodes, m = this.node, end = this.tail, t = this.state;
		for (let width = this.d.leaves; width > 1; width /= 2)
			for (let i = 0; i < width / 2; i++) {
				const at = 16 * i;
				for (let k = 0; k < 10; k++)
					m[6 + k] = n[at + k];
				for (let k = 0; k < 6; k++)
					end[k] = n[at + 10 + k];
				t.set(INITIAL);
				block(t, m, 0);
				block(t, end, 0);
				n.set(t, 8 * i);
			}
	}

	// The commitment of an open row as bytes of @out at @at; false if its words do not fit the declaration.
	commit(row, out, at) {
		const fields = this.d.fields, words = row.words, salts = this.ofRevision(row.revision);
		let w = 6;
		if (words[w] === undefined || !R.wordsFromHex(words[w++], this.seed, 0))
			return false;
		this.key();
		this.begin(row.number);
		for (let i = 0; i < fields.length; i++) {
			if (!fields[i].open)
				continue;
			const text = words[w++], value = text === undefined || text === "" ? null : text === "~" ? this.absent : this.value(i, text);
			if (value === null)
				return false;
			this.leaf(i, salts, value);
		}
		for (let i = 0; i < fields.length; i++)
			if (!fields[i].open && (words[w] === undefined || !R.wordsFromHex(words[w++], this.nodes, 8 * i)))
				return false;
		for (let i = fields.length; i < this.d.leaves; i++)
			this.leaf(i, salts, this.absent);
		if (w !== words.length)
			return false;
		this.fold();
		root.PellucidHash.putState(this.nodes, out, at);
		return true;
	}
}

// One for each declaration of the file.
const committersOf = (head) => head.declarations.map((d) => new Committer(head, d));

// The commitment of any row into @out at @at; false if it has none.
function commitmentOf(row, head, committers, out, at) {
	switch (row.kind) {
	case R.OPEN:
		return committers[row.under].commit(row, out, at);
	case R.SEALED:
		return R.fromHex(row.words[6], out, at);
	case R.ERASURE:
		out.set(R.sha256(R.label("pl-register-erasure/v1"), head.register, R.be64(row.number), Uint8Array.of(R.ERASED[row.words[6]])), at);
		return true;
	default:
		out.set(R.sha256(R.label("pl-register-lost/v1"), head.register, R.be64(row.number)), at);
		return true;
	}
}

Object.assign(R, { committersOf, commitmentOf });
})(globalThis);
