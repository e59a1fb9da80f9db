// SPDX-License-Identifier: Apache-2.0
// Judges the statements of a proof bundle: who signed each, with which key, who approved it, and whether it counts. Needs
// verify-keys.js and nothing else; no network, no page.
//
// What always holds:
//  1. Fail closed. A statement counts only if it is signed and approved as its kind demands, by root keys of the trust file or by
//     keys that counting key statements earlier in the bundle introduce. Kinds that are not known never count. Where the bundle
//     does not say how many officers must approve, nothing that needs approvals counts.
//  2. Nothing that is answered rests on the text of a statement that does not count.
// The same rules in C: src/verify/verify.c, src/fact/statement.c, src/fact/keys.c; tests/interop/signers.sh compares the two.
"use strict";
(function (root) {

const { utf8, fromBase64, hex, concat, compare, sha256, keyFromSpki, keyId, verifySignature } = root.PellucidKeys;

// Every kind of statement that can count. signers: the roles of keys that carry it; approval: of officers, of the roots, or none;
// holder: the member that says in whose name it is. word is that of the programs, message the page's where it has another name.
// Between the two marks stands JSON: tests/unit/verify/test_kinds.c reads it and compares it with src/verify/kinds.c.
const KINDS = // kinds: begin
[
	{"type": "urn:pellucid:release/v1", "word": "release", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:source-snapshot/v1", "word": "source-snapshot", "message": "snapshot", "signers": ["service"], "approval": "none"},
	{"type": "urn:pellucid:recipe/v1", "word": "recipe", "signers": ["service"], "approval": "none"},
	{"type": "https://slsa.dev/provenance/v1", "word": "build", "message": "provenance", "signers": ["service", "builder", "rebuilder"], "approval": "none"},
	{"type": "urn:pellucid:rebuild-verdict/v1", "word": "rebuild-verdict", "message": "rebuild", "signers": ["service", "rebuilder"], "approval": "none"},
	{"type": "urn:pellucid:register-report/v1", "word": "register-report", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:register-head/v1", "word": "register-head", "signers": ["service"], "approval": "none"},
	{"type": "urn:pellucid:register/v1", "word": "register", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:register-promise/v1", "word": "register-promise", "signers": ["service"], "approval": "none"},
	{"type": "urn:pellucid:register-words/v1", "word": "register-words", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:register-sample/v1", "word": "register-sample", "signers": ["reviewer"], "approval": "none", "holder": "auditor"},
	{"type": "urn:pellucid:claim/v1", "word": "claim", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:claim-status/v1", "word": "claim-status", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:entity/v1", "word": "entity", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:entity-duty/v1", "word": "entity-duty", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:entity-attestation/v1", "word": "entity-attestation", "signers": ["entity"], "approval": "none", "holder": "entity"},
	{"type": "urn:pellucid:answer/v1", "word": "answer", "signers": ["service"], "approval": "none"},
	{"type": "urn:pellucid:audit/v1", "word": "audit", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:audit-end/v1", "word": "audit-end", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:reward-matrix/v1", "word": "reward-matrix", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:disclosure-policy/v1", "word": "disclosure-policy", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:advisory/v1", "word": "advisory", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:advisory-provider/v1", "word": "advisory-provider", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:body/v1", "word": "body", "signers": ["service"], "approval": "none"},
	{"type": "urn:pellucid:withheld/v1", "word": "withheld", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:product/v1", "word": "product", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:product-head/v1", "word": "product-head", "signers": ["service"], "approval": "none"},
	{"type": "urn:pellucid:inception/v1", "word": "inception", "signers": [], "approval": "roots"},
	{"type": "urn:pellucid:key/v1", "word": "key", "signers": [], "approval": "roots"},
	{"type": "urn:pellucid:key-end/v1", "word": "key-end", "signers": [], "approval": "roots"},
	{"type": "urn:pellucid:log-resume/v1", "word": "log-resume", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:time-accept/v1", "word": "time-accept", "signers": ["service"], "approval": "officers"},
	{"type": "urn:pellucid:log-rotation/v1", "word": "log-rotation", "signers": ["service"], "approval": "officers"}
]
// kinds: end
;

const KIND = new Map(KINDS.map((k) => [k.type, k]));
const ROLES = ["root", "service", "officer", "builder", "rebuilder", "reviewer", "entity"];
const TYPE = { inception: "urn:pellucid:inception/v1", key: "urn:pellucid:key/v1", end: "urn:pellucid:key-end/v1",
	release: "urn:pellucid:release/v1", verdict: "urn:pellucid:rebuild-verdict/v1" };
const LIMITS = { entry: 65535, payload: 48000, depth: 32, signatures: 32, subjects: 64, types: 128, spki: 91, ulid: 9223372036854n };
const MEDIA = "application/vnd.in-toto+json";
const NAME = /^[\x21-\x7e]{1,256}$/;

// Why a statement does not count: a message key and its values.
class Flaw extends Error {
	constructor(key, ...values) {
		super(key);
		this.key = key;
		this.values = values.map(String);
	}
}

// ---- JSON: one whole value, no member twice, no NUL, no half of a surrogate pair, integers of 64 bits ----

class Reader {
	constructor(text) {
		this.text = text;
		this.at = 0;
	}

	all() {
		const v = this.value(0);
		this.space();
		if (this.at !== this.text.length)
			throw new Flaw("why.json");
		return v;
	}

	space() {
		while (this.at < this.text.length && " \t\n\r".includes(this.text[this.at]))
			this.at++;
	}

	eat(word) {
		this.space();
		if (!this.text.startsWith(word, this.at))
			return false;
		this.at += word.length;
		return true;
	}

	need(word) {
		if (!this.eat(word))
			throw new Flaw("why.json");
	}

	value(depth) {
		this.space();
		const c = this.text[this.at];
		if (c === "{" || c === "[") {
			if (depth === LIMITS.depth)
				throw new Flaw("why.json");
			this.at++;
			return c === "{" ? this.object(depth + 1) : this.array(depth + 1);
		}
		if (c === '"')
			return this.string();
		for (const [word, v] of [["true", true], ["false", false], ["null", null]])
			if (this.eat(word))
				return v;
		return this.number();
	}

	object(depth) {
		const o = Object.create(null);
		if (this.eat("}"))
			return o;
		do {
			this.space();
			const key = this.string();
			if (key in o)
				throw new Flaw("why.json");
			this.need(":");
			o[key] = this.value(depth);
		} while (this.eat(","));
		this.need("}");
		return o;
	}

	array(depth) {
		const list = [];
		if (this.eat("]"))
			return list;
		do
			list.push(this.value(depth));
		while (this.eat(","));
		this.need("]");
		return list;
	}

	string() {
		let end = this.at + 1;
		if (this.text[this.at] !== '"')
			throw new Flaw("why.json");
		while (end < this.text.length && this.text[end] !== '"')
			end += this.text[end] === "\\" ? 2 : 1;
		const token = this.text.slice(this.at, end + 1);
		this.at = end + 1;
		let s;
		try {
			s = JSON.parse(token);
		} catch {
			throw new Flaw("why.json");
		}
		if (/\u0000|\p{Surrogate}/u.test(s))
			throw new Flaw("why.json");
		return s;
	}

	number() {
		const shape = /-?(?:0|[1-9][0-9]*)((?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/y;
		shape.lastIndex = this.at;
		const m = shape.exec(this.text);
		if (!m)
			throw new Flaw("why.json");
		this.at = shape.lastIndex;
		if (m[1] === "" && BigInt.asIntN(64, BigInt(m[0])) !== BigInt(m[0]))
			throw new Flaw("why.json");
		const n = Number(m[0]);
		if (!Number.isFinite(n))
			throw new Flaw("why.json");
		return n;
	}
}

function readJson(bytes) {
	let text;
	try {
		text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		throw new Flaw("why.json");
	}
	return { text, json: new Reader(text).all() };
}

// RFC 8785: members in the order of UTF-16 code units; strings and numbers as the language writes them. An integer that no
// double holds exactly has no spelling.
function canonical(v) {
	if (Array.isArray(v))
		return `[${v.map(canonical).join(",")}]`;
	if (isObject(v))
		return `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`).join(",")}}`;
	if (typeof v === "number" && Math.abs(v) > 2 ** 53 && Math.abs(v) < 1e21)
		throw new Flaw("why.canonical");
	return JSON.stringify(v);
}

function isObject(v) {
	return v !== null && typeof v === "object" && !Array.isArray(v);
}

const textOf = (o, member) => typeof o[member] === "string" ? o[member] : "";

// ---- opening an entry ----

const SIGNATURE = /\{"keyid":"([ !#-[\]-~]{0,255})","sig":"([A-Za-z0-9+/=]+)"\}(,|$)/y;

function bytesOf(text) {
	try {
		return fromBase64(text, "");
	} catch {
		throw new Flaw("why.envelope");
	}
}

// Rising by (keyid, signature), without exact repetitions.
function readSignatures(text) {
	const list = [];
	let m, at = 0;
	do {
		SIGNATURE.lastIndex = at;
		m = SIGNATURE.exec(text);
		if (!m || list.length === LIMITS.signatures)
			throw new Flaw("why.envelope");
		at = SIGNATURE.lastIndex;
		const one = { keyid: m[1], sig: bytesOf(m[2]) }, before = list[list.length - 1];
		if (before && (before.keyid > one.keyid || (before.keyid === one.keyid && compare(before.sig, one.sig) >= 0)))
			throw new Flaw("why.envelope");
		list.push(one);
	} while (m[3] === ",");
	return list;
}

// A DSSE envelope in its canonical spelling, which is all ASCII.
function readEnvelope(entry) {
	const text = entry.length > LIMITS.entry ? "" : new TextDecoder("latin1").decode(entry);
	const m = /^\{"payload":"([A-Za-z0-9+/=]*)","payloadType":"([ !#-[\]-~]+)","signatures":\[(.*)\]\}$/.exec(text);
	if (!m || m[2] !== MEDIA)
		throw new Flaw("why.envelope");
	return { payload: bytesOf(m[1]), sigs: readSignatures(m[3]) };
}

function only(o, members) {
	if (!isObject(o) || Object.keys(o).some((k) => !members.includes(k)))
		throw new Flaw("why.shape");
}

function readSubject(o, ours) {
	if (!isObject(o) || !isObject(o.digest))
		throw new Flaw("why.shape");
	if (ours) {
		only(o, ["digest", "name"]);
		only(o.digest, ["sha256"]);
	}
	if (!/^[0-9a-f]{64}$/.test(textOf(o.digest, "sha256")) || !NAME.test(textOf(o, "name")))
		throw new Flaw("why.shape");
	return { name: o.name, sha256: o.digest.sha256 };
}

// A ULID whose time lies before the year 2262.
function checkId(holder) {
	const id = isObject(holder) ? textOf(holder, "id") : "";
	if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id))
		throw new Flaw("why.shape");
	let ms = 0n;
	for (const c of id.slice(0, 10))
		ms = ms * 32n + BigInt("0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(c));
	if (ms > LIMITS.ulid)
		throw new Flaw("why.shape");
}

function readStatement(payload) {
	const { text, json } = readJson(payload);
	only(json, ["_type", "predicate", "predicateType", "subject"]);
	const type = textOf(json, "predicateType"), ours = type.startsWith("urn:pellucid:");
	if (json._type !== "https://in-toto.io/Statement/v1" || !NAME.test(type) || !isObject(json.predicate) || !Array.isArray(json.subject) ||
		json.subject.length === 0 || json.subject.length > LIMITS.subjects)
		throw new Flaw("why.shape");
	const subjects = json.subject.map((s) => readSubject(s, ours));
	checkId(ours ? json.predicate : json.subject[0].annotations);
	if (ours && canonical(json) !== text)
		throw new Flaw("why.canonical");
	return { type, subjects, predicate: json.predicate };
}

// The entry as a statement in its one spelling; signatures are decoded, not judged. Throws a Flaw.
function open(entry) {
	const { payload, sigs } = readEnvelope(entry);
	if (payload.length > LIMITS.payload)
		throw new Flaw("why.shape");
	const pae = concat(utf8.encode(`DSSEv1 ${MEDIA.length} ${MEDIA} ${payload.length} `), payload);
	return { ...readStatement(payload), sigs, pae };
}

// ---- the register of keys: a function of the trust file and the entries, fed in their order ----

// What a signature counts as.
const IDLE = 0, CARRIER = 1, APPROVAL = 2, ROOT = 3;

class Register {
	constructor(threshold) {
		this.facts = new Map();
		this.threshold = threshold;
		this.officers = 0;
		this.inception = false;
	}

	async addRoot({ key }) {
		this.facts.set(await keyId(key), { key, role: "root", holder: "root", from: null, until: null, types: [] });
	}

	weigh(f, row, predicate, index) {
		if (f.role === "root")
			return row.approval === "roots" ? ROOT : IDLE;
		// Valid strictly after its key statement and strictly before its end.
		if (row.approval === "roots" || index <= f.from || (f.until !== null && index >= f.until) || !f.types.includes(row.type))
			return IDLE;
		if (f.role === "officer")
			return row.approval === "officers" ? APPROVAL : IDLE;
		if (row.holder && textOf(predicate, row.holder) !== f.holder)
			return IDLE;
		return row.signers.includes(f.role) ? CARRIER : IDLE;
	}

	// Signatures are sorted by keyid: those of one key stand side by side, and one of them counts.
	async tally(row, s, index) {
		const j = { carriers: 0, approvals: 0, roots: 0, signer: null };
		for (const [i, { keyid, sig }] of s.sigs.entries()) {
			const f = this.facts.get(keyid);
			const w = f && !(i > 0 && s.sigs[i - 1].keyid === keyid) ? this.weigh(f, row, s.predicate, index) : IDLE;
			if (w === IDLE)
				continue;
			if (!await verifySignature(f.key, s.pae, sig))
				throw new Flaw("why.signature", f.holder);
			if (w !== APPROVAL && j.signer === null)
				j.signer = f;
			j[w === CARRIER ? "carriers" : w === APPROVAL ? "approvals" : "roots"]++;
		}
		return j;
	}

	async judge(row, s, index) {
		const j = await this.tally(row, s, index);
		if (row.approval === "roots") {
			if (j.roots < this.threshold)
				throw new Flaw(j.roots === 0 ? "why.root" : "why.roots", j.roots, this.threshold);
			return j;
		}
		if (j.carriers === 0)
			throw new Flaw("why.nobody");
		if (row.approval === "officers" && j.approvals < (this.officers || 1))
			throw new Flaw("why.officers", j.approvals, this.officers || 1);
		if (row.approval === "officers" && this.officers === 0)
			throw new Flaw("why.inception");
		return j;
	}

	// Take in a statement that counts. Answers whose key it introduces or ends; null: no key is concerned.
	apply(s, index) {
		const id = `sha256:${s.subjects[0].sha256}`, fact = this.facts.get(id);
		if (s.type === TYPE.inception)
			this.begin(s.predicate, index);
		if (s.type === TYPE.key) {
			if (fact)
				throw new Flaw("why.again");
			this.facts.set(id, readKey(s.predicate, index));
			return this.facts.get(id).holder;
		}
		if (s.type === TYPE.end) {
			if (!fact || fact.role === "root")
				throw new Flaw("why.never");
			if (fact.until !== null)
				throw new Flaw("why.ended", fact.until);
			fact.until = index;
			return fact.holder;
		}
		return null;
	}

	begin(predicate, index) {
		if (this.inception || index !== 0n)
			throw new Flaw("why.second");
		if (!Number.isInteger(predicate.officers) || predicate.officers < 0 || predicate.officers > LIMITS.signatures)
			throw new Flaw("why.shape");
		this.officers = predicate.officers;
		this.inception = true;
	}
}

function spkiBytes(predicate) {
	let der;
	try {
		der = fromBase64(textOf(predicate, "key"), "");
	} catch {
		return null;
	}
	return der.length > 0 && der.length <= LIMITS.spki ? der : null;
}

function readKey(p, index) {
	const der = spkiBytes(p), key = der && keyFromSpki(der), types = Array.isArray(p.predicates) ? p.predicates : [];
	if (!key || typeof p.holder !== "string" || p.role === "root" || !ROLES.includes(p.role) || types.length > LIMITS.types ||
		types.some((t) => typeof t !== "string") || (isObject(p.predicates) && Object.keys(p.predicates).length > 0))
		throw new Flaw("why.key");
	return { key, role: p.role, holder: p.holder, from: index, until: null, types };
}

// What the register cannot see: that a key statement is about the key it holds, an inception about this log.
async function checkFits(s, origin) {
	if (s.type === TYPE.inception && textOf(s.predicate, "origin") !== origin)
		throw new Flaw("why.origin");
	if (s.type === TYPE.key) {
		const der = spkiBytes(s.predicate);
		if (!der || hex(await sha256(der)) !== s.subjects[0].sha256)
			throw new Flaw("why.subject");
	}
}

// ---- judging ----

// Which rebuilder of the trust file vouches for this verdict with his own key? He needs no key statement; a keyid is a hint only.
async function rebuilderOf(trust, s) {
	if (s.type !== TYPE.verdict)
		return null;
	for (const { name, key } of trust.rebuilders)
		for (const { sig } of s.sigs)
			if (await verifySignature(key, s.pae, sig))
				return name;
	return null;
}

async function judgeSignatures(register, trust, e) {
	e.rebuilder = await rebuilderOf(trust, e.statement);
	try {
		Object.assign(e, await register.judge(e.kind, e.statement, e.index));
	} catch (flaw) {
		if (!(flaw instanceof Flaw) || e.rebuilder === null)
			throw flaw;
	}
	e.needed = e.kind.approval === "officers" ? register.officers : e.kind.approval === "roots" ? register.threshold : 0;
}

async function judgeEntry(register, trust, origin, { index, entry }, digest) {
	const e = { index, statement: null, type: null, kind: null, counts: false, about: null, rebuilder: null, replaced: null, signer: null, holder: null,
		approvals: 0, roots: 0, needed: 0, why: null };
	try {
		e.statement = open(entry);
		e.type = e.statement.type;
		e.about = (e.statement.subjects.find((s) => s.sha256 === digest) || { name: null }).name;
		e.kind = KIND.get(e.type) || null;
		if (!trust.judges)
			return e;
		if (!e.kind)
			throw new Flaw("why.unknown");
		await checkFits(e.statement, origin);
		await judgeSignatures(register, trust, e);
		e.holder = register.apply(e.statement, index);
		e.counts = true;
	} catch (flaw) {
		if (!(flaw instanceof Flaw))
			throw flaw;
		e.why = { key: flaw.key, values: flaw.values };
	}
	return e;
}

// An attempt gives way to any comparison of the same site, key and build, else the older one to the newer.
function givesWay(a, b) {
	const p = a.statement.predicate, q = b.statement.predicate;
	const same = a.rebuilder !== null || b.rebuilder !== null ? a.rebuilder === b.rebuilder : a.signer === b.signer;
	if (a === b || !same || textOf(p, "site") !== textOf(q, "site") || textOf(p, "build") !== textOf(q, "build"))
		return false;
	const tried = (o) => textOf(o, "verdict") === "not-attempted";
	return tried(p) === tried(q) ? b.index > a.index : tried(p);
}

// Distinct rebuilders of the trust file that found the file the same, and whether anybody found it different.
function countRebuilders(entries) {
	const verdicts = entries.filter((e) => e.counts && e.about !== null && e.type === TYPE.verdict), same = new Set();
	for (const e of verdicts)
		for (const other of verdicts)
			if (givesWay(e, other))
				e.replaced = other.index;
	const standing = verdicts.filter((e) => e.replaced === null), says = (e, ...words) => words.includes(textOf(e.statement.predicate, "verdict"));
	for (const e of standing)
		if (e.rebuilder !== null && says(e, "identical", "identical-after-normalisation"))
			same.add(e.rebuilder);
	return { rebuilders: same.size, different: standing.some((e) => says(e, "different")) };
}

// What a @bundle ([{ index, entry }], rising) of the log @origin shows of the file with the hex SHA-256 @digest (null: of none).
// @trust: { judges, roots: [{ name, key }], rootThreshold, rebuilders: [{ name, key }], rebuildThreshold }.
//
// status: "ok"; "notfound": nothing that counts names the file; "conflict": a rebuild came out different; "quorum": too few
// rebuilders; "state": @trust names no roots, so that nothing can be judged; null: there is no file.
async function judge(trust, origin, bundle, digest) {
	const register = new Register(trust.rootThreshold), entries = [];
	for (const r of trust.roots)
		await register.addRoot(r);
	for (const part of bundle)
		entries.push(await judgeEntry(register, trust, origin, part, digest));
	const about = entries.filter((e) => e.counts && e.about !== null), release = about.find((e) => e.type === TYPE.release) || null;
	const { rebuilders, different } = countRebuilders(entries);
	const inception = entries.find((e) => e.counts && e.type === TYPE.inception);
	const status = !trust.judges ? "state" : digest === null ? null : about.length === 0 ? "notfound" : different ? "conflict" :
		rebuilders < trust.rebuildThreshold ? "quorum" : "ok";
	return { status, entries, release, first: release || about[0] || null, rebuilders, purpose: inception ? textOf(inception.statement.predicate, "purpose") : "" };
}

root.PellucidSigners = { judge, open, KINDS };
})(globalThis);
