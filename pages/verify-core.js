// SPDX-License-Identifier: Apache-2.0
// Checks a proof bundle against a trust file, with nothing but the language and WebCrypto. No network, no page: the same file
// runs in the portal, in the one-file copy and in the tests under Node.
//
// Refusals are thrown as Refusal with a message key and its values; the page turns them into words.
"use strict";
(function (root) {

const MAGIC = "c2sp.org/tlog-proof@v1";
const LIMITS = { trust: 262144, bundle: 33554432, heads: 256, path: 63, names: 64, entry: 65535, note: 131072 };

class Refusal extends Error {
	constructor(key, ...values) {
		super(key + (values.length ? ": " + values.join(", ") : ""));
		this.key = key;
		this.values = values.map(String);
	}
}

const utf8 = new TextEncoder();

function fromBase64(text, where) {
	if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text))
		throw new Refusal("bad.base64", where);
	const raw = atob(text);
	const out = new Uint8Array(raw.length);
	for (let i = 0; i < raw.length; i++)
		out[i] = raw.charCodeAt(i);
	// One spelling only: unused bits must be zero.
	if (btoa(raw) !== text)
		throw new Refusal("bad.base64", where);
	return out;
}

function hex(bytes) {
	return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

function concat(...parts) {
	const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
	let at = 0;
	for (const p of parts) {
		out.set(p, at);
		at += p.length;
	}
	return out;
}

function equal(a, b) {
	return a.length === b.length && a.every((v, i) => v === b[i]);
}

async function sha256(bytes) {
	return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

async function ed25519(key, message, signature) {
	let k;
	try {
		k = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
	} catch {
		throw new Refusal("no.ed25519");
	}
	return crypto.subtle.verify({ name: "Ed25519" }, k, signature, message);
}

// ---- keys and the trust file ----

async function parseVkey(text, where) {
	const first = text.indexOf("+");
	const second = text.indexOf("+", first + 1);
	const name = text.slice(0, first), id = text.slice(first + 1, second);
	if (first < 1 || second !== first + 9 || !/^[0-9a-f]{8}$/.test(id) || /[\s+]/u.test(name))
		throw new Refusal("bad.vkey", where);
	const blob = fromBase64(text.slice(second + 1), where);
	const type = blob[0];
	const key = blob.slice(1);
	if ((type === 1 || type === 4) && key.length !== 32)
		throw new Refusal("bad.vkey", where);
	if (type !== 2) {
		const h = await sha256(concat(utf8.encode(name), Uint8Array.of(10), blob));
		if (hex(h.slice(0, 4)) !== id)
			throw new Refusal("bad.vkey", where);
	}
	return { name, id, type, key, blob };
}

async function parseTrust(text) {
	if (utf8.encode(text).length > LIMITS.trust)
		throw new Refusal("bad.trust.size");
	if (!text.endsWith("\n"))
		text += "\n"; // pasted text often lacks it
	const trust = { logs: [], witnesses: [], members: new Map(), quorum: null };
	const used = new Set(), keys = new Set();
	let line = 0;
	for (const raw of text.split("\n").slice(0, -1)) {
		line++;
		const where = `line ${line}`;
		const words = raw.split(/[ \t]+/).filter((w) => w !== "");
		if (words.length === 0 || words[0].startsWith("#"))
			continue;
		if (words[0] === "log" && (words.length === 2 || words.length === 3)) {
			const key = await parseVkey(words[1], where);
			if (![1, 2, 6].includes(key.type) || keys.has("l" + hex(key.key)))
				throw new Refusal("bad.trust", where);
			keys.add("l" + hex(key.key));
			trust.logs.push(key);
		} else if (words[0] === "witness" && (words.length === 3 || words.length === 4)) {
			const key = await parseVkey(words[2], where);
			if (![4, 6].includes(key.type) || keys.has("w" + hex(key.key)) || trust.members.has(words[1]) || words[1] === "none")
				throw new Refusal("bad.trust", where);
			keys.add("w" + hex(key.key));
			const witness = { name: words[1], key };
			trust.witnesses.push(witness);
			trust.members.set(words[1], { witness });
		} else if (words[0] === "group" && words.length >= 4) {
			const parts = words.slice(3);
			const need = words[2] === "all" ? parts.length : words[2] === "any" ? 1 : Number(words[2]);
			if (!/^(all|any|[1-9][0-9]{0,2})$/.test(words[2]) || need > parts.length || trust.members.has(words[1]) || words[1] === "none")
				throw new Refusal("bad.trust", where);
			for (const p of parts) {
				if (!trust.members.has(p) || used.has(p))
					throw new Refusal("bad.trust", where);
				used.add(p);
			}
			trust.members.set(words[1], { need, parts });
		} else if (words[0] === "quorum" && words.length === 2 && trust.quorum === null) {
			if (words[1] !== "none" && !trust.members.has(words[1]))
				throw new Refusal("bad.trust", where);
			trust.quorum = words[1];
		} else {
			throw new Refusal("bad.trust", where);
		}
		if (trust.logs.length > LIMITS.names || trust.members.size > 2 * LIMITS.names)
			throw new Refusal("bad.trust.size");
	}
	if (trust.logs.length === 0)
		throw new Refusal("bad.trust.log");
	if (trust.quorum === null)
		throw new Refusal("bad.trust.quorum");
	return trust;
}

function met(trust, name, counted) {
	const m = trust.members.get(name);
	if (m.witness)
		return counted.has(m.witness);
	return m.parts.filter((p) => met(trust, p, counted)).length >= m.need;
}

// ---- the bundle ----

function parseNumber(text, where) {
	if (!/^(0|[1-9][0-9]{0,18})$/.test(text))
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
		next();
		const head = { entry: null, index: 0n, path: [] };
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
		if (heads.length === LIMITS.heads || (heads.length > 0 && heads[heads.length - 1].index >= head.index))
			throw new Refusal("bad.bundle", `line ${line}`);
		heads.push(head);
	}
	if (heads.length === 0)
		throw new Refusal("bad.bundle.magic");
	return { heads, checkpoint: text.slice(at) };
}

function parseNote(text) {
	const split = text.lastIndexOf("\n\n");
	if (split < 0 || text.length > LIMITS.note || !text.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(text))
		throw new Refusal("bad.checkpoint");
	const body = text.slice(0, split + 1);
	const signatures = text.slice(split + 2).split("\n").slice(0, -1).map((l) => {
		const m = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/u.exec(l);
		if (!m)
			throw new Refusal("bad.checkpoint");
		const blob = fromBase64(m[2], "checkpoint");
		if (blob.length < 5)
			throw new Refusal("bad.checkpoint");
		return { name: m[1], id: hex(blob.slice(0, 4)), blob: blob.slice(4) };
	});
	const lines = body.split("\n");
	if (signatures.length === 0 || lines.length < 4 || lines[0] === "")
		throw new Refusal("bad.checkpoint");
	const size = parseNumber(lines[1], "checkpoint");
	const rootHash = fromBase64(lines[2], "checkpoint");
	if (rootHash.length !== 32)
		throw new Refusal("bad.checkpoint");
	return { body, signatures, origin: lines[0], size, root: rootHash };
}

async function checkLog(trust, note) {
	const message = utf8.encode(note.body);
	let found = null;
	for (const s of note.signatures)
		for (const log of trust.logs) {
			if (log.name !== s.name || log.id !== s.id || log.name !== note.origin)
				continue;
			if (log.type !== 1)
				throw new Refusal("no.algorithm");
			if (s.blob.length !== 64 || !await ed25519(log.key, message, s.blob))
				throw new Refusal("bad.log.signature", log.name);
			found = log;
		}
	if (!found)
		throw new Refusal("no.log", note.origin);
	return found;
}

async function checkWitnesses(trust, note) {
	const counted = new Map();
	for (const s of note.signatures)
		for (const w of trust.witnesses) {
			if (w.key.name !== s.name || w.key.id !== s.id || w.key.type !== 4)
				continue;
			if (s.blob.length !== 72)
				throw new Refusal("bad.witness.signature", w.name);
			const time = new DataView(s.blob.buffer, s.blob.byteOffset).getBigUint64(0);
			const message = utf8.encode(`cosignature/v1\ntime ${time}\n${note.body}`);
			if (time === 0n || !await ed25519(w.key.key, message, s.blob.slice(8)))
				throw new Refusal("bad.witness.signature", w.name);
			counted.set(w, Number(time));
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

// ---- what an entry says ----

function readEntry(entry) {
	try {
		const envelope = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(entry));
		const payload = fromBase64(envelope.payload, "payload");
		const statement = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
		return { type: String(statement.predicateType), statement, signatures: envelope.signatures.length };
	} catch {
		return null;
	}
}

// Where does @statement name the SHA-256 @digest? A subject's name, "body", or null.
function names(statement, digest) {
	for (const s of Array.isArray(statement.subject) ? statement.subject : [])
		if (s && s.digest && s.digest.sha256 === digest)
			return String(s.name);
	let found = null;
	const walk = (v, depth) => {
		if (depth > 20 || found !== null || v === null || typeof v !== "object")
			return;
		if (v.digest === "sha256:" + digest)
			found = "";
		for (const key of Object.keys(v))
			walk(v[key], depth + 1);
	};
	walk(statement.predicate, 0);
	return found;
}

// Check everything. @digest: hex SHA-256 of the file, or null. Answers what was proved; throws Refusal otherwise.
async function verify(trustText, bundleText, digest) {
	const trust = await parseTrust(trustText);
	const bundle = parseBundle(bundleText);
	const note = parseNote(bundle.checkpoint);
	const log = await checkLog(trust, note);
	const counted = await checkWitnesses(trust, note);
	const unwitnessed = trust.quorum === "none";
	if (!unwitnessed && !met(trust, trust.quorum, new Set(counted.keys())))
		throw new Refusal("no.quorum", counted.size, trust.witnesses.length);
	const entries = [];
	for (const head of bundle.heads) {
		const leaf = await sha256(concat(Uint8Array.of(0), head.entry));
		if (!equal(await rootOf(leaf, head.index, note.size, head.path), note.root))
			throw new Refusal("bad.inclusion");
		const said = readEntry(head.entry);
		entries.push({
			index: head.index, type: said ? said.type : null, statement: said ? said.statement : null,
			named: said && digest ? names(said.statement, digest) : null,
		});
	}
	return {
		origin: log.name, size: note.size, root: hex(note.root), unwitnessed,
		witnesses: trust.witnesses.map((w) => ({ name: w.name, time: counted.get(w) || 0 })),
		entries, named: entries.some((e) => e.named !== null),
	};
}

// Is there a head in the bundle, before the report, that says what the report says? Nobody needs to say that a register began empty.
function headOf(proof, report, said, name, mayBeEmpty) {
	if (mayBeEmpty && said.size === 0 && said.highest === 0 && said.days === 0)
		return true;
	return proof.entries.some((e) => e.type === "urn:pellucid:register-head/v1" && e.index < report.index &&
		e.statement.predicate.register === name &&
		["size", "days", "time", "root", "chain"].every((k) => e.statement.predicate[k] === said[k]) &&
		(e.statement.predicate.highest === undefined || e.statement.predicate.highest === said.highest));
}

// What a register's report says of the file (its predicate), if there is one in what verify() answered; null if there is none. Throws
// Refusal if no head before it says what it says.
function reportOf(proof) {
	const entry = proof.entries.find((e) => e.type === "urn:pellucid:register-report/v1" && e.named !== null);
	if (!entry)
		return null;
	const p = entry.statement.predicate;
	if (!["first", "last"].every((end) => headOf(proof, entry, p[end], p.register, end === "first")) ||
		!(p.gaps || []).every((gap) => headOf(proof, entry, gap, p.register, false)))
		throw new Refusal("no.heads");
	return p;
}

root.PellucidVerify = { verify, reportOf, parseTrust, parseBundle, parseNote, Refusal, LIMITS };
})(globalThis);
