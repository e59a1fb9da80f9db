// SPDX-License-Identifier: Apache-2.0
// Are these all releases of a product? From statements that verify-signers.js has judged: count and root over the release statements are
// computed anew and compared with the newest product-head among them. Needs verify-keys.js and nothing else; no network, no page.
//
// What always holds: only statements that count are looked at. "All" is the operator's word as of that head; that there is no newer one in
// the log, or a release that was never logged, nothing here can show. The same rules in C: src/verify/releases.c;
// tests/interop/all-releases.sh compares them, and a third one in Python.
"use strict";
(function (root) {

const { hex, concat, equal, sha256 } = root.PellucidKeys;

const RELEASE = "urn:pellucid:release/v1", HEAD = "urn:pellucid:product-head/v1";
const NUMBER_MAX = 4294967295;
const PRODUCT = /^[a-z0-9][a-z0-9._+-]{0,63}$/;

// RFC 6962: the roots of the full subtrees at the right edge, the largest first.
class Root {
	constructor() {
		this.count = 0;
		this.edge = [];
	}

	async add(pae) {
		let node = await sha256(concat(Uint8Array.of(0), pae));
		for (let n = this.count; n % 2 === 1; n = Math.floor(n / 2))
			node = await sha256(concat(Uint8Array.of(1), this.edge.pop(), node));
		this.edge.push(node);
		this.count++;
	}

	async get() {
		let node = this.edge[this.edge.length - 1] ?? await sha256(new Uint8Array(0));
		for (let i = this.edge.length - 2; i >= 0; i--)
			node = await sha256(concat(Uint8Array.of(1), this.edge[i], node));
		return hex(node);
	}
}

const whole = (n, least) => Number.isInteger(n) && n >= least && n <= NUMBER_MAX;

// Seconds since 1970, from the statement's ULID.
function timeOf(e) {
	let ms = 0;
	for (const c of e.statement.predicate.id.slice(0, 10))
		ms = ms * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(c);
	return Math.floor(ms / 1000);
}

// ---- what the statements say ----

function takeRelease(r, e) {
	const p = e.statement.predicate;
	if (p.product !== r.product)
		r.others++;
	else if (!whole(p.number, 1))
		r.malformed++;
	else
		r.list.push({ entry: e, index: e.index, number: p.number, version: typeof p.version === "string" ? p.version : "" });
}

function takeHead(r, e) {
	const p = e.statement.predicate, [subject, ...more] = e.statement.subjects;
	if (p.product !== r.product)
		return;
	if (!whole(p.count, 0) || !/^sha256:[0-9a-f]{64}$/.test(p.root) || more.length > 0 || subject.name !== r.product || `sha256:${subject.sha256}` !== p.root)
		r.malformed++;
	else
		r.heads.push({ entry: e, index: e.index, count: p.count, root: p.root.slice(7), time: timeOf(e) });
}

const byNumber = (a, b) => a.number - b.number || (a.index < b.index ? -1 : 1);

// One statement may stand in the log twice, with other signatures: it is one release. Two statements with one number are not.
function findRepeated(r) {
	const list = [];
	for (const l of r.list.sort(byNumber)) {
		const before = list[list.length - 1], again = before && before.number === l.number;
		if (again && equal(before.pae, l.pae))
			continue;
		list.push(l);
		if (again && r.finding === "complete") {
			r.finding = "twice";
			r.culprits = [before, l];
		}
	}
	r.later = list.filter((l) => r.head && l.index > r.head.index).sort((a, b) => a.index < b.index ? -1 : 1);
	r.list = list.filter((l) => !r.later.includes(l));
}

function findGaps(r) {
	let next = 1;
	for (const { number } of r.list) {
		if (number > r.head.count)
			break;
		if (number > next)
			r.gaps.push([next, number - 1]);
		next = Math.max(next, number + 1);
	}
	if (next <= r.head.count)
		r.gaps.push([next, r.head.count]);
	r.missing = r.gaps.reduce((n, [first, last]) => n + last - first + 1, 0);
	if (r.finding !== "complete")
		return;
	const beyond = r.list.find((l) => l.number > r.head.count);
	if (beyond) {
		r.finding = "left-out";
		r.culprits = [beyond];
	} else if (r.missing > 0) {
		r.finding = "incomplete";
	}
}

// An older head is over the first of the same releases.
async function compareHeads(r, sum) {
	for (const old of r.heads.slice(0, -1))
		if (old.count === sum.count && await sum.get() !== old.root)
			r.finding = "heads-differ";
}

async function recount(r) {
	const sum = new Root();
	await compareHeads(r, sum);
	for (const l of r.list) {
		await sum.add(l.pae);
		await compareHeads(r, sum);
	}
	if (r.heads.some((h) => h.count > r.head.count))
		r.finding = "heads-differ";
	r.root = await sum.get();
	if (r.root !== r.head.root)
		r.finding = "root-differs";
}

// @entries as PellucidSigners.judge answers them; null if @product cannot be a product's name. finding: "complete", "incomplete" (numbers
// in gaps, [first, last]), "twice" (culprits), "left-out" (culprits[0] stands before the head and is not in it), "root-differs",
// "heads-differ", "no-head".
async function releases(entries, product) {
	if (!PRODUCT.test(product))
		return null;
	const r = { product, finding: "complete", head: null, root: null, list: [], later: [], gaps: [], missing: 0, culprits: [], heads: [], others: 0, malformed: 0 };
	for (const e of entries.filter((x) => x.counts)) {
		if (e.type === RELEASE)
			takeRelease(r, e);
		else if (e.type === HEAD)
			takeHead(r, e);
	}
	for (const l of r.list)
		l.pae = await sha256(l.entry.statement.pae);
	r.head = r.heads[r.heads.length - 1] ?? null;
	findRepeated(r);
	if (!r.head)
		r.finding = "no-head";
	else
		findGaps(r);
	if (r.finding === "complete")
		await recount(r);
	return r;
}

// The release that names the file with the hex SHA-256 @digest, the newest if there are several, or null.
function releaseOf(r, digest) {
	return [...r.list, ...r.later].reverse().find((l) => l.entry.statement.subjects.some((s) => s.sha256 === digest)) ?? null;
}

const concerns = (e) => e.type === RELEASE || e.type === HEAD;

root.PellucidReleases = { releases, releaseOf, concerns };
})(globalThis);
