// SPDX-License-Identifier: Apache-2.0
// pages/verify-core.js and the worker's SHA-256, without a browser.
//	node core.mjs                          a log made for the purpose: what must be accepted, and what refused
//	node core.mjs BUNDLE TRUST DIGEST      that bundle must prove that file
import { createHash, randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as make from "./maker.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
for (const name of ["keys", "signers", "releases", "core"])
	await import(join(here, `../../pages/verify-${name}.js`));
const { Sha256 } = require(join(here, "../../pages/verify-worker.js"));
const { verify, Refusal } = globalThis.PellucidVerify, { KINDS } = globalThis.PellucidSigners;
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
	check("the bundle proves the file", result.status === "ok", result.status);
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

// ---- a log of our own ----
const { leafOf, rootOf, pathOf } = make;
const log = make.noteKey("log.example/test", 1), w1 = make.noteKey("witness.example/a", 4), w2 = make.noteKey("witness.example/b", 4);
const spoil = (sig) => Buffer.from(sig.map((v, i) => i === 0 ? v ^ 1 : v));
const note = (origin, size, root, signers) => make.note(make.checkpointBody(origin, size, root), signers.map((s) => s.bad ? { ...s, spoil } : s));

const digest = createHash("sha256").update("file").digest("hex");
const service = make.key("service"), officer = make.key("officer"), boss = make.key("root");
const payload = Buffer.from(make.canonical({ _type: "https://in-toto.io/Statement/v1", predicateType: "urn:pellucid:release/v1",
	subject: [{ name: "file", digest: { sha256: digest } }], predicate: { id: "01JDXH0000000000000000000A" } }));
const envelope = make.envelope(payload, make.signatures(payload, [service, officer])).toString();
const entries = Array.from({ length: 13 }, (_, i) => Buffer.from(i === 5 ? envelope : `entry ${i}`));
const leaves = entries.map(leafOf), root = rootOf(leaves);
const good = [{ key: log }, { key: w1, time: 1700000000 }, { key: w2, time: 1700000001 }];
const head = (i, entry = entries[i], path = pathOf(i, leaves), index = i) => make.head(entry, index, path);
const bundle = (signers = good, heads = head(5), size = 13, r = root, origin = log.name) => heads + note(origin, size, r, signers);
const trust = `log ${log.vkey}\nwitness a ${w1.vkey}\nwitness b ${w2.vkey}\ngroup both all a b\nquorum both\n`;

let result = await verify(trust, bundle(), digest);
const named = (r) => r.entries.some((e) => e.about === "file");
check("a good bundle names its file", named(result) && result.size === 13n && result.witnesses.every((w) => w.time > 0));
check("a policy without root keys judges nothing", result.status === "state" && !result.entries.some((e) => e.counts));
check("another file is not named", !named(await verify(trust, bundle(), "00".repeat(32))));
for (let i = 0; i < entries.length; i++)
	check(`the proof of entry ${i}`, (await verify(trust, bundle(good, head(i)), null)).entries[0].index === BigInt(i));
result = await verify(trust, bundle(good, head(2) + head(5) + head(9)), digest);
check("a bundle of three", result.entries.length === 3 && named(result));
result = await verify(trust.replace("quorum both", "quorum none"), bundle([{ key: log }]), digest);
check("quorum none is said", result.unwitnessed);
check("one of two is enough if the trust file says so",
	named(await verify(trust.replace("all a b", "any a b"), bundle(good.slice(0, 2)), digest)));
result = await verify(`#pellucid trust v1\n#pellucid root r ${boss.text}\n#pellucid roots 1\n#pellucid rebuilders 0\n${trust}`, bundle(), digest);
check("a statement by keys that nobody introduced does not count", result.status === "notfound" && named(result) &&
	result.entries[0].why.key === "why.nobody");

await refuses("one witness less", "no.quorum", trust, bundle(good.slice(0, 2)), digest);
await refuses("a bad cosignature", "bad.witness.signature", trust, bundle([good[0], good[1], { ...good[2], bad: true }]), digest);
await refuses("a bad cosignature even if it is not needed", "bad.witness.signature", trust.replace("all a b", "any a b"),
	bundle([good[0], good[1], { ...good[2], bad: true }]), digest);
await refuses("a bad signature of the log", "bad.log.signature", trust, bundle([{ key: log, bad: true }, good[1], good[2]]), digest);
await refuses("no signature of the log", "no.log", trust, bundle(good.slice(1)), digest);
await refuses("another origin", "no.log", trust, bundle(good, head(5), 13, root, "log.example/other"), digest);
await refuses("one byte of the entry", "bad.inclusion", trust, bundle(good, head(5, Buffer.from(envelope.replace("in-toto", "in-tote")))), digest);
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
	["whose last line was cut off", trust.slice(0, -1), "bad.trust.cut"], ["with a misspelt line of ours", `#pelucid trust v1\n#pellucid roots 1\n${trust}`, "bad.trust"],
	["with thresholds left out", `#pellucid trust v1\n#pellucid root r ${boss.text}\n${trust}`, "bad.trust.thresholds"],
	["that asks for more roots than it names", `#pellucid trust v1\n#pellucid roots 1\n#pellucid rebuilders 0\n${trust}`, "bad.trust.roots"],
	["that asks for more rebuilders than it names", `#pellucid trust v1\n#pellucid root r ${boss.text}\n#pellucid roots 1\n#pellucid rebuilders 1\n${trust}`,
		"bad.trust.rebuilders"], ["that is a web page", "<!doctype html>\n", "bad.trust"], ["that is empty", "", "bad.trust.log"]])
	await refuses(`a trust file ${what}`, why, text, bundle(), digest);

// ---- every word that the scripts say is in both catalogues ----
const scripts = ["keys", "signers", "releases", "core"].map((n) => readFileSync(join(here, `../../pages/verify-${n}.js`), "utf8")).join("");
const page = readFileSync(join(here, "../../pages/verify.js"), "utf8");
const wanted = [...KINDS.map((k) => `kind.${k.message ?? k.word.replaceAll("-", "_")}`), "kind.other",
	...[...scripts.matchAll(/(?:Refusal|Flaw)\(([^;]*?)\);/g)].flatMap((m) => [...m[1].matchAll(/"((?:bad|no|why)\.[a-z0-9._]+)"/g)].map((k) => `js.${k[1]}`)),
	...[...page.matchAll(/"((?:head|group|said|not|ok)\.[a-z._]+)"/g)].map((m) => `js.${m[1]}`)];
check("the scripts say something", wanted.length > 100 && wanted.includes("js.why.nobody") && wanted.includes("js.head.nobody"), wanted.length);
for (const name of ["en", "de"]) {
	const catalogue = readFileSync(join(here, `../../po/${name}.po`), "utf8"), missing = wanted.filter((k) => !catalogue.includes(`msgid "${k}"`));
	check(`${name}.po has every one of their words`, missing.length === 0, missing.join(" "));
	const unused = [...catalogue.matchAll(/msgid "js\.((?:why|said|head|group)\.[a-z._]+)"/g)].filter((m) => !wanted.includes(`js.${m[1]}`)).map((m) => m[1]);
	check(`${name}.po has no others`, unused.length === 0, unused.join(" "));
}

console.log(`${failed ? "FAIL" : "ok"} - ${failed} failures`);
process.exit(failed ? 1 : 0);
