// SPDX-License-Identifier: Apache-2.0
// pages/verify-core.js and the worker's SHA-256, without a browser.
//	node core.mjs                          a log made for the purpose: what must be accepted, and what refused
//	node core.mjs BUNDLE TRUST DIGEST      that bundle must name that file
import { createHash, generateKeyPairSync, sign, randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
await import(join(here, "../../pages/verify-core.js"));
const { Sha256 } = require(join(here, "../../pages/verify-worker.js"));
const { verify, Refusal } = globalThis.PellucidVerify;
let failed = 0;

function check(what, holds, more = "") {
	console.log(`${holds ? "ok" : "FAIL"} - ${what}${holds ? "" : ` ${more}`}`);
	failed += holds ? 0 : 1;
}

async function refuses(what, key, ...args) {
	try {
		await verify(...args);
		check(what, false, "it was accepted");
	} catch (e) {
		check(what, e instanceof Refusal && e.key === key, `expected ${key}, got ${e.key ?? e}`);
	}
}

if (process.argv.length === 5) {
	const [bundle, trust, digest] = process.argv.slice(2);
	const result = await verify(readFileSync(trust, "utf8"), readFileSync(bundle, "utf8"), digest);
	check("the bundle names the file", result.named);
	process.exit(failed ? 1 : 0);
}

// ---- SHA-256 ----
for (const length of [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 1000, 1048576, 3000001]) {
	const data = randomBytes(length), h = new Sha256();
	for (let at = 0; at < length;) {
		const n = 1 + Math.floor(Math.random() * 100000);
		h.update(data.subarray(at, at + n));
		at += n;
	}
	check(`SHA-256 of ${length} bytes in pieces`, h.hex() === createHash("sha256").update(data).digest("hex"));
}

// ---- a log of our own, so that every byte can be changed and signed again ----
const sha = (...parts) => createHash("sha256").update(Buffer.concat(parts.map((p) => Buffer.from(p)))).digest();
const leafOf = (entry) => sha([0], entry);

function key(name, type) {
	const { publicKey, privateKey } = generateKeyPairSync("ed25519");
	const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
	const id = sha(name, [10, type], raw).subarray(0, 4);
	return { name, id, privateKey, vkey: `${name}+${id.toString("hex")}+${Buffer.concat([Buffer.from([type]), raw]).toString("base64")}` };
}

const log = key("log.example/test", 1), w1 = key("witness.example/a", 4), w2 = key("witness.example/b", 4);

function split(n) {
	let k = 1;
	while (k * 2 < n)
		k *= 2;
	return k;
}
const rootOf = (l) => l.length === 0 ? sha("") : l.length === 1 ? l[0] : sha([1], rootOf(l.slice(0, split(l.length))), rootOf(l.slice(split(l.length))));
const pathOf = (i, l) => {
	if (l.length === 1)
		return [];
	const k = split(l.length);
	return i < k ? [...pathOf(i, l.slice(0, k)), rootOf(l.slice(k))] : [...pathOf(i - k, l.slice(k)), rootOf(l.slice(0, k))];
};

function note(origin, size, root, signers) {
	const body = `${origin}\n${size}\n${root.toString("base64")}\n`;
	const lines = signers.map(({ key: k, time, bad }) => {
		const message = time ? `cosignature/v1\ntime ${time}\n${body}` : body;
		const sig = sign(null, Buffer.from(message), k.privateKey);
		if (bad)
			sig[0] ^= 1;
		const stamp = time ? Buffer.alloc(8) : Buffer.alloc(0);
		if (time)
			stamp.writeBigUInt64BE(BigInt(time));
		return `\u2014 ${k.name} ${Buffer.concat([k.id, stamp, sig]).toString("base64")}\n`;
	});
	return `${body}\n${lines.join("")}`;
}

const digest = createHash("sha256").update("file").digest("hex");
const statement = { _type: "https://in-toto.io/Statement/v1", predicateType: "urn:pellucid:release/v1",
	subject: [{ name: "file", digest: { sha256: digest } }], predicate: {} };
const envelope = JSON.stringify({ payload: Buffer.from(JSON.stringify(statement)).toString("base64"), payloadType: "x", signatures: [] });
const entries = Array.from({ length: 13 }, (_, i) => Buffer.from(i === 5 ? envelope : `entry ${i}`));
const leaves = entries.map(leafOf), root = rootOf(leaves);
const good = [{ key: log }, { key: w1, time: 1700000000 }, { key: w2, time: 1700000001 }];
const head = (i, entry = entries[i], path = pathOf(i, leaves), index = i) =>
	`c2sp.org/tlog-proof@v1\nextra ${entry.toString("base64")}\nindex ${index}\n${path.map((h) => `${h.toString("base64")}\n`).join("")}\n`;
const bundle = (signers = good, heads = head(5), size = 13, r = root, origin = log.name) => heads + note(origin, size, r, signers);
const trust = `log ${log.vkey}\nwitness a ${w1.vkey}\nwitness b ${w2.vkey}\ngroup both all a b\nquorum both\n`;

let result = await verify(trust, bundle(), digest);
check("a good bundle names its file", result.named && result.size === 13n && result.witnesses.every((w) => w.time > 0));
check("another file is not named", !(await verify(trust, bundle(), "00".repeat(32))).named);
for (let i = 0; i < entries.length; i++)
	check(`the proof of entry ${i}`, (await verify(trust, bundle(good, head(i)), null)).entries[0].index === BigInt(i));
result = await verify(trust, bundle(good, head(2) + head(5) + head(9)), digest);
check("a bundle of three", result.entries.length === 3 && result.named);
result = await verify(trust.replace("quorum both", "quorum none"), bundle([{ key: log }]), digest);
check("quorum none is said", result.unwitnessed);
check("one of two is enough if the trust file says so",
	(await verify(trust.replace("all a b", "any a b"), bundle(good.slice(0, 2)), digest)).named);

await refuses("one witness less", "no.quorum", trust, bundle(good.slice(0, 2)), digest);
await refuses("a bad cosignature", "bad.witness.signature", trust, bundle([good[0], good[1], { ...good[2], bad: true }]), digest);
await refuses("a bad cosignature even if it is not needed", "bad.witness.signature", trust.replace("all a b", "any a b"),
	bundle([good[0], good[1], { ...good[2], bad: true }]), digest);
await refuses("a bad signature of the log", "bad.log.signature", trust, bundle([{ key: log, bad: true }, good[1], good[2]]), digest);
await refuses("no signature of the log", "no.log", trust, bundle(good.slice(1)), digest);
await refuses("another origin", "no.log", trust, bundle(good, head(5), 13, root, "log.example/other"), digest);
await refuses("one byte of the entry", "bad.inclusion", trust, bundle(good, head(5, Buffer.from(envelope.replace('"x"', '"y"')))), digest);
await refuses("another index", "bad.inclusion", trust, bundle(good, head(5, entries[5], pathOf(5, leaves), 4)), digest);
await refuses("an index beyond the tree", "bad.inclusion", trust, bundle(good, head(5, entries[5], pathOf(5, leaves), 13)), digest);
await refuses("a hash too few", "bad.inclusion", trust, bundle(good, head(5, entries[5], pathOf(5, leaves).slice(1))), digest);
await refuses("a hash too many", "bad.inclusion", trust, bundle(good, head(5, entries[5], [...pathOf(5, leaves), root])), digest);
await refuses("two heads in the wrong order", "bad.bundle", trust, bundle(good, head(5) + head(2)), digest);
await refuses("one head twice", "bad.bundle", trust, bundle(good, head(5) + head(5)), digest);
await refuses("no head", "bad.bundle.magic", trust, bundle(good, ""), digest);
await refuses("an index with a leading zero", "bad.bundle", trust, bundle().replace("index 5", "index 05"), digest);
await refuses("base64 with unused bits", "bad.base64", trust, bundle().replace(/index 5\n.{42}./, (s) => s.slice(0, -1) + "B"), digest);
await refuses("a proof without its entry", "bad.bundle.extra", trust, bundle().replace(/extra .*\n/, ""), digest);
await refuses("nothing", "bad.bundle.magic", trust, "", digest);
for (const [what, text, why] of [["without a quorum line", trust.replace("quorum both\n", ""), "bad.trust.quorum"],
	["with two quorum lines", `${trust}quorum both\n`, "bad.trust"], ["without a log", trust.replace(/^log.*\n/, ""), "bad.trust.log"],
	["with an unknown line", `${trust}nonsense\n`, "bad.trust"], ["with a group of unknown names", trust.replace("all a b", "all a c"), "bad.trust"],
	["with a group of more than it has", trust.replace("all a b", "3 a b"), "bad.trust"],
	["with one witness key twice", trust.replace(`witness b ${w2.vkey}`, `witness b ${w1.vkey}`), "bad.trust"],
	["with a damaged key", trust.replace(w1.vkey, w1.vkey.replace("example/a", "example/x")), "bad.vkey"],
	["that is a web page", "<!doctype html>\n", "bad.trust"], ["that is empty", "", "bad.trust.log"]])
	await refuses(`a trust file ${what}`, why, text, bundle(), digest);

console.log(`${failed ? "FAIL" : "ok"} - ${failed} failures`);
process.exit(failed ? 1 : 0);
