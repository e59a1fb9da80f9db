// SPDX-License-Identifier: Apache-2.0
// The judgement of the browser against that of the program:
//	node compare.mjs PROGRAM PAGES SCRATCH ROUNDS EVERY
// PROGRAM is pellucid-verify. Every case of cases.mjs, and ROUNDS mixed ones, is given to both. What they say of the whole and of every
// entry must be the same. Then the script is weakened in every EVERYth rule, one at a time, and every time at least one case must tell.
import { execFile } from "node:child_process";
import { createHash, webcrypto } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import vm from "node:vm";
import { hex } from "../../browser/maker.mjs";
import { cases } from "./cases.mjs";
import { weakenings } from "./weaker.mjs";

const [program, pages, scratch, rounds, every] = process.argv.slice(2), run = promisify(execFile);
const scripts = Object.fromEntries(["keys", "signers", "core"].map((n) => [n, readFileSync(join(pages, `verify-${n}.js`), "utf8")]));

// ---- the browser's side ----

// What costs time is remembered: weakened scripts check the same signatures again.
const remembered = new Map();
async function once(name, parts, make) {
	const id = createHash("sha256").update(name);
	for (const p of parts)
		id.update(`${p.length} `).update(p);
	const key = id.digest("hex");
	if (!remembered.has(key))
		remembered.set(key, await make());
	return remembered.get(key);
}
const subtle = {
	digest: async (_, data) => new Uint8Array(createHash("sha256").update(data).digest()).buffer,
	importKey: (format, raw, how, ...rest) => once(`key ${how.name}`, [raw], () => webcrypto.subtle.importKey(format, raw, how, ...rest).then((key) => ({ key, raw }))),
	verify: (how, { key, raw }, sig, message) => once(how.name, [raw, sig, message], () => webcrypto.subtle.verify(how, key, sig, message)),
};

function load(sources) {
	const context = vm.createContext({ crypto: { subtle }, TextEncoder, TextDecoder, atob, btoa, Uint8Array, DataView });
	for (const name of ["keys", "signers", "core"])
		vm.runInContext(sources[name], context, { filename: `verify-${name}.js` });
	return context.PellucidVerify;
}

const CLASSES = { "no.log": "signature", "bad.log.signature": "signature", "bad.witness.signature": "signature", "no.algorithm": "signature", "no.quorum": "quorum",
	"bad.inclusion": "proof", "bad.trust.log": "signature" };

async function inBrowser({ verify, parseTrust }, { trust, bundle, file }) {
	let plain = false;
	try {
		plain = !(await parseTrust(trust)).judges;
	} catch (e) {
		if (e.key !== "bad.trust.log")
			return e.key ? "trust file" : `crash: ${e.stack}`;
		plain = !trust.includes("#pellucid trust v1");
	}
	try {
		const r = await verify(trust, bundle, hex(file));
		if (r.status === "state")
			return "plain policy";
		return {
			status: r.status, rebuilders: r.rebuilders, release: r.release ? Number(r.release.index) : null,
			entries: r.entries.map((e) => ({ index: Number(e.index), counts: e.counts, type: e.type, kind: e.kind ? e.kind.word : null, about: e.about !== null,
				signer: e.counts && e.signer ? e.signer.holder : null, approvals: e.counts ? e.approvals : null,
				replaced: e.replaced === null ? null : Number(e.replaced), rebuilder: e.counts && e.about !== null ? e.rebuilder : null })),
		};
	} catch (e) {
		// The program looks at the trust file first, and does not begin with a plain policy.
		return !e.key ? `crash: ${e.stack}` : plain ? "plain policy" : `refused: ${CLASSES[e.key] ?? "malformed"}`;
	}
}

// ---- the program's side ----

