// SPDX-License-Identifier: Apache-2.0
// Logs, keys and statements made by nothing but Node's own cryptography, so that every byte can be changed and signed again. Keys are
// made of their names: one name is the same key in every run.
import { createECDH, createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";

export const sha = (...parts) => createHash("sha256").update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest();
export const hex = (data) => sha(data).toString("hex");

// ---- keys ----

export const ED25519 = "ed25519", P256 = "ecdsa-p256-sha256";
const PREFIX = { [ED25519]: Buffer.from("302a300506032b6570032100", "hex"),
	[P256]: Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex") };
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export const spkiOf = (algorithm, raw) => Buffer.concat([PREFIX[algorithm], raw]);

function privateOf(name, algorithm) {
	const seed = sha(`a key of the tests: ${name}`), text = (b) => b.toString("base64url");
	if (algorithm === ED25519)
		return createPrivateKey({ key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]), format: "der", type: "pkcs8" });
	const curve = createECDH("prime256v1");
	curve.setPrivateKey(seed);
	const point = curve.getPublicKey();
	return createPrivateKey({ format: "jwk", key: { kty: "EC", crv: "P-256", d: text(seed), x: text(point.subarray(1, 33)), y: text(point.subarray(33)) } });
}

export function key(name, algorithm = ED25519) {
	const privateKey = privateOf(name, algorithm), spki = createPublicKey(privateKey).export({ type: "spki", format: "der" });
	const raw = spki.subarray(PREFIX[algorithm].length);
	return { name, algorithm, privateKey, raw, spki, id: `sha256:${hex(spki)}`, text: `${algorithm}:${raw.toString("base64")}` };
}

// ---- signatures ----

function derNumber(n) {
	let digits = n.toString(16);
	digits = digits.length % 2 ? `0${digits}` : digits;
	const bytes = Buffer.from(/^[89a-f]/.test(digits) ? `00${digits}` : digits, "hex");
	return Buffer.concat([Buffer.from([2, bytes.length]), bytes]);
}

export function der(r, s) {
	const body = Buffer.concat([derNumber(r), derNumber(s)]);
	return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

export function numbersOf(signature) {
	const r = signature.subarray(4, 4 + signature[3]), s = signature.subarray(6 + signature[3]);
	return [BigInt(`0x${r.toString("hex")}`), BigInt(`0x${s.toString("hex")}`)];
}

// The other signature that says the same: what a verifier must refuse.
export function highS(signature) {
	const [r, s] = numbersOf(signature);
	return der(r, s > ORDER / 2n ? s : ORDER - s);
}

// ECDSA: DER with low S.
export function signWith({ privateKey, algorithm }, message) {
	if (algorithm === ED25519)
		return sign(null, message, privateKey);
	const [r, s] = numbersOf(sign("sha256", message, { key: privateKey, dsaEncoding: "der" }));
	return der(r, s > ORDER / 2n ? ORDER - s : s);
}

// ---- the tree (RFC 6962) ----

export const leafOf = (entry) => sha([0], entry);

function split(n) {
	let k = 1;
	while (k * 2 < n)
		k *= 2;
	return k;
}
export const rootOf = (l) => l.length === 0 ? sha("") : l.length === 1 ? l[0] :
	sha([1], rootOf(l.slice(0, split(l.length))), rootOf(l.slice(split(l.length))));
export function pathOf(i, l) {
	if (l.length === 1)
		return [];
	const k = split(l.length);
	return i < k ? [...pathOf(i, l.slice(0, k)), rootOf(l.slice(k))] : [...pathOf(i - k, l.slice(k)), rootOf(l.slice(0, k))];
}

// ---- checkpoints and bundles ----

// The key @k as one of a note. @type: 1 Ed25519, 2 ECDSA, 4 cosignature, or any other number.
export function noteKey(name, type, k = key(name, type === 2 ? P256 : ED25519)) {
	const data = type === 2 ? k.spki : k.raw;
	const id = (type === 2 ? sha(data) : sha(name, [10, type], data)).subarray(0, 4);
	return { ...k, name, type, noteId: id, vkey: `${name}+${id.toString("hex")}+${Buffer.concat([Buffer.from([type]), data]).toString("base64")}` };
}

// @signers: { key, time (of a cosignature), spoil (takes the signature, gives another) }.
export function note(body, signers) {
	const lines = signers.map(({ key: k, time, spoil = (s) => s }) => {
		const message = k.type === 4 ? `cosignature/v1\ntime ${time}\n${body}` : body, stamp = Buffer.alloc(k.type === 4 ? 8 : 0);
		if (k.type === 4)
			stamp.writeBigUInt64BE(BigInt(time));
		return `\u2014 ${k.name} ${Buffer.concat([k.noteId, stamp, spoil(signWith(k, Buffer.from(message)))]).toString("base64")}\n`;
	});
	return `${body}\n${lines.join("")}`;
}

export const checkpointBody = (origin, size, root) => `${origin}\n${size}\n${root.toString("base64")}\n`;

export const head = (entry, index, path) =>
	`c2sp.org/tlog-proof@v1\nextra ${entry.toString("base64")}\nindex ${index}\n${path.map((h) => `${h.toString("base64")}\n`).join("")}\n`;

// A bundle of the entries @which of a log of @entries.
export function bundleOf(origin, entries, which, signers, extensions = "") {
	const leaves = entries.map(leafOf);
	return which.map((i) => head(entries[i], i, pathOf(i, leaves))).join("") +
		note(checkpointBody(origin, entries.length, rootOf(leaves)) + extensions, signers);
}

// ---- statements ----

// RFC 8785, for what the tests write.
export function canonical(v) {
	if (Array.isArray(v))
		return `[${v.map(canonical).join(",")}]`;
	if (v !== null && typeof v === "object")
		return `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`).join(",")}}`;
	return JSON.stringify(v);
}

export const MEDIA = "application/vnd.in-toto+json";
export const pae = (payload, type = MEDIA) => Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload]);
export const paeId = (payload) => `sha256:${hex(pae(payload))}`;

export const order = (a, b) => a.keyid < b.keyid ? -1 : a.keyid > b.keyid ? 1 : Buffer.compare(a.sig, b.sig);
export const signatures = (payload, keys, type = MEDIA) => keys.map((k) => ({ keyid: k.id, sig: signWith(k, pae(payload, type)) })).sort(order);
export const envelope = (payload, sigs, type = MEDIA) => Buffer.from(JSON.stringify({ payload: payload.toString("base64"), payloadType: type,
	signatures: sigs.map(({ keyid, sig }) => ({ keyid, sig: sig.toString("base64") })) }));
