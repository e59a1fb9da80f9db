// SPDX-License-Identifier: Apache-2.0
// Checks a proof bundle against a trust file, with nothing but the language and WebCrypto: the checkpoint's signatures, that every
// entry stands in its log, and by verify-signers.js what the statements are worth. No network, no page: the same file runs in the
// portal, in the one-file copy and in the tests under Node. Needs verify-keys.js and verify-signers.js.
//
// Refusals are thrown as Refusal with a message key and its values; the page turns them into words.
"use strict";
(function (root) {

const { Refusal, utf8, fromBase64, hex, concat, equal, sha256, keyFromRaw, keyFromSpki, sameKey, parseKey, verifySignature } = root.PellucidKeys;

const MAGIC = "c2sp.org/tlog-proof@v1";
const LIMITS = { trust: 262144, bundle: 33554432, heads: 256, set: 16384, path: 63, logs: 64, witnesses: 64, groups: 64, roots: 16, rebuilders: 32,
	entry: 65535, note: 131072, lines: 96, vkey: 4096, name: 255, size: (1n << 63n) - 1n, seconds: ((1n << 64n) - 1n) / 1000000000n };
const NOTE = { ed25519: 1, ecdsa: 2, cosignature: 4, mldsa: 6 };

// ---- keys of notes ----

// Of a log, a witness or an origin: no control characters, no space of Unicode, no '+'.
function nameOk(name) {
	const size = utf8.encode(name).length;
	return size > 0 && size <= LIMITS.name && !/[\x00-\x20+\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(name);
}

// A key of its type; undefined for one that this page cannot check; null if it is none.
function noteKey(type, raw) {
	if (type === NOTE.ed25519 || type === NOTE.cosignature)
		return keyFromRaw("ed25519", raw);
	const key = type === NOTE.ecdsa ? keyFromSpki(raw) : undefined;
	return key && key.algorithm !== "ecdsa-p256-sha256" ? null : key;
}

async function parseVkey(text, where) {
	const m = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/.exec(text);
	if (!m || text.length > LIMITS.vkey || !nameOk(m[1]))
		throw new Refusal("bad.vkey", where);
	const [, name, id, data] = m, blob = fromBase64(data, where);
	const type = blob[0], key = blob.length < 2 ? null : noteKey(type, blob.slice(1));
	if (key === null)
		throw new Refusal("bad.vkey", where);
	if (key || type === NOTE.mldsa) {
		const h = await sha256(type === NOTE.ecdsa ? blob.slice(1) : concat(utf8.encode(name), Uint8Array.of(10), blob));
		if (hex(h.slice(0, 4)) !== id)
			throw new Refusal("bad.vkey", where);
	}
	return { name, id, type, key, data };
}

// ---- the trust file ----

class TrustReader {
	constructor() {
		this.trust = { logs: [], witnesses: [], members: new Map(), quorum: null, judges: false, roots: [], rootThreshold: null, rebuilders: [],
			rebuildThreshold: null };
		this.used = new Set();
		this.groups = 0;
	}

	refuse() {
		throw new Refusal("bad.trust", this.where);
	}

	need(holds) {
		if (!holds)
			this.refuse();
	}

	async line(raw, number) {
		const words = raw.split(/[ \t]+/).filter((w) => w !== "");
		this.where = `line ${number}`;
		this.need(!/[\x00-\x08\x0a-\x1f\x7f]/.test(raw));
		if (words.length === 0)
			return;
		const verb = ["log", "witness", "group", "quorum"].find((v) => v === words[0]);
		if (verb)
			await this[verb](words);
		else if (words[0] === "#pellucid")
			this.pellucid(words);
		else
			this.need(words[0].startsWith("#") && !words[0].startsWith("#pellucid"));
	}

	// One key under two names would count twice; two under one name and id could not be told apart on a note.
	newKey(key, list) {
		const all = [...this.trust.logs, ...this.trust.witnesses.map((w) => w.key)];
		this.need(!all.some((k) => k.id === key.id && k.name === key.name));
		this.need(!list.some((k) => k.key && key.key ? sameKey(k.key, key.key) : !k.key && !key.key && k.type === key.type && k.data === key.data));
	}

	newName(name) {
		this.need(name !== "none" && !this.trust.members.has(name));
	}

	async log(words) {
		this.need((words.length === 2 || words.length === 3) && this.trust.logs.length < LIMITS.logs);
		const key = await parseVkey(words[1], this.where);
		this.need([NOTE.ed25519, NOTE.ecdsa, NOTE.mldsa].includes(key.type));
		this.newKey(key, this.trust.logs);
		this.trust.logs.push(key);
	}

	async witness(words) {
		this.need((words.length === 3 || words.length === 4) && this.trust.witnesses.length < LIMITS.witnesses);
		this.newName(words[1]);
		const key = await parseVkey(words[2], this.where);
		this.need([NOTE.cosignature, NOTE.mldsa].includes(key.type));
		this.newKey(key, this.trust.witnesses.map((w) => w.key));
		const witness = { name: words[1], key };
		this.trust.witnesses.push(witness);
		this.trust.members.set(words[1], { witness });
	}

	group(words) {
		const [, name, how, ...parts] = words;
		this.need(parts.length > 0 && this.groups++ < LIMITS.groups);
		this.newName(name);
		const need = how === "all" ? parts.length : how === "any" ? 1 : /^[1-9][0-9]{0,2}$/.test(how) ? Number(how) : Infinity;
		this.need(need <= parts.length);
		for (const p of parts) {
			this.need(this.trust.members.has(p) && !this.used.has(p));
			this.used.add(p);
		}
		this.trust.members.set(name, { need, parts });
	}

	quorum(words) {
		this.need(words.length === 2 && this.trust.quorum === null && (words[1] === "none" || this.trust.members.has(words[1])));
		this.trust.quorum = words[1];
	}

	// To others a comment, to us a line like any other: misspelt, it refuses the file.
	pellucid([, verb, ...words]) {
		const t = this.trust;
		if (verb === "trust") {
			this.need(!t.judges && words.length === 1 && words[0] === "v1");
			t.judges = true;
			return;
		}
		this.need(t.judges);
		if (verb === "root")
			this.trustKey(t.roots, LIMITS.roots, words);
		else if (verb === "rebuilder")
			this.trustKey(t.rebuilders, LIMITS.rebuilders, words);
		else if (verb === "roots")
			t.rootThreshold = this.threshold(t.rootThreshold, words);
		else if (verb === "rebuilders")
			t.rebuildThreshold = this.threshold(t.rebuildThreshold, words);
		else
			this.refuse();
	}

	trustKey(list, max, words) {
		this.need(list.length < max && words.length === 2);
		const key = parseKey(words[1], this.where);
		this.need(key && !list.some((k) => k.name === words[0] || sameKey(k.key, key)));
		list.push({ name: words[0], key });
	}

	threshold(before, words) {
		this.need(before === null && words.length === 1 && /^(0|[1-9][0-9]?)$/.test(words[0]) && Number(words[0]) <= LIMITS.rebuilders);
		return Number(words[0]);
	}

	end() {
		const t = this.trust;
		if (t.logs.length === 0)
			throw new Refusal("bad.trust.log");
		if (t.quorum === null)
			throw new Refusal("bad.trust.quorum");
		if (!t.judges)
			return;
		// Mandatory, so that losing the lines above them cannot pass for "asks for nothing".
		if (t.rootThreshold === null || t.rebuildThreshold === null)
			throw new Refusal("bad.trust.thresholds");
		if (t.rootThreshold === 0 || t.rootThreshold > t.roots.length)
			throw new Refusal("bad.trust.roots", t.rootThreshold, t.roots.length);
		if (t.rebuildThreshold > t.rebuilders.length)
			throw new Refusal("bad.trust.rebuilders", t.rebuildThreshold, t.rebuilders.length);
	}
}

async function parseTrust(text) {
	if (utf8.encode(text).length > LIMITS.trust)
		throw new Refusal("bad.trust.size");
	const lines = text.split("\n"), reader = new TrustReader();
	if (lines.pop() !== "")
		throw new Refusal("bad.trust.cut");
	for (const [i, line] of lines.entries())
		await reader.line(line, i + 1);
	reader.end();
	return reader.trust;
}

function met(trust, name, counted) {
	const m = trust.members.get(name);
	if (m.witness)
		return counted.has(m.witness);
	return m.parts.filter((p) => met(trust, p, counted)).length >= m.need;
}

// ---- the bundle ----

function parseNumber(text, where) {
	if (!/^(0|[1-9][0-9]{0,18})$/.test(text) || BigInt(text) > LIMITS.size)
		throw new Refusal("bad.bundle", where);
	return BigInt(text);
}

function parseBundle(text) {
	if (text.length > LIMITS.bundle)
		throw new Refusal("bad.bundle.size");
	const heads = [];
	let at = 0, line = 0;
	const next = () => {
		const end = text.indexOf("\n", at);
		line++;
		if (end < 0)
			throw new Refusal("bad.bundle", `line ${line}`);
		const l = text.slice(at, end);
		at = end + 1;
		return l;
	};
	while (text.startsWith(MAGIC + "\n", at)) {
		const start = at;
		next();
		const head = { entry: null, index: 0n, path: [], text: "" };
		let l = next();
		if (!l.startsWith("extra "))
			throw new Refusal("bad.bundle.extra");
		head.entry = fromBase64(l.slice(6), `line ${line}`);
		l = next();
		if (!l.startsWith("index ") || head.entry.length < 1 || head.entry.length > LIMITS.entry)
			throw new Refusal("bad.bundle", `line ${line}`);
		head.index = parseNumber(l.slice(6), `line ${line}`);
		for (l = next(); l !== ""; l = next()) {
			const h = fromBase64(l, `line ${line}`);
			if (h.length !== 32 || head.path.length === LIMITS.path)
				throw new Refusal("bad.bundle", `line ${line}`);
			head.path.push(h);
		}
		head.text = text.slice(start, at);
		if (heads.length === LIMITS.heads || (heads.length > 0 && heads[heads.length - 1].index >= head.index))
			throw new Refusal("bad.bundle", `line ${line}`);
		heads.push(head);
	}
	if (heads.length === 0)
		throw new Refusal("bad.bundle.magic");
	return { heads, checkpoint: text.slice(at) };
}

// Several bundles one behind the other, all with one checkpoint, as one: another begins where a head stands directly behind a signature.
function parseBundles(text) {
	if (text.length > LIMITS.bundle || text.split(`${MAGIC}\n`).length > LIMITS.set + 1)
		throw new Refusal("bad.bundle.size");
	const bundles = text.split(/(?=c2sp\.org\/tlog-proof@v1\n)(?<=\n\u2014 [^\n]*\n)/).map(parseBundle), merged = new Map();
	for (const { heads, checkpoint } of bundles) {
		if (checkpoint !== bundles[0].checkpoint)
			throw new Refusal("bad.bundle.checkpoints");
		for (const head of heads) {
			if (merged.has(head.index) && merged.get(head.index).text !== head.text)
				throw new Refusal("bad.bundle.differ", head.index);
			merged.set(head.index, head);
		}
	}
	return { heads: [...merged.values()].sort((a, b) => a.index < b.index ? -1 : 1), checkpoint: bundles[0].checkpoint };
}

function parseSignatureLine(line) {
	const m = /^\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)$/.exec(line);
	if (!m || !nameOk(m[1]))
		throw new Refusal("bad.checkpoint");
	const blob = fromBase64(m[2], "checkpoint");
	if (blob.length < 5)
		throw new Refusal("bad.checkpoint");
	return { name: m[1], id: hex(blob.slice(0, 4)), blob: blob.slice(4) };
}

function parseNote(text) {
	const split = text.lastIndexOf("\n\n");
	if (split < 0 || utf8.encode(text).length > LIMITS.note || !text.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(text))
		throw new Refusal("bad.checkpoint");
	const body = text.slice(0, split + 1), signatures = text.slice(split + 2).split("\n").slice(0, -1).map(parseSignatureLine);
	const [origin, size, hash, ...more] = body.split("\n").slice(0, -1);
	if (signatures.length === 0 || signatures.length > LIMITS.lines || hash === undefined || !nameOk(origin) || more.includes(""))
		throw new Refusal("bad.checkpoint");
	const rootHash = fromBase64(hash, "checkpoint");
	if (rootHash.length !== 32)
		throw new Refusal("bad.checkpoint");
	return { body, signatures, origin, size: parseNumber(size, "checkpoint"), root: rootHash };
}

const isOf = (signature, key) => signature.name === key.name && signature.id === key.id;

// Every line of a known key must verify, whatever else is there. Types that cannot be checked never count.
async function checkLog(trust, note) {
	const message = utf8.encode(note.body);
	let found = null, unknown = false;
	for (const log of trust.logs)
		for (const s of note.signatures.filter((x) => isOf(x, log))) {
			unknown = unknown || !log.key;
			if (!log.key)
				continue;
			if (!await verifySignature(log.key, message, s.blob))
				throw new Refusal("bad.log.signature", log.name);
			if (log.name === note.origin)
				found = found || log;
		}
	if (!found)
		throw new Refusal(unknown ? "no.algorithm" : "no.log", note.origin);
	return found;
}

async function checkWitnesses(trust, note) {
	const counted = new Map();
	for (const w of trust.witnesses)
		for (const s of note.signatures.filter((x) => w.key.key && isOf(x, w.key))) {
			const time = s.blob.length === 72 ? new DataView(s.blob.buffer, s.blob.byteOffset).getBigUint64(0) : 0n;
			const message = utf8.encode(`cosignature/v1\ntime ${time}\n${note.body}`);
			if (time === 0n || time > LIMITS.seconds || !await verifySignature(w.key.key, message, s.blob.slice(8)))
				throw new Refusal("bad.witness.signature", w.name);
			counted.set(w, Math.max(Number(time), counted.get(w) || 0));
		}
	return counted;
}

// RFC 9162 section 2.1.3.2.
async function rootOf(leaf, index, size, path) {
	let fn = index, sn = size - 1n, r = leaf;
	if (index >= size)
		throw new Refusal("bad.inclusion");
	for (const p of path) {
		if (sn === 0n)
			throw new Refusal("bad.inclusion");
		if ((fn & 1n) === 1n || fn === sn) {
			r = await sha256(concat(Uint8Array.of(1), p, r));
			while ((fn & 1n) === 0n && fn !== 0n) {
				fn >>= 1n;
				sn >>= 1n;
			}
		} else {
			r = await sha256(concat(Uint8Array.of(1), r, p));
		}
		fn >>= 1n;
		sn >>= 1n;
	}
	if (sn !== 0n)
		throw new Refusal("bad.inclusion");
	return r;
}

// ---- all of it ----

// Is the file named somewhere inside the statement, though it is not what the statement is about?
function mentions(value, digest) {
	if (value === null || typeof value !== "object")
		return false;
	return value.digest === `sha256:${digest}` || Object.values(value).some((v) => mentions(v, digest));
}

// Check everything. @bundleText: a bundle, or several one behind the other; @digest: hex SHA-256 of the file, or null. Answers what was proved, with the status of verify-signers.js; throws
// Refusal if nothing was: the trust file or the bundle cannot be read, or the entries do not stand in a witnessed log.
async function verify(trustText, bundleText, digest) {
	const trust = await parseTrust(trustText);
	const bundle = parseBundles(bundleText);
	const note = parseNote(bundle.checkpoint);
	const log = await checkLog(trust, note);
	const counted = await checkWitnesses(trust, note);
	const unwitnessed = trust.quorum === "none";
	if (!unwitnessed && !met(trust, trust.quorum, new Set(counted.keys())))
		throw new Refusal("no.quorum", counted.size, trust.witnesses.length);
	for (const head of bundle.heads) {
		const leaf = await sha256(concat(Uint8Array.of(0), head.entry));
		if (!equal(await rootOf(leaf, head.index, note.size, head.path), note.root))
			throw new Refusal("bad.inclusion");
	}
	const judged = await root.PellucidSigners.judge(trust, note.origin, bundle.heads, digest);
	for (const e of judged.entries)
		e.mentions = digest !== null && e.about === null && e.statement !== null && mentions(e.statement.predicate, digest);
	return {
		...judged, origin: log.name, size: note.size, root: hex(note.root), unwitnessed, rebuildThreshold: trust.rebuildThreshold,
		witnesses: trust.witnesses.map((w) => ({ name: w.name, time: counted.get(w) || 0 })),
	};
}

// Is there a head in the bundle, that counts and stands before the report, which says what the report says? Nobody needs to say
// that a register began empty.
function headOf(proof, report, said, name, mayBeEmpty) {
	if (!said || typeof said !== "object")
		return false;
	if (mayBeEmpty && said.size === 0 && said.highest === 0 && said.days === 0)
		return true;
	return proof.entries.some((e) => {
		const head = e.counts && e.type === "urn:pellucid:register-head/v1" && e.index < report.index ? e.statement.predicate : null;
		return head !== null && head.register === name && ["size", "days", "time", "root", "chain"].every((k) => head[k] === said[k]) &&
			(head.highest === undefined || head.highest === said.highest);
	});
}

// What a register's report says of the file (its predicate), if one that counts is in what verify() answered; null if there is none.
// Throws Refusal if no head before it says what it says.
function reportOf(proof) {
	const entry = proof.entries.find((e) => e.counts && e.type === "urn:pellucid:register-report/v1" && e.about !== null);
	if (!entry)
		return null;
	const p = entry.statement.predicate;
	if (!["first", "last"].every((end) => headOf(proof, entry, p[end], p.register, end === "first")) ||
		![].concat(p.gaps ?? []).every((gap) => headOf(proof, entry, gap, p.register, false)))
		throw new Refusal("no.heads");
	// Where rows were entered under several declarations, the log has each of them.
	for (const declaration of p.earlier?.length ? [p.declaration, ...p.earlier.map((e) => e.declaration)] : [])
		if (!proof.entries.some((e) => e.counts && e.type === "urn:pellucid:register/v1" && e.index < entry.index &&
			e.statement.predicate.register === p.register && e.statement.predicate.declaration?.digest === declaration))
			throw new Refusal("no.declaration", declaration);
	return p;
}

// What auditors say of that report, where the bundle has it and it counts.
async function samplesOf(proof) {
	const report = proof.entries.find((e) => e.counts && e.type === "urn:pellucid:register-report/v1" && e.about !== null);
	const named = report && `sha256:${hex(await sha256(report.statement.pae))}`;
	return proof.entries.filter((e) => report && e.counts && e.type === "urn:pellucid:register-sample/v1" && e.statement.predicate.report === named);
}

// What was counted beside the numbers, as [kind, words] in the language of @text: heartbeats that came late, and of each sample whether its
// words draw its cases (@why: null, or why they do not).
function countedWords(text, result, samples, why) {
	const lines = [], said = result.latest ?? 0, all = result.declarations ?? [];
	if (all.length)
		lines.push(["good", text("recount.declarations", all.length, all.map((d, i) => `${i + 1}: ${d.digest} (${d.cases})`).join("; "))]);
	(result.partly ?? []).forEach((t) => lines.push(["warn", text("recount.partly", t.name, t.of.join(", "), all.length)]));
	if (result.daysLate)
		lines.push(["warn", text("recount.late", result.daysLate, Math.floor(said / 3600), Math.floor(said / 60) % 60)]);
	samples.forEach(({ index, statement: { predicate: p } }, i) => lines.push(why[i] !== null ? ["bad", text("recount.not_drawn", p.auditor, index, why[i])] :
		["good", `${text("recount.sample", p.auditor, index, p.drawn.length, p.among)} ${text(p.recounted ? "recount.sample_counted" : "recount.sample_uncounted", p.differing.length)}`]));
	if (result.stated && !samples.length)
		lines.push(["warn", text("recount.no_sample")]);
	return lines;
}

root.PellucidVerify = { verify, reportOf, samplesOf, countedWords, parseTrust, parseBundle, parseBundles, parseNote, Refusal, LIMITS };
})(globalThis);
