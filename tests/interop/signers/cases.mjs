// SPDX-License-Identifier: Apache-2.0
// Several hundred variants of the story, each with something spoilt, or done in an unusual but allowed way.
import * as make from "../../browser/maker.mjs";
import { attestation, body, build, digest, ecLog, end, inception, introduce, keys, log, officerTypes, ORIGIN, provenance, release, sample, say, serviceTypes,
	signers, story, trustLines, ulid, verdict, w1, w2, withheld } from "./story.mjs";

const RELEASE = 14, VERDICT = 13, PROVENANCE = 12;
const flip = (sig, at = 0) => Buffer.from(sig.map((v, i) => i === at ? v ^ 1 : v));
const fake = (keyid, length = 64) => ({ keyid, sig: Buffer.alloc(length, 7) });
const sorted = (list) => [...list].sort(make.order);
const sign = (name, payload) => make.signatures(payload, [keys[name]])[0];

// ---- what can be done to any statement ----

// Each: a change of what story.mjs's entryOf takes.
export const spoils = {
	"a bit of each signature": { sigs: (s) => sorted(s.map((x) => ({ ...x, sig: flip(x.sig, x.sig.length - 1) }))) },
	"a bit of the first signature": { sigs: (s) => sorted(s.map((x, i) => i ? x : { ...x, sig: flip(x.sig, 5) })) },
	"a bit of the last signature": { sigs: (s) => sorted(s.map((x, i) => i < s.length - 1 ? x : { ...x, sig: flip(x.sig, 20) })) },
	"a signature that is cut": { sigs: (s) => s.map((x, i) => i ? x : { ...x, sig: x.sig.subarray(0, -1) }) },
	"a signature with a byte more": { sigs: (s) => s.map((x, i) => i ? x : { ...x, sig: Buffer.concat([x.sig, Buffer.from([0])]) }) },
	"the first signature left out": { sigs: (s) => s.slice(1) },
	"the last signature left out": { sigs: (s) => s.slice(0, -1) },
	"no signature": { sigs: () => [] },
	"keyids that changed places": { sigs: (s) => sorted(s.map((x, i) => ({ ...x, keyid: s[(i + 1) % s.length].keyid }))) },
	"a keyid of nobody": { sigs: (s) => sorted(s.map((x, i) => i ? x : { ...x, keyid: `sha256:${"0".repeat(64)}` })) },
	"a keyid in capitals": { sigs: (s) => sorted(s.map((x, i) => i ? x : { ...x, keyid: x.keyid.toUpperCase() })) },
	"empty keyids": { sigs: (s) => sorted(s.map((x) => ({ ...x, keyid: "" }))) },
	"a keyid that is a name": { sigs: (s) => sorted(s.map((x, i) => i ? x : { ...x, keyid: "service" })) },
	"a keyid of 256 characters": { sigs: (s) => sorted(s.map((x, i) => i ? x : { ...x, keyid: "k".repeat(256) })) },
	"a keyid of 255 characters": { sigs: (s) => sorted(s.map((x, i) => i ? x : { ...x, keyid: "k".repeat(255) })) },
	"a keyid with an umlaut": { sigs: (s) => sorted(s.map((x, i) => i ? x : { ...x, keyid: "schlüssel" })) },
	"a keyid with a backslash": { sigs: (s) => sorted(s.map((x, i) => i ? x : { ...x, keyid: "a\\b" })) },
	"signed by a stranger": { sigs: (_, p) => [sign("stranger", p)] },
	"signed by a stranger, too": { sigs: (s, p) => sorted([...s, sign("stranger", p)]) },
	"signed by a stranger in another's name": { sigs: (s, p) => sorted(s.map((x, i) => i ? x : { ...x, sig: sign("stranger", p).sig })) },
	"signatures in the other order": { sigs: (s) => [...s].reverse() },
	"a signature twice": { sigs: (s) => [...s, s[s.length - 1]] },
	"a second signature under a keyid, behind": { sigs: (s) => sorted([...s, { keyid: s[0].keyid, sig: Buffer.alloc(64, 255) }]) },
	"a second signature under a keyid, before": { sigs: (s) => sorted([...s, { keyid: s[0].keyid, sig: Buffer.alloc(64, 0) }]) },
	"32 signatures": { sigs: (s) => sorted([...s, ...Array.from({ length: 32 - s.length }, (_, i) => fake(`k${i}`))]) },
	"33 signatures": { sigs: (s) => sorted([...s, ...Array.from({ length: 33 - s.length }, (_, i) => fake(`k${i}`))]) },
	"an empty signature": { envelope: (t) => t.replace(/"sig":"[^"]+"/, '"sig":""') },
	"over another payload": { sigs: (s, p) => s.map((x) => ({ ...x, sig: make.signWith(Object.values(keys).find((k) => k.id === x.keyid), make.pae(Buffer.concat([p, p]))) })) },
	"over the bare payload": { sigs: (s, p) => s.map((x) => ({ ...x, sig: make.signWith(Object.values(keys).find((k) => k.id === x.keyid), p) })) },
	"another payload type": { media: "application/vnd.in-toto" },
	"a payload type with a space": { envelope: (t) => t.replace("vnd.in-toto+json", "vnd.in-toto+json ") },
	"an envelope with a space": { envelope: (t) => t.replace(",", ", ") },
	"an envelope with a line break": { envelope: (t) => `${t}\n` },
	"an envelope with a member more": { envelope: (t) => t.replace(/\}$/, ',"x":1}') },
	"an envelope with a member twice": { envelope: (t) => t.replace("{", `{"payload":"${Buffer.from("{}").toString("base64")}",`) },
	"an envelope in another order": { envelope: (t) => t.replace(/^\{("payload":"[^"]*"),("payloadType":"[^"]*"),/, "{$2,$1,") },
	"a signature with a member more": { envelope: (t) => t.replace('"}', '","cert":""}') },
	"a signature without a keyid": { envelope: (t) => t.replace(/"keyid":"[^"]*",/, "") },
	"a comma behind the signatures": { envelope: (t) => t.replace("}]}", "},]}") },
	"base64 for addresses": { envelope: (t) => t.replace(/"sig":"[^"]*"/g, (m) => m.replaceAll("+", "-").replaceAll("/", "_")) },
	"base64 without padding": { envelope: (t) => t.replaceAll('="', '"').replaceAll('="', '"') },
	"base64 with unused bits": { envelope: (t) => t.replace(/.==?"/, (m) => `${m[0] === "A" ? "B" : String.fromCharCode(m.charCodeAt(0) + 1)}${m.slice(1)}`) },
	"an escaped solidus": { envelope: (t) => t.replace("application/", "application\\/") },
	"two signatures in one text": { envelope: (t) => t.replace('"},{"keyid":"', '","keyid":"') },
	"nothing but a number": { envelope: () => "1" },
	"half an envelope": { envelope: (t) => t.slice(0, t.length / 2) },
	"a payload with a space": { payload: (t) => t.replace(",", ", ") },
	"a payload with a line break": { payload: (t) => `${t}\n` },
	"members in another order": { payload: (t) => t.replace(/^\{("_type":"[^"]*"),(.*)\}$/, "{$2,$1}") },
	"an escape that need not be": { payload: (t) => t.replace("in-toto.io/Statement", "in-toto.io\\/Statement") },
	"an escaped letter": { payload: (t) => t.replace("lantern", "\\u006cantern").replace('"holder":"', '"holder":"\\u0061') },
	"a member twice": { payload: (t) => t.replace('"predicate":{', '"predicate":{"id":"1","id":"1",') },
	"the type twice": { payload: (t) => t.replace('{"_type"', '{"_type":"https://in-toto.io/Statement/v1","_type"') },
	"a member more": { change: (s) => ({ ...s, more: 1 }) },
	"another version": { change: (s) => ({ ...s, _type: "https://in-toto.io/Statement/v0.1" }) },
	"a type that is a number": { change: (s) => ({ ...s, _type: 1 }) },
	"no subject": { change: (s) => ({ ...s, subject: [] }) },
	"subjects that are an object": { change: (s) => ({ ...s, subject: { 0: s.subject[0] } }) },
	"64 subjects": { change: (s) => ({ ...s, subject: [...s.subject, ...Array(63).fill({ digest: { sha256: digest }, name: "more" })] }) },
	"65 subjects": { change: (s) => ({ ...s, subject: [...s.subject, ...Array(64).fill({ digest: { sha256: digest }, name: "more" })] }) },
	"the file as a second subject": { change: (s) => ({ ...s, subject: [...s.subject, { digest: { sha256: digest }, name: "second" }] }) },
	"a subject with a member more": { change: (s) => ({ ...s, subject: [{ ...s.subject[0], uri: "x" }] }) },
	"a subject with two digests": { change: (s) => ({ ...s, subject: [{ ...s.subject[0], digest: { ...s.subject[0].digest, sha512: "00" } }] }) },
	"a subject without a name": { change: (s) => ({ ...s, subject: [{ ...s.subject[0], name: undefined }] }), payload: (t) => t.replaceAll('"name":undefined', '"n":1') },
	"a subject with an empty name": { change: (s) => ({ ...s, subject: [{ ...s.subject[0], name: "" }] }) },
	"a subject with a space": { change: (s) => ({ ...s, subject: [{ ...s.subject[0], name: "a b" }] }) },
	"a subject of 256 characters": { change: (s) => ({ ...s, subject: [{ ...s.subject[0], name: "n".repeat(256) }] }) },
	"a subject of 257 characters": { change: (s) => ({ ...s, subject: [{ ...s.subject[0], name: "n".repeat(257) }] }) },
	"a subject with an umlaut": { change: (s) => ({ ...s, subject: [{ ...s.subject[0], name: "ä" }] }) },
	"a digest in capitals": { change: (s) => ({ ...s, subject: [{ ...s.subject[0], digest: { sha256: s.subject[0].digest.sha256.toUpperCase() } }] }) },
	"a digest that is too short": { change: (s) => ({ ...s, subject: [{ ...s.subject[0], digest: { sha256: s.subject[0].digest.sha256.slice(1) } }] }) },
	"another digest": { change: (s) => ({ ...s, subject: [{ ...s.subject[0], digest: { sha256: make.hex("other") } }] }) },
	"no id": { change: (s) => ({ ...s, predicate: { ...s.predicate, id: undefined }, subject: [{ ...s.subject[0], annotations: undefined }] }), payload: (t) => t.replace(/"(?:id|annotations)":undefined,?/g, "").replace(/,\}/g, "}") },
	"an id in small letters": { payload: (t) => t.replace(/01JDXH[0-9A-Z]{20}/, (m) => m.toLowerCase()) },
	"an id with an I": { payload: (t) => t.replace(/01JDXH[0-9A-Z]{20}/, (m) => `${m.slice(0, -1)}I`) },
	"an id of 25 digits": { payload: (t) => t.replace(/01JDXH[0-9A-Z]{20}/, (m) => m.slice(1)) },
	"an id of 2262": { payload: (t) => t.replace(/01JDXH[0-9A-Z]{20}/, "78E4FZV3KP0000000000000000") },
	"an id of a later year": { payload: (t) => t.replace(/01JDXH[0-9A-Z]{20}/, "7ZZZZZZZZZ0000000000000000") },
	"an id that is too large": { payload: (t) => t.replace(/01JDXH[0-9A-Z]{20}/, "8ZZZZZZZZZ0000000000000000") },
	"a kind of ours that nobody knows": { change: (s) => ({ ...s, predicateType: "urn:pellucid:unheard-of/v1", predicate: { id: ulid(9) }, subject: [{ digest: s.subject[0].digest, name: "x" }] }) },
	"the next version of its kind": { change: (s) => ({ ...s, predicateType: s.predicateType.replace("v1", "v2") }) },
	"a kind with a space": { change: (s) => ({ ...s, predicateType: `${s.predicateType} ` }) },
	"a predicate that is a list": { change: (s) => ({ ...s, predicate: [] }) },
	"a predicate that is null": { change: (s) => ({ ...s, predicate: null }) },
	"a predicate with a member more": { change: (s) => ({ ...s, predicate: { ...s.predicate, more: ["ä", 1.5, true, null, { b: 1, a: 2 }] } }) },
	"members beyond the basic plane": { change: (s) => ({ ...s, predicate: { ...s.predicate, "\u{1f512}": 1, "\uffee": 2, "a\u2028": "\u007f" } }) },
	"members in the order of bytes": { change: (s) => ({ ...s, predicate: { ...s.predicate, "\u{1f512}": 1, "\uffee": 2 } }), payload: (t) => t.replace('"\u{1f512}":1,"\uffee":2', '"\uffee":2,"\u{1f512}":1') },
	"a member __proto__": { change: (s) => ({ ...s, predicate: { ...s.predicate, x: 1 } }), payload: (t) => t.replace(/,"x":1/, "").replace('"predicate":{', '"predicate":{"__proto__":{"a":1},') },
	"a byte that is no UTF-8": { payload: (t) => Buffer.concat([Buffer.from(t.slice(0, -1)), Buffer.from([0xff]), Buffer.from("}")]) },
	"UTF-8 of a surrogate": { payload: (t) => Buffer.concat([Buffer.from(t.replace(/\}$/, ',"z":"')), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]) },
	"UTF-8 that is too long": { payload: (t) => Buffer.concat([Buffer.from(t.replace(/\}$/, ',"z":"')), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]) },
	"a mark of byte order": { payload: (t) => `\ufeff${t}` },
	"a NUL behind": { payload: (t) => `${t}\0` },
	"no payload": { payload: () => "" },
	"something behind the payload": { payload: (t) => `${t}1` },
	"a comma too many": { payload: (t) => t.replace(/\}$/, ",}") },
	"a control character": { payload: (t) => t.replace('"name":"', '"name":"\t') },
};
// Into the predicate, raw: [what, the JSON text]. For those of ours all but a few are no canonical spelling.
const values = { "a half of a pair": '"\\ud800"', "the other half": '"\\udc00"', "a pair": '"\\ud83d\\ude00"', "a raw pair": '"\u{1f600}"', "a pair, and half of one": '"\\ud83d\\ude00\\ud83d"',
	"an escaped NUL": '"\\u0000"', "an escaped control": '"\\u001f"', "a control in its short form": '"\\n"', "one in its long form": '"\\u000a"', "DEL": '"\x7f"', "an unknown escape": '"\\x"', "half an escape": '"\\u00"',
	"1.0": "1.0", "1e0": "1e0", "-0": "-0", "-0.0": "-0.0", "01": "01", "+1": "+1", ".5": ".5", "1.": "1.", "0.5": "0.5", "1e21": "1e21", "1e+21": "1e+21", "1E21": "1E21", "1e400": "1e400", "-1e400": "-1e400",
	"1e-400": "1e-400", "5e-324": "5e-324", "2^53": "9007199254740992", "-2^53": "-9007199254740992", "2^53+1": "9007199254740993", "2^53+2": "9007199254740994", "2^63-1": "9223372036854775807",
	"2^63": "9223372036854775808", "-2^63": "-9223372036854775808", "-2^63-1": "-9223372036854775809", "1e20": "1e20", "100000000000000000000": "100000000000000000000", "0.1": "0.1", "0.30000000000000004": "0.30000000000000004",
	"1e-7": "1e-7", "0.0000001": "0.0000001", "NaN": "NaN", "True": "True", "tru": "tru", "null": "null", "a single quote": "'a'", "a comment": "1/**/",
	"30 lists": "[".repeat(30) + "]".repeat(30), "31 lists": "[".repeat(31) + "]".repeat(31), "29 objects": '{"a":'.repeat(29) + "1" + "}".repeat(29), "31 objects": '{"a":'.repeat(31) + "1" + "}".repeat(31), "a list that is open": "[1", "a list with a hole": "[1,,2]", "an object twice": '{"a":1,"a":2}',
	"__proto__ twice": '{"__proto__":1,"__proto__":2}', "keys with escapes": '{"\\u0061":1}', "brackets in a text": `"${"[".repeat(40)}"`, "an empty key": '{"":1}', "an escaped quotation mark": '"\\""', "a form feed": "\f1" };
const inside = (text, value) => text.replace('"predicate":{', `"predicate":{"A":${value},`).replace(",}", "}");

// ---- whole stories ----

const at = (i, more, list = story()) => list.map((s, k) => k === i ? { ...s, ...more } : s);
const put = (i, said, list = story()) => [...list.slice(0, i), said, ...list.slice(i)];
const set = (i, said, list = story()) => list.map((s, k) => k === i ? said : s);
const without = (...gone) => story().map((_, i) => i).filter((i) => !gone.includes(i));
const keyWith = (more, name = "late", list = ["urn:pellucid:body/v1"]) => {
	const s = introduce("late", "service", list, name);
	return { ...s, ...more, predicate: { ...s.predicate, ...more.predicate } };
};
const rawKey = (spki) => ({ ...introduce("late", "service", ["urn:pellucid:body/v1"]), sha256: make.hex(spki),
	predicate: { ...introduce("late", "service", ["urn:pellucid:body/v1"]).predicate, key: spki.toString("base64") } });
const small = (text) => make.spkiOf(make.ED25519, Buffer.from(text, "hex"));

// Other spellings of the signature r, s: what a lax reader of DER takes.
const [number, sequence] = [2, 0x30].map((tag) => (...parts) => Buffer.concat([Buffer.from([tag, Buffer.concat(parts).length]), ...parts]));
const digits = (n) => Buffer.from(n.toString(16).padStart(64, "0"), "hex"), positive = (b) => b[0] & 0x80 ? Buffer.concat([Buffer.from([0]), b]) : b;
const lax = {
	"with a byte more inside": (r, s) => sequence(number(positive(r)), number(positive(s)), Buffer.from([0])),
	"with a byte more behind": (r, s) => Buffer.concat([sequence(number(positive(r)), number(positive(s))), Buffer.from([0])]),
	"with a length that is too small": (r, s) => { const der = sequence(number(positive(r)), number(positive(s))); der[1]--; return der; },
	"with a length that is too large": (r, s) => { const der = sequence(number(positive(r)), number(positive(s))); der[1]++; return der; },
	"with a long length": (r, s) => { const der = sequence(number(positive(r)), number(positive(s))); return Buffer.concat([Buffer.from([0x30, 0x81]), der.subarray(1)]); },
	"with a zero before r": (r, s) => sequence(number(Buffer.from([0]), r[0] & 0x80 ? Buffer.from([0]) : Buffer.alloc(0), r), number(positive(s))),
	"with a zero before s": (r, s) => sequence(number(positive(r)), number(Buffer.from([0]), s)),
	"with bare numbers": (r, s) => sequence(number(r), number(s)),
	"with a set instead": (r, s) => { const der = sequence(number(positive(r)), number(positive(s))); der[0] = 0x31; return der; },
	"with r that is 0": (_, s) => sequence(number(Buffer.from([0])), number(positive(s))),
	"with s that is 0": (r) => sequence(number(positive(r)), number(Buffer.from([0]))),
	"as it should be": (r, s) => sequence(number(positive(r)), number(positive(s))),
};
// Once with r that needs a zero before it, and once with one that does not.
const withR = (high) => (k, payload) => {
	for (;;) {
		const [r, s] = make.numbersOf(make.signWith(k, make.pae(payload))).map(digits);
		if (((r[0] & 0x80) !== 0) === high)
			return [r, s];
	}
};
const respelt = (spell, high) => ({ sigs: (s, payload) => s.map((x) => ({ ...x, sig: spell(...withR(high)(keys.builder, payload)) })) });

const stories = {
	...Object.fromEntries(Object.entries(lax).flatMap(([name, spell]) => [[`DER ${name}`, at(PROVENANCE, respelt(spell, false))], [`DER ${name}, r from 2^255`, at(PROVENANCE, respelt(spell, true))]])),
	"as it should be": story(),
	"a key that signs before it is introduced": put(1, body()),
	"a key that signs its own introduction": at(1, { by: ["root-a", "service"] }),
	"a key that introduces another one": at(2, { by: ["service", "officer-1"] }),
	"an officer at the place of his key": at(2, { by: ["root-a", "root-b", "officer-1"] }),
	"a release before its officers": set(4, release(["service", "officer-1", "officer-3"])),
	"approved by one who was ended": put(18, release(["service", "officer-1", "officer-3"])),
	"approved by one who ends at that entry": at(17, { by: ["root-a", "root-b", "officer-3"] }),
	"signed by one who was ended": [...story(), end("service"), body()],
	"signed just before the end": [...story(), body(), end("service")],
	"ended twice": [...story(), end("service"), end("service")],
	"ended, and introduced again": [...story(), end("service"), introduce("service", "service", serviceTypes), body()],
	"introduced twice": [...story(), introduce("service", "service", serviceTypes), body()],
	"introduced twice, as another": [...story(), introduce("mallory", "officer", officerTypes, "service"), body()],
	"the end of a key that nobody knows": [...story(), end("stranger")],
	"the end of a root key": [...story(), { ...end("officer-1"), sha256: keys["root-a"].id.slice(7) }],
	"a root key that is introduced": [...story(), introduce("root-a", "service", serviceTypes)],
	"one root key": at(1, { by: ["root-a"] }),
	"three root keys": at(1, { by: ["root-a", "root-b", "root-c"] }),
	"no root key": at(1, { by: ["stranger"] }),
	"two root keys, and a stranger": at(1, { by: ["root-a", "root-b", "stranger"] }),
	"a release by the roots": at(RELEASE, { by: ["root-a", "root-b", "root-c"] }),
	"a release by roots and service": at(RELEASE, { by: ["root-a", "root-b", "service"] }),
	"a release by one officer": at(RELEASE, { by: ["service", "officer-1"] }),
	"a release by officers alone": at(RELEASE, { by: ["officer-1", "officer-2", "officer-3"] }),
	"a release by three officers": at(RELEASE, { by: ["service", "officer-1", "officer-2", "officer-3"] }),
	"a release by the builder": at(RELEASE, { by: ["builder", "officer-1", "officer-2"] }),
	"a release by the rebuilder": at(RELEASE, { by: ["uni", "officer-1", "officer-2"] }),
	"a release by the auditor": at(RELEASE, { by: ["auditor", "officer-1", "officer-2"] }),
	"a body by an officer": at(18, { by: ["officer-1"] }),
	"a body by service and an officer whose key names it": [...story(), introduce("late", "officer", ["urn:pellucid:body/v1"]), body(["service", "late"])],
	"a kind that nobody knows, though the key names it": [...story(), keyWith({ predicate: { predicates: ["urn:pellucid:unheard-of/v1"] } }),
		say("urn:pellucid:unheard-of/v1", "x", make.hex("x"), {}, ["late"])],
	"a body by service and officer": at(18, { by: ["service", "officer-1"] }),
	"an officer with a bad signature beside two good ones": at(RELEASE, { by: ["service", "officer-1", "officer-2", "officer-3"], sigs: (s) =>
		sorted(s.map((x) => x.keyid === keys["officer-1"].id ? { ...x, sig: flip(x.sig) } : x)) }),
	"a stranger's bad signature beside good ones": at(RELEASE, { sigs: (s) => sorted([...s, fake(keys.stranger.id)]) }),
	"a root's bad signature beside good ones": at(RELEASE, { sigs: (s) => sorted([...s, fake(keys["root-a"].id)]) }),
	"an auditor's bad signature beside good ones": at(RELEASE, { sigs: (s) => sorted([...s, fake(keys.auditor.id)]) }),
	"one officer twice": at(RELEASE, { by: ["service", "officer-3"], sigs: (s, p) => sorted([...s, sign("officer-3", p)]) }),
	"one officer twice, the other signature bad": at(RELEASE, { by: ["service", "officer-1", "officer-2"], sigs: (s) => sorted([...s, { keyid: keys["officer-1"].id, sig: Buffer.alloc(64, 255) }]) }),
	"high S of an officer": at(RELEASE, { by: ["service", "officer-1", "officer-3"], sigs: (s) => sorted(s.map((x) => x.keyid === keys["officer-3"].id ? { ...x, sig: make.highS(x.sig) } : x)) }),
	"low S of an officer": at(RELEASE, { by: ["service", "officer-1", "officer-3"] }),
	"high S of a root": at(0, { by: ["root-a", "root-c"], sigs: (s) => sorted(s.map((x) => x.keyid === keys["root-c"].id ? { ...x, sig: make.highS(x.sig) } : x)) }),
	"high S of the builder": at(PROVENANCE, { sigs: (s) => s.map((x) => ({ ...x, sig: make.highS(x.sig) })) }),
	"a type that the key may not sign": put(18, say("urn:pellucid:register-head/v1", "requests", make.hex("head"), { register: "requests", size: 1 }, ["service"])),
	"a type that the officer may not approve": put(18, say("urn:pellucid:claim/v1", "a", make.hex("a"), {}, ["service", "officer-1", "officer-2"])),
	"a role that may not sign, though the key says so": [...story(), keyWith({ predicate: { role: "reviewer" } }), body(["late"])],
	"a rebuilder's provenance": [...story(), keyWith({ predicate: { role: "rebuilder", predicates: ["https://slsa.dev/provenance/v1"] } }), provenance(["late"])],
	"an auditor's provenance": [...story(), keyWith({ predicate: { role: "reviewer", predicates: ["https://slsa.dev/provenance/v1"] } }), provenance(["late"])],
	"withheld without officers": put(18, withheld(["service"])),
	"withheld with officers": put(18, withheld(["service", "officer-1", "officer-2"])),
	// whose statement it is
	"an attestation for another entity": set(15, attestation("entity-fr")),
	"an attestation for none": set(15, attestation(undefined)),
	"an attestation whose entity is a number": set(15, attestation(7)),
	"an attestation by the service": set(15, attestation("service", ["service"])),
	"a sample of another auditor": set(16, sample("other")),
	"a sample by an entity": set(16, sample("entity-de", ["entity-de"])),
	"a holder without a name": [...story(), keyWith({ predicate: { role: "entity", holder: "", predicates: ["urn:pellucid:entity-attestation/v1"] } }), attestation(undefined, ["late"])],
	"a holder without a name, for somebody": [...story(), keyWith({ predicate: { role: "entity", holder: "", predicates: ["urn:pellucid:entity-attestation/v1"] } }), attestation("entity-de", ["late"])],
	// rebuilders
	"a rebuilder of the trust file without a key statement": put(RELEASE, verdict(["other-uni"], "identical", "other")),
	"the same, high S": put(RELEASE, { ...verdict(["other-uni"], "identical", "other"), sigs: (s) => s.map((x) => ({ ...x, sig: make.highS(x.sig) })) }),
	"the same without a keyid": put(RELEASE, { ...verdict(["other-uni"], "identical", "other"), sigs: (s) => s.map((x) => ({ ...x, keyid: "" })) }),
	"the same with the keyid of the service": put(RELEASE, { ...verdict(["other-uni"], "identical", "other"), sigs: (s) => s.map((x) => ({ ...x, keyid: keys.service.id })) }),
	"both rebuilders in one": put(RELEASE, verdict(["uni", "other-uni"], "identical", "other")),
	"a rebuilder's body": put(RELEASE, body(["other-uni"])),
	"a rebuilder's release": set(RELEASE, release(["other-uni", "officer-1", "officer-2"])),
	"a stranger's verdict": put(RELEASE, verdict(["stranger"], "different", "other")),
	"the service's verdict": put(RELEASE, verdict(["service"], "identical", "second-sandbox")),
	"the service's verdict: different": put(RELEASE, verdict(["service"], "different", "second-sandbox")),
	"different": set(VERDICT, verdict(["uni"], "different")),
	"identical after normalisation": set(VERDICT, verdict(["uni"], "identical-after-normalisation")),
	"not attempted": set(VERDICT, verdict(["uni"], "not-attempted")),
	"a verdict of another word": set(VERDICT, verdict(["uni"], "similar")),
	"different, and later identical": set(VERDICT, verdict(["uni"], "different"), [...story(), verdict(["uni"], "identical")]),
	"identical, and later different": [...story(), verdict(["uni"], "different")],
	"identical, and later not attempted": [...story(), verdict(["uni"], "not-attempted")],
	"not attempted twice": set(VERDICT, verdict(["uni"], "not-attempted"), [...story(), verdict(["uni"], "not-attempted")]),
	"identical, different at another site": [...story(), verdict(["uni"], "different", "elsewhere")],
	"identical, different of another build": [...story(), verdict(["uni"], "different", "uni", { build: `sha256:${make.hex("other build")}` })],
	"identical, different by another key": [...story(), verdict(["service"], "different", "uni")],
	"three verdicts": [...story(), verdict(["uni"], "different"), verdict(["uni"], "identical")],
	"about another file": at(VERDICT, { sha256: make.hex("other") }),
	// keys of unusual shape
	"a key about another key": [...story(), keyWith({ sha256: keys.stranger.id.slice(7) }), body(["late"])],
	"a key without a holder": [...story(), keyWith({ predicate: { holder: 1 } }), body(["late"])],
	"a key of no role": [...story(), keyWith({ predicate: { role: "king" } }), body(["late"])],
	"a key of the role root": [...story(), keyWith({ predicate: { role: "root" } }), { ...body(["late"]) }],
	"a key that is a number": [...story(), keyWith({ predicate: { key: 1 } }), body(["late"])],
	"a key in bad base64": [...story(), keyWith({ predicate: { key: `${keys.late.spki.toString("base64").slice(0, -1)}` } }), body(["late"])],
	"a key without types": [...story(), keyWith({ predicate: { predicates: [] } }), body(["late"])],
	"types that are a text": [...story(), keyWith({ predicate: { predicates: "urn:pellucid:body/v1" } }), body(["late"])],
	"types that are an empty object": [...story(), keyWith({ predicate: { predicates: {} } }), body(["late"])],
	"types that are an object": [...story(), keyWith({ predicate: { predicates: { a: "urn:pellucid:body/v1" } } }), body(["late"])],
	"a type that is a number, among others": [...story(), keyWith({ predicate: { predicates: ["urn:pellucid:body/v1", 1] } }), body(["late"])],
	"128 types": [...story(), keyWith({ predicate: { predicates: ["urn:pellucid:body/v1", ...Array(127).fill("a:b")] } }), body(["late"])],
	"129 types": [...story(), keyWith({ predicate: { predicates: ["urn:pellucid:body/v1", ...Array(128).fill("a:b")] } }), body(["late"])],
	"a good key": [...story(), keyWith({}), body(["late"])],
	"a key with a byte more": [...story(), rawKey(Buffer.concat([keys.late.spki, Buffer.from([0])]))],
	"a key that is not on the curve": [...story(), rawKey(make.spkiOf(make.P256, flip(keys.builder.raw, 64)))],
	"a compressed point": [...story(), rawKey(Buffer.from("3039301306072a8648ce3d020106082a8648ce3d030107032200" + "02" + keys.builder.raw.toString("hex").slice(2, 66), "hex"))],
	"no key at all": [...story(), { ...rawKey(Buffer.from("00", "hex")) }],
	"the neutral element": [...story(), rawKey(small("0100000000000000000000000000000000000000000000000000000000000000"))],
	"a point of order 2": [...story(), rawKey(small("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"))],
	"a point of order 4": [...story(), rawKey(small("0000000000000000000000000000000000000000000000000000000000000000"))],
	"a point of order 8": [...story(), rawKey(small("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"))],
	"a point that is not reduced": [...story(), rawKey(small("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"))],
	"a point that is none": [...story(), rawKey(small("0200000000000000000000000000000000000000000000000000000000000000"))],
	"the base point": [...story(), rawKey(small("5866666666666666666666666666666666666666666666666666666666666666"))],
	"the base point and one of order 2": [...story(), rawKey(small("9599999999999999999999999999999999999999999999999999999999999999"))],
	// how a log begins
	"the inception of another log": set(0, inception({ origin: "log.example/other" })),
	"an inception without an origin": set(0, inception({ origin: 1 })),
	"no officers": set(0, inception({ officers: 0 })),
	"one officer": set(0, inception({ officers: 1 })),
	"three officers": set(0, inception({ officers: 3 })),
	"32 officers": set(0, inception({ officers: 32 })),
	"33 officers": set(0, inception({ officers: 33 })),
	"officers in words": set(0, inception({ officers: "2" })),
	"two and a half officers": set(0, inception({ officers: 2.5 })),
	"officers below zero": set(0, inception({ officers: -1 })),
	"officers not said": set(0, { ...inception(), predicate: { origin: ORIGIN, purpose: "test" } }),
	"a second inception": put(1, inception({ officers: 1 })),
	"an inception that comes late": [...story().slice(1), inception()],
	"an inception by the service": at(0, { by: ["service"] }),
	"bytes that are none": [...story(), Buffer.from("hello")],
	"one byte": [...story(), Buffer.from([0])],
	"a large payload": [...story(), { ...body(), predicate: { kind: "document", x: "x".repeat(47700) } }],
	"a payload that is too large": [...story(), { ...body(), predicate: { kind: "document", x: "x".repeat(47900) } }],
};

// ---- trust files ----

const lines = (change) => `${change(trustLines()).join("\n")}\n`;
const swap = (from, to) => lines((l) => l.map((x) => x.replace(from, to)));
const more = (...extra) => lines((l) => [...l, ...extra]);
const root = (name) => trustLines().find((l) => l.startsWith(`#pellucid root ${name}`));
const stranger = (name) => `#pellucid rebuilder ${name} ${keys.stranger.text}`;
const p384 = (() => {
	const data = Buffer.concat([Buffer.from([2]), Buffer.from("3076301006072a8648ce3d020106052b8104002203620004", "hex"), Buffer.alloc(96, 5)]);
	return `${ORIGIN}+01020304+${data.toString("base64")}`;
})();
const dsa = (() => {
	const data = Buffer.concat([Buffer.from([6]), Buffer.alloc(1312, 9)]), id = make.sha(ORIGIN, [10], data).subarray(0, 4).toString("hex");
	return `${ORIGIN}+${id}+${data.toString("base64")}`;
})();

const trusts = {
	"a plain policy": lines((l) => l.filter((x) => !x.startsWith("#"))),
	"a comment": more("# a comment", "#comment", "#!"),
	"a comment of ours": more("#pellucid"),
	"a word that begins like ours": more("#pellucids are nice"),
	"a word of ours that nobody knows": more("#pellucid rootz 2"),
	"a word of ours in capitals": swap("#pellucid roots", "#pellucid Roots"),
	"a space behind the mark": swap("#pellucid roots", "# pellucid roots"),
	"the mark in capitals": swap("#pellucid roots 2", "#PELLUCID roots 2"),
	"version 2": swap("trust v1", "trust v2"),
	"no version": swap("trust v1", "trust"),
	"something behind the version": swap("trust v1", "trust v1 v2"),
	"the version twice": more("#pellucid trust v1"),
	"the version last": lines((l) => [...l.slice(1), l[0]]),
	"no version, but roots": lines((l) => l.slice(1)),
	"tabs and spaces": lines((l) => l.map((x) => ` \t${x.replaceAll(" ", " \t ")}\t`)),
	"empty lines": lines((l) => l.flatMap((x) => ["", x, " \t"])),
	"carriage returns": lines((l) => l.map((x) => `${x}\r`)),
	"a form feed": more("\f"),
	"DEL": more("# \x7f"),
	"cut off": lines((l) => l).slice(0, -1),
	"no line break in the middle": lines((l) => l).replace("\n#pellucid roots", " #pellucid roots"),
	"no roots line": lines((l) => l.filter((x) => !x.startsWith("#pellucid roots"))),
	"no rebuilders line": lines((l) => l.filter((x) => !x.startsWith("#pellucid rebuilders"))),
	"two roots lines": more("#pellucid roots 2"),
	"two rebuilders lines": more("#pellucid rebuilders 0"),
	"roots 0": swap("roots 2", "roots 0"), "roots 1": swap("roots 2", "roots 1"), "roots 3": swap("roots 2", "roots 3"), "roots 4": swap("roots 2", "roots 4"),
	"roots 02": swap("roots 2", "roots 02"), "roots two": swap("roots 2", "roots two"), "roots 2 3": swap("roots 2", "roots 2 3"), "roots -1": swap("roots 2", "roots -1"), "roots 33": swap("roots 2", "roots 33"),
	"rebuilders 1": swap("rebuilders 0", "rebuilders 1"), "rebuilders 2": swap("rebuilders 0", "rebuilders 2"), "rebuilders 3": swap("rebuilders 0", "rebuilders 3"),
	"no root": lines((l) => l.filter((x) => !x.startsWith("#pellucid root "))),
	"a root less": lines((l) => l.filter((x) => x !== root("root-a"))),
	"two roots less": lines((l) => l.filter((x) => x !== root("root-a") && x !== root("root-b"))),
	"a root twice": more(root("root-a")),
	"a root under two names": more(root("root-a").replace("root-a", "root-x")),
	"two roots with one name": more(`#pellucid root root-a ${keys.stranger.text}`),
	"16 roots": more(...Array.from({ length: 13 }, (_, i) => `#pellucid root r${i} ${make.key(`r${i}`).text}`)),
	"17 roots": more(...Array.from({ length: 14 }, (_, i) => `#pellucid root r${i} ${make.key(`r${i}`).text}`)),
	"32 rebuilders": more(...Array.from({ length: 30 }, (_, i) => `#pellucid rebuilder r${i} ${make.key(`r${i}`).text}`)),
	"33 rebuilders": more(...Array.from({ length: 31 }, (_, i) => `#pellucid rebuilder r${i} ${make.key(`r${i}`).text}`)),
	"a root without a key": more("#pellucid root x"),
	"a root with a word more": more(`#pellucid root x ${keys.stranger.text} y`),
	"a root of an unknown algorithm": more(`#pellucid root x rsa:${keys.stranger.raw.toString("base64")}`),
	"a root of an inherited algorithm": more("#pellucid root x constructor:AAAA"),
	"a root in capitals": more(`#pellucid root x ${keys.stranger.text.replace("ed25519", "Ed25519")}`),
	"a root without an algorithm": more(`#pellucid root x ${keys.stranger.raw.toString("base64")}`),
	"a root in bad base64": more(`#pellucid root x ${keys.stranger.text.slice(0, -1)}`),
	"a root that is too short": more(`#pellucid root x ed25519:${keys.stranger.raw.subarray(1).toString("base64")}`),
	"a root that is the neutral element": more("#pellucid root x ed25519:AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
	"a root that is not on its curve": more(`#pellucid root x ecdsa-p256-sha256:${flip(keys.builder.raw, 64).toString("base64")}`),
	"a root in its hybrid form": more(`#pellucid root x ecdsa-p256-sha256:${Buffer.concat([Buffer.from([6]), keys.builder.raw.subarray(1)]).toString("base64")}`),
	"a rebuilder twice": more(stranger("x"), stranger("x")),
	"a rebuilder under two names": more(stranger("x"), stranger("y")),
	"a rebuilder that is a root": more(`#pellucid rebuilder x ${keys["root-a"].text}`),
	"other roots": lines((l) => l.map((x) => x.startsWith("#pellucid root root-") ? x.replace(/ \S+$/, ` ${make.key(x).text}`) : x)),
	"quorum none": swap("quorum both", "quorum none"), "any of two": swap("group both 2", "group both any"), "no quorum": lines((l) => l.filter((x) => !x.startsWith("quorum"))), "two quorums": more("quorum both"),
	"quorum of one witness": swap("quorum both", "quorum w2"), "three of two": swap("group both 2", "group both 3"), "0 of two": swap("group both 2", "group both 0"), "02 of two": swap("group both 2", "group both 02"),
	"a member twice": swap("2 w1 w2", "2 w1 w1"), "a member that is none": swap("2 w1 w2", "2 w1 w3"), "no member": swap("2 w1 w2", "2"), "a group called none": more("group none any w1"), "a group with a taken name": more("group w1 any both"),
	"a member of two groups": more("group again any w1"), "a group of groups": lines((l) => [...l.slice(0, -1), "group outer all both", "quorum outer"]), "an unknown line": more("nonsense"), "a quorum with a word more": swap("quorum both", "quorum both w1"),
	"no log": lines((l) => l.filter((x) => !x.startsWith("log"))), "another log": swap(log.vkey, make.noteKey("log.example/other", 1).vkey), "the log twice": more(`log ${log.vkey}`), "a witness as a log": more(`log ${w1.vkey}`),
	"a log as a witness": more(`witness x ${log.vkey}`), "a witness twice": more(`witness x ${w1.vkey}`), "a witness's key under two names": more(`witness x ${make.noteKey("w9.example", 4, w1).vkey}`),
	"a log's key under two names": more(`log ${make.noteKey("log.example/again", 1, log).vkey}`), "a log's key as that of a witness": more(`witness x ${make.noteKey("w9.example", 4, log).vkey}`),
	 "a log with a wrong id": swap(log.vkey, log.vkey.replace(/\+[0-9a-f]{8}\+/, "+00000000+")),
	"a log with a capital id": swap(log.vkey, log.vkey.replace(/\+[0-9a-f]{8}\+/, (m) => m.toUpperCase())), "a log with another name": swap(log.vkey, log.vkey.replace("releases", "released")), "a log with a word too many": swap("https://log.example/", "https://log.example/ x"),
	"a log of type 3": swap(log.vkey, make.noteKey(ORIGIN, 3).vkey), "a second key of the log": more(`log ${make.noteKey(ORIGIN, 1, keys.stranger).vkey}`), "a log key P-384": more(`log ${p384}`), "a log key P-384 alone": swap(log.vkey, p384), "a log key ML-DSA": more(`log ${dsa}`),
	"a log key that is Ed25519 in a SubjectPublicKeyInfo": more(`log ${ORIGIN}+${make.sha(keys.stranger.spki).subarray(0, 4).toString("hex")}+${Buffer.concat([Buffer.from([2]), keys.stranger.spki]).toString("base64")}`),
	"a log key of small order": more(`log ${make.noteKey(ORIGIN, 1, { ...keys.stranger, raw: small("01" + "00".repeat(31)).subarray(12) }).vkey}`),
	"a name with U+0085": more(`witness x ${make.noteKey("a\u0085b", 4, keys.stranger).vkey}`), "a name with U+2003": more(`witness x ${make.noteKey("a\u2003b", 4, keys.stranger).vkey}`), "a name with U+FEFF": more(`witness x ${make.noteKey("a\ufeffb", 4, keys.stranger).vkey}`),
	"a name of 255 bytes": more(`witness x ${make.noteKey("a".repeat(255), 4, keys.stranger).vkey}`), "a name of 256 bytes": more(`witness x ${make.noteKey("a".repeat(256), 4, keys.stranger).vkey}`),
	"64 witnesses": more(...Array.from({ length: 62 }, (_, i) => `witness x${i} ${make.noteKey(`x${i}`, 4).vkey}`)), "65 witnesses": more(...Array.from({ length: 63 }, (_, i) => `witness x${i} ${make.noteKey(`x${i}`, 4).vkey}`)),
	"65 groups": more(...Array.from({ length: 64 }, (_, i) => `group g${i} any ${i ? `g${i - 1}` : "both"}`)), "64 groups": more(...Array.from({ length: 63 }, (_, i) => `group g${i} any ${i ? `g${i - 1}` : "both"}`)),
	"too large": more(`# ${"x".repeat(262144)}`),
};

// ---- checkpoints ----

const ecTrust = swap(log.vkey, ecLog.vkey), bothTrust = more(`log ${ecLog.vkey}`), [first, ...witnesses] = signers();
const otherLog = make.noteKey("log.example/other", 1);
// The heads of the bundle in two bundles.
function halves(t, swapped = false) {
	const heads = t.match(/c2sp\.org\/tlog-proof@v1\n[^]*?\n\n/g), checkpoint = t.slice(heads.join("").length), n = Math.floor(heads.length / 2);
	const both = [heads.slice(0, n).join("") + checkpoint, heads.slice(n).join("") + checkpoint];
	return (swapped ? both.reverse() : both).join("");
}

const checkpoints = {
	"an ECDSA log": { trust: ecTrust, signers: [{ key: ecLog }, ...witnesses] },
	"an ECDSA log, high S": { trust: ecTrust, signers: [{ key: ecLog, spoil: make.highS }, ...witnesses] },
	"an ECDSA log, a bit": { trust: ecTrust, signers: [{ key: ecLog, spoil: (s) => flip(s, 10) }, ...witnesses] },
	"an ECDSA log, a byte more": { trust: ecTrust, signers: [{ key: ecLog, spoil: (s) => Buffer.concat([s, Buffer.from([0])]) }, ...witnesses] },
	"an ECDSA log, r and s bare": { trust: ecTrust, signers: [{ key: ecLog, spoil: (s) => Buffer.from(make.numbersOf(s).map((n) => n.toString(16).padStart(64, "0")).join(""), "hex") }, ...witnesses] },
	"an ECDSA log that did not sign": { trust: ecTrust },
	"both keys of a log": { trust: bothTrust, signers: [first, { key: ecLog }, ...witnesses] },
	"both keys, one bad": { trust: bothTrust, signers: [first, { key: ecLog, spoil: make.highS }, ...witnesses] },
	"one key of two": { trust: bothTrust },
	"an unknown signer beside": { signers: [first, { key: make.noteKey("x.example", 1), spoil: flip }, ...witnesses] },
	"a bad signature of another log of the file": { trust: more(`log ${otherLog.vkey}`), signers: [first, { key: otherLog, spoil: flip }, ...witnesses] },
	"a good signature of another log of the file": { trust: more(`log ${otherLog.vkey}`), signers: [first, { key: otherLog }, ...witnesses] },
	"only another log of the file": { trust: more(`log ${otherLog.vkey}`), signers: [{ key: otherLog }, ...witnesses] },
	"another origin": { origin: "log.example/other" },
	"no signature of the log": { signers: witnesses },
	"a bad signature of the log": { signers: [{ ...first, spoil: flip }, ...witnesses] },
	"a bad and a good signature of the log": { signers: [first, { ...first, spoil: flip }, ...witnesses] },
	"a witness less": { signers: [first, witnesses[0]] },
	"a bad cosignature": { signers: [first, witnesses[0], { ...witnesses[1], spoil: flip }] },
	"a bad cosignature that is not needed": { trust: swap("group both 2", "group both any"), signers: [first, witnesses[0], { ...witnesses[1], spoil: flip }] },
	"a cosignature of the time 0": { signers: [first, witnesses[0], { key: w2, time: 0 }] },
	"a cosignature of a time too late": { signers: [first, witnesses[0], { key: w2, time: 18446744074n }] },
	"a cosignature of the last time": { signers: [first, witnesses[0], { key: w2, time: 18446744073n }] },
	"a witness twice": { signers: [...signers(), { key: w1, time: 1800000000 }] },
	"a short cosignature": { signers: [first, witnesses[0], { ...witnesses[1], spoil: (s) => s.subarray(1) }] },
	"96 lines": { signers: [...signers(), ...Array.from({ length: 93 }, () => ({ key: make.noteKey("x.example", 1) }))] },
	"97 lines": { signers: [...signers(), ...Array.from({ length: 94 }, () => ({ key: make.noteKey("x.example", 1) }))] },
	"an extension line": { extensions: "more\n" },
	"an empty extension line": { extensions: "\nmore\n" },
	"an origin with a space": { origin: "log example" },
	"a size with a zero": { text: (t) => t.replace(`${ORIGIN}\n19\n`, `${ORIGIN}\n019\n`) },
	"no line break at the end": { text: (t) => t.slice(0, -1) },
	"an empty line at the end": { text: (t) => `${t}\n` },
	"two spaces": { text: (t) => t.replace("\u2014 ", "\u2014  ") },
	"no checkpoint": { text: (t) => t.slice(0, t.indexOf(`${ORIGIN}\n19\n`)) },
	"a path of another entry": { text: (t) => t.replace(/(index 3\n)([^]*?)(\n\n[^]*?index 4\n)([^]*?)(\n\n)/, "$1$4$3$2$5") },
	"a bit of a path": { text: (t) => t.replace(/(index 3\n)(.)/, (_, i, c) => `${i}${c === "A" ? "B" : "A"}`) },
	"an index too large": { text: (t) => t.replace("index 18\n", "index 9223372036854775808\n") },
	"the largest index": { text: (t) => t.replace("index 18\n", "index 9223372036854775807\n") },
	"a bundle that starts with a space": { text: (t) => ` ${t}` },
	"carriage returns in the bundle": { text: (t) => t.replaceAll("\n", "\r\n") },
	"the bundle twice in one file": { text: (t) => t + t },
	"the bundle three times in one file": { text: (t) => t + t + t },
	"halves of the bundle one behind the other": { text: halves },
	"halves, and then a head alone": { text: (t) => `${halves(t)}c2sp.org/tlog-proof@v1\n` },
	"halves in the other order": { text: (t) => halves(t, true) },
	"a second bundle with another checkpoint": { text: (t) => t + t.replace(/\u2014 [^\n]*\n$/, "") },
	"a second bundle with a bit of a path": { text: (t) => t + t.replace(/(index 3\n)(.)/, (_, i, c) => `${i}${c === "A" ? "B" : "A"}`) },
	"a second bundle behind an empty line": { text: (t) => `${t}\n${t}` },
	"a second bundle without its checkpoint": { text: (t) => t + t.slice(0, t.indexOf(`${ORIGIN}\n19\n`)) },
	"a second bundle that has carriage returns": { text: (t) => t + t.replaceAll("\n", "\r\n") },
	"a second bundle behind what is no signature": { text: (t) => `${t}\u2014 x\u2028y\n${t}` },
	"the trust file behind the bundle": { text: (t) => `${t}log x\nquorum none\n` },
	"another file": { file: Buffer.from("other") },
	"an empty file": { file: Buffer.alloc(0) },
	"a file that is named by a body only": { file: Buffer.from("note") },
};

// A small random sequence, the same for the same @seed.
export function random(seed) {
	let x = seed >>> 0;
	return (n) => {
		x = Math.imul(x ^ x >>> 15, x | 1);
		x ^= x + Math.imul(x ^ x >>> 7, x | 61);
		x = (x + 0x6d2b79f5) >>> 0;
		return ((x ^ x >>> 14) >>> 0) % n;
	};
}

// The same mixed cases in every run of ./test, others in each with --long. PL_SEED repeats one.
const seed = Number(process.env.PL_SEED || (process.env.PL_LONG === "1" ? Date.now() % 4294967296 : 0));
console.log(`PL_SEED=${seed}`);

function* mixed(rounds) {
	const names = Object.keys(spoils), all = Object.values(stories), files = Object.entries(trusts);
	for (let i = 0; i < rounds; i++) {
		const next = random(i * 7919 + 1 + seed), count = 1 + next(3), done = [];
		let list = all[next(all.length)];
		for (let k = 0; k < count; k++) {
			const name = names[next(names.length)], where = next(list.length);
			if (!Buffer.isBuffer(list[where]))
				list = at(where, spoils[name], list);
			done.push(`${name} at ${where}`);
		}
		const [file, trust] = next(3) ? ["", undefined] : files[next(files.length)];
		const which = next(2) ? undefined : list.map((_, k) => k).filter(() => next(6) > 0);
		yield () => build(`mixed ${i}: ${done.join("; ")}${file && `; trust file: ${file}`}`, { story: list, trust, which: which && which.length ? which : undefined });
	}
}

// Functions that make a case each: in all of them two verifiers must agree.
export function* cases(rounds) {
	for (const [name, list] of Object.entries(stories))
		yield () => build(name, { story: list });
	for (const [name, trust] of Object.entries(trusts))
		yield () => build(`trust file: ${name}`, { trust });
	for (const [name, o] of Object.entries(checkpoints))
		yield () => build(`checkpoint: ${name}`, o);
	for (const [what, i] of [["release", RELEASE], ["key", 2], ["provenance", PROVENANCE]])
		for (const [name, more] of Object.entries(spoils))
			yield () => build(`${what}: ${name}`, { story: at(i, more) });
	for (const [what, i] of [["body", 18], ["provenance", PROVENANCE]])
		for (const [name, value] of Object.entries(values))
			yield () => build(`${what}: a value ${name}`, { story: at(i, { payload: (t) => inside(t, value) }) });
	for (const i of story().keys()) {
		yield () => build(`without entry ${i}`, { which: without(i) });
		yield () => build(`entry ${i} alone`, { which: [i] });
		yield () => build(`entry ${i} and the inception`, { which: [...new Set([0, i])] });
	}
	for (const trust of ["rebuilders 1", "rebuilders 2"])
		for (const name of Object.keys(stories).filter((n) => /different|attempted|rebuilder|verdict|normal|site|keyid|high S/.test(n)))
			yield () => build(`${trust}: ${name}`, { story: stories[name], trust: trusts[trust] });
	yield* mixed(rounds);
}