async function inProgram({ trust, bundle, file }, n) {
	const at = (name) => join(scratch, `${name}-${n}`);
	writeFileSync(at("trust"), trust);
	writeFileSync(at("bundle"), bundle);
	writeFileSync(at("file"), file);
	const { code, stdout, stderr } = await run(program, [at("file"), "--bundle", at("bundle"), "--trust", at("trust"), "--json"], { maxBuffer: 64 << 20 })
		.then((r) => ({ code: 0, ...r }), (e) => e);
	if (code === 2)
		return /plain log policy/.test(stderr) ? "plain policy" : "trust file";
	if (code === 3 && /trust-\d: too big/.test(stderr))
		return "trust file";
	if (code !== 0 && code !== 1)
		return `crash: exit ${code} ${stderr}`;
	const r = JSON.parse(stdout);
	if (!r.statements)
		return `refused: ${["syntax", "toobig"].includes(r.reason) ? "malformed" : r.reason}`;
	const rebuilds = new Map(r.rebuilds.map((x) => [x.index, x]));
	return {
		status: code === 0 ? "ok" : r.reason, rebuilders: r.rebuilders, release: r.release ? r.release.index : null,
		entries: r.statements.map((e) => ({ index: e.index, counts: e.counts, type: e.type ?? null, kind: e.kind ?? null, about: e.aboutFile ?? false,
			signer: e.signer ?? null, approvals: e.counts ? e.approvals : null, replaced: rebuilds.get(e.index)?.replacedBy ?? null,
			rebuilder: rebuilds.get(e.index)?.rebuilder ?? null })),
	};
}

// ---- comparing ----

function difference(a, b) {
	if (typeof a === "string" || typeof b === "string")
		return a === b ? "" : `${JSON.stringify(a).slice(0, 300)} and ${JSON.stringify(b).slice(0, 300)}`;
	for (const k of ["status", "rebuilders", "release"])
		if (a[k] !== b[k])
			return `${k}: ${a[k]} and ${b[k]}`;
	for (const [i, e] of a.entries.entries())
		for (const k of Object.keys(e))
			if (e[k] !== b.entries[i]?.[k])
				return `entry ${e.index}, ${k}: ${e[k]} and ${b.entries[i]?.[k]}`;
	return a.entries.length === b.entries.length ? "" : "another number of entries";
}

const browser = load(scripts), all = [];
let failed = 0;
const seen = {};
for (const make of cases(Number(rounds))) {
	const one = make(), [said, here] = await Promise.all([inProgram(one, all.length % 4), inBrowser(browser, one)]), found = difference(said, here);
	const word = typeof said === "string" ? said : said.status;
	seen[word] = (seen[word] ?? 0) + 1;
	all.push({ ...one, said });
	if (found) {
		failed++;
		console.log(`FAIL - ${one.name}: the program and the browser say ${found}`);
	}
}
console.log(`${failed ? "FAIL" : "ok"} - ${all.length} cases: ${Object.entries(seen).map(([k, v]) => `${k} ${v}`).join(", ")}`);
for (const word of ["ok", "notfound", "quorum", "conflict", "plain policy", "trust file", "refused: signature", "refused: quorum", "refused: proof", "refused: malformed"])
	if (!seen[word]) {
		failed++;
		console.log(`FAIL - no case came out as "${word}"`);
	}
const counting = new Set(all.flatMap(({ said }) => typeof said === "string" ? [] : said.entries.filter((e) => e.counts).map((e) => e.kind)));
if (counting.size < 13) {
	failed++;
	console.log(`FAIL - only ${[...counting].join(", ")} ever counted`);
}

// ---- a weaker script is found out ----
if (!failed)
	for (const [name, script, from, to, first] of weakenings.filter((_, i) => i % Number(every) === 0)) {
		const parts = scripts[script].split(from);
		let by = null;
		if (parts.length === 2) {
			const weak = load({ ...scripts, [script]: parts.join(to) });
			for (const one of [...all.filter((c) => first.test(c.name)), ...all.filter((c) => !first.test(c.name))]) {
				const said = await inBrowser(weak, one);
				if (difference(one.said, said) && !(typeof said === "string" && said.startsWith("crash"))) {
					by = one.name;
					break;
				}
			}
		}
		failed += by === null ? 1 : 0;
		console.log(by === null ? `FAIL - ${name}: ${parts.length === 2 ? "no case tells" : `stands ${parts.length - 1} times in verify-${script}.js`}` : `ok - ${name}: told by "${by}"`);
	}
process.exit(failed ? 1 : 0);
