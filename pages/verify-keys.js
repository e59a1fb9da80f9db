// SPDX-License-Identifier: Apache-2.0
// Bytes, public keys and signatures for the scripts that verify, with nothing but the language and WebCrypto. No network, no page:
// the same file runs in the portal, in the one-file copy and in the tests under Node.
//
// What always holds:
//  1. A key that came out of here is a point of its curve in its one spelling, of the prime subgroup and not of small order.
//  2. ECDSA signatures are strict DER with low S: there is no second spelling of one.
// The same rules in C: src/crypto/key.c. Refusals are thrown as Refusal with a message key and its values; the page turns them
// into words.
"use strict";
(function (root) {

class Refusal extends Error {
	constructor(key, ...values) {
		super(key + (values.length ? ": " + values.join(", ") : ""));
		this.key = key;
		this.values = values.map(String);
	}
}

// ---- bytes ----

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

function compare(a, b) {
	for (let i = 0; i < a.length && i < b.length; i++)
		if (a[i] !== b[i])
			return a[i] < b[i] ? -1 : 1;
	return a.length - b.length;
}

const equal = (a, b) => compare(a, b) === 0;

async function sha256(bytes) {
	return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

const big = (bytes) => bytes.length ? BigInt(`0x${hex(bytes)}`) : 0n;

// ---- points ----

const mod = (a, p) => ((a % p) + p) % p;

function power(base, exponent, p) {
	let result = 1n;
	for (base = mod(base, p); exponent > 0n; exponent >>= 1n) {
		if (exponent & 1n)
			result = result * base % p;
		base = base * base % p;
	}
	return result;
}

// Edwards25519 (RFC 8032, section 5.1): p, d, the order of the prime subgroup, a square root of -1.
const P = (1n << 255n) - 19n;
const D = mod(-121665n * power(121666n, P - 2n, P), P);
const L = (1n << 252n) + 27742317777372353535851937790883648493n;
const I = power(2n, (P - 1n) / 4n, P);

// In extended coordinates; complete, so it doubles, too.
function addPoints([x1, y1, z1, t1], [x2, y2, z2, t2]) {
	const a = mod((y1 - x1) * (y2 - x2), P), b = mod((y1 + x1) * (y2 + x2), P), c = 2n * t1 * D % P * t2 % P, d = 2n * z1 * z2 % P;
	const e = b - a, f = d - c, g = d + c, h = b + a;
	return [mod(e * f, P), mod(g * h, P), mod(f * g, P), mod(e * h, P)];
}

// RFC 8032, section 5.1.3; null if @bytes are no point in its one spelling.
function ed25519Point(bytes) {
	const number = big(Uint8Array.from(bytes).reverse()), sign = number >> 255n, y = number & ((1n << 255n) - 1n);
	if (y >= P)
		return null;
	const u = mod(y * y - 1n, P), v = mod(D * y * y + 1n, P);
	let x = u * power(v, 3n, P) % P * power(u * power(v, 7n, P), (P - 5n) / 8n, P) % P;
	if (mod(v * x * x, P) !== u)
		x = x * I % P;
	if (mod(v * x * x, P) !== u || (x === 0n && sign === 1n))
		return null;
	if ((x & 1n) !== sign)
		x = P - x;
	return [x, y, 1n, x * y % P];
}

// Of the prime subgroup and not its neutral element, hence not of small order.
function ed25519Valid(bytes) {
	let point = bytes.length === 32 ? ed25519Point(bytes) : null;
	if (!point || (point[0] === 0n && point[1] === 1n))
		return false;
	let sum = [0n, 1n, 1n, 0n];
	for (let k = L; k > 0n; k >>= 1n) {
		if (k & 1n)
			sum = addPoints(sum, point);
		point = addPoints(point, point);
	}
	return sum[0] === 0n && sum[1] === sum[2];
}

// P-256 (SP 800-186): p, b, and the order halved, above which S is not low.
const P256 = (1n << 256n) - (1n << 224n) + (1n << 192n) + (1n << 96n) - 1n;
const P256_B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const P256_HALF = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;

function p256Valid(bytes) {
	if (bytes.length !== 65 || bytes[0] !== 4)
		return false;
	const x = big(bytes.slice(1, 33)), y = big(bytes.slice(33));
	return x < P256 && y < P256 && mod(y * y - (x * x * x - 3n * x + P256_B), P256) === 0n;
}

// ---- keys ----

const ALGORITHMS = {
	"ed25519": { length: 32, valid: ed25519Valid, prefix: Uint8Array.from([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]) },
	"ecdsa-p256-sha256": { length: 65, valid: p256Valid, prefix: Uint8Array.from([0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d,
		0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00]) },
};

// A point takes milliseconds, and the same keys come again with every check.
const looked = new Map();

// { algorithm, raw }, or null.
function keyFromRaw(algorithm, raw) {
	const id = `${algorithm}:${hex(raw)}`;
	if (!looked.has(id))
		looked.set(id, ALGORITHMS[algorithm].valid(raw));
	return looked.get(id) ? { algorithm, raw } : null;
}

const sameKey = (a, b) => a.algorithm === b.algorithm && equal(a.raw, b.raw);

// The SubjectPublicKeyInfo, DER.
const spkiOf = (key) => concat(ALGORITHMS[key.algorithm].prefix, key.raw);

// Exactly the DER that spkiOf makes: a key, null if that is no point, undefined for another algorithm.
function keyFromSpki(der) {
	for (const [algorithm, { length, prefix }] of Object.entries(ALGORITHMS))
		if (der.length === prefix.length + length && equal(der.slice(0, prefix.length), prefix))
			return keyFromRaw(algorithm, der.slice(prefix.length));
	return der[0] === 0x30 ? undefined : null;
}

// "sha256:<hex>" of the SubjectPublicKeyInfo: how statements and envelopes name a key.
const keyId = async (key) => "sha256:" + hex(await sha256(spkiOf(key)));

// "ed25519:<base64>" or "ecdsa-p256-sha256:<base64>", as in a trust file; null for anything else.
function parseKey(text, where) {
	const colon = text.indexOf(":"), algorithm = text.slice(0, Math.max(colon, 0));
	if (!Object.hasOwn(ALGORITHMS, algorithm))
		return null;
	return keyFromRaw(algorithm, fromBase64(text.slice(colon + 1), where));
}

// ---- signatures ----

// One positive minimal INTEGER of at most 32 bytes at @at: [its 32 bytes, where it ends], or null.
function derNumber(der, at) {
	const length = der[at + 1], first = der[at + 2], end = at + 2 + length;
	if (der[at] !== 2 || !(length >= 1 && length <= 33) || end > der.length || (first & 0x80) !== 0)
		return null;
	if ((length > 1 && first === 0 && (der[at + 3] & 0x80) === 0) || (length === 33 && first !== 0))
		return null;
	const digits = der.slice(length === 33 ? at + 3 : at + 2, end), out = new Uint8Array(32);
	out.set(digits, 32 - digits.length);
	return [out, end];
}

// r and s as WebCrypto wants them, or null: strict DER, low S.
function ecdsaFromDer(der) {
	if (der.length < 2 || der[0] !== 0x30 || der[1] !== der.length - 2)
		return null;
	const r = derNumber(der, 2), s = r && derNumber(der, r[1]);
	return s && s[1] === der.length && big(s[0]) <= P256_HALF ? concat(r[0], s[0]) : null;
}

async function imported(key) {
	const how = key.algorithm === "ed25519" ? { name: "Ed25519" } : { name: "ECDSA", namedCurve: "P-256" };
	try {
		return await crypto.subtle.importKey("raw", key.raw, how, false, ["verify"]);
	} catch {
		throw new Refusal(key.algorithm === "ed25519" ? "no.ed25519" : "no.ecdsa");
	}
}

// Did @key make @signature over @message (the message itself, no digest of it)?
async function verifySignature(key, message, signature) {
	if (key.algorithm === "ed25519")
		return signature.length === 64 && crypto.subtle.verify({ name: "Ed25519" }, await imported(key), signature, message);
	const rs = ecdsaFromDer(signature);
	return rs !== null && crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, await imported(key), rs, message);
}

root.PellucidKeys = { Refusal, utf8, fromBase64, hex, concat, compare, equal, sha256, keyFromRaw, keyFromSpki, keyId, sameKey, spkiOf,
	parseKey, verifySignature };
})(globalThis);
