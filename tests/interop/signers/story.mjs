// SPDX-License-Identifier: Apache-2.0
// A log as it might be, with keys of every role: what the variants of cases.mjs spoil one thing of at a time.
import * as make from "../../browser/maker.mjs";

export const ORIGIN = "log.example/releases";
export const FILE = Buffer.from("lantern 1.2.0"), digest = make.hex(FILE);
const types = {
	service: ["https://slsa.dev/provenance/v1", "urn:pellucid:body/v1", "urn:pellucid:product/v1", "urn:pellucid:recipe/v1", "urn:pellucid:rebuild-verdict/v1",
		"urn:pellucid:release/v1", "urn:pellucid:source-snapshot/v1", "urn:pellucid:withheld/v1"],
	officer: ["urn:pellucid:product/v1", "urn:pellucid:release/v1", "urn:pellucid:withheld/v1"],
};

export const keys = {};
for (const name of ["root-a", "root-b", "service", "officer-1", "officer-2", "uni", "auditor", "entity-de", "stranger", "second", "late"])
	keys[name] = make.key(name);
for (const name of ["root-c", "officer-3", "builder", "other-uni", "ec-stranger"])
	keys[name] = make.key(name, make.P256);
export const roots = ["root-a", "root-b", "root-c"];
export const log = make.noteKey(ORIGIN, 1), ecLog = make.noteKey(ORIGIN, 2), w1 = make.noteKey("w1.example", 4), w2 = make.noteKey("w2.example", 4);

// ---- statements ----

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const ulid = (n) => `01JDXH${[...n.toString(32).padStart(20, "0")].map((c) => alphabet[parseInt(c, 32)]).join("")}`;

// What becomes an entry: a statement (as a value, whose payload can be spoilt), and who signs it.
export const say = (type, name, sha256, predicate, by) => ({ type, name, sha256, predicate, by });

export function statementOf({ type, name, sha256, predicate }, number) {
	const ours = type.startsWith("urn:pellucid:"), subject = { digest: { sha256 }, name };
	return { _type: "https://in-toto.io/Statement/v1", predicateType: type, predicate: ours ? { ...predicate, id: ulid(number) } : predicate,
		subject: [ours ? subject : { ...subject, annotations: { id: ulid(number) } }] };
}

export const introduce = (holder, role, list, name = holder, by = ["root-a", "root-c"]) => say("urn:pellucid:key/v1", holder, keys[name].id.slice(7),
	{ holder, role, key: keys[name].spki.toString("base64"), predicates: list }, by);
export const end = (holder, by = ["root-b", "root-c"]) => say("urn:pellucid:key-end/v1", holder, keys[holder].id.slice(7), { reason: "retired" }, by);
export const inception = (more = {}) => say("urn:pellucid:inception/v1", ORIGIN, make.hex("the log's key line"),
	{ origin: ORIGIN, purpose: "test", officers: 2, rootThreshold: 2, ...more }, ["root-a", "root-b"]);
export const verdict = (by, word, site = "uni", more = {}) => say("urn:pellucid:rebuild-verdict/v1", "lantern", digest,
	{ product: "lantern", site, verdict: word, build: `sha256:${make.hex("build")}`, ...more }, by);
export const release = (by = ["service", "officer-1", "officer-2"], more = {}) => say("urn:pellucid:release/v1", "lantern", digest,
	{ product: "lantern", version: "1.2.0", number: 3, ...more }, by);
export const attestation = (entity, by = ["entity-de"]) => say("urn:pellucid:entity-attestation/v1", entity ?? "none", make.hex("balance"),
	{ ...(entity === undefined ? {} : { entity }), period: "2026-H1" }, by);
export const sample = (auditor, by = ["auditor"]) => say("urn:pellucid:register-sample/v1", "requests", make.hex("report"), { auditor, compared: 10 }, by);
export const body = (by = ["service"], name = "note.txt", sha256 = make.hex("note")) => say("urn:pellucid:body/v1", name, sha256, { kind: "document" }, by);
export const withheld = (by) => say("urn:pellucid:withheld/v1", "note.txt", make.hex("note"), { reason: "legal" }, by);
export const provenance = (by = ["builder"]) => say("https://slsa.dev/provenance/v1", "lantern", digest, { buildDefinition: { buildType: "x" } }, by);

export const serviceTypes = types.service, officerTypes = types.officer;

export const story = () => [
	inception(),
	introduce("service", "service", types.service),
	introduce("officer-1", "officer", types.officer),
	introduce("officer-2", "officer", types.officer),
	introduce("officer-3", "officer", types.officer),
	introduce("uni", "rebuilder", ["urn:pellucid:rebuild-verdict/v1"]),
	introduce("auditor", "reviewer", ["urn:pellucid:register-sample/v1"]),
	introduce("entity-de", "entity", ["urn:pellucid:entity-attestation/v1"]),
	introduce("builder", "builder", ["https://slsa.dev/provenance/v1"]),
	say("urn:pellucid:product/v1", "lantern", make.hex("lantern"), { product: "lantern" }, ["service", "officer-1", "officer-3"]),
	say("urn:pellucid:source-snapshot/v1", "lantern.tar", make.hex("source"), { product: "lantern", commit: "4b825dc642cb6eb9a060e54bf8d69288fbee4904" }, ["service"]),
	say("urn:pellucid:recipe/v1", "lantern.recipe", make.hex("recipe"), { product: "lantern" }, ["service"]),
	provenance(),
	verdict(["uni"], "identical"),
	release(),
	attestation("entity-de"),
	sample("auditor"),
	end("officer-3"),
	body(),
];

// ---- the log around them ----

// An entry is a Buffer, or what say() made, or { ...that, payload(text), envelope(text), sign(payload, keys) } with changes.
export function entryOf(said, number) {
	if (Buffer.isBuffer(said))
		return said;
	const statement = said.change ? said.change(statementOf(said, number)) : statementOf(said, number);
	const text = make.canonical(statement), payload = Buffer.from(said.payload ? said.payload(text, statement) : text);
	const sigs = make.signatures(payload, said.by.map((n) => keys[n]), said.media);
	const entry = make.envelope(payload, said.sigs ? said.sigs(sigs, payload) : sigs, said.media);
	return said.envelope ? Buffer.from(said.envelope(entry.toString())) : entry;
}

export const trustLines = () => ["#pellucid trust v1", ...roots.map((n) => `#pellucid root ${n} ${keys[n].text}`), "#pellucid roots 2",
	`#pellucid rebuilder uni ${keys.uni.text}`, `#pellucid rebuilder other-uni ${keys["other-uni"].text}`, "#pellucid rebuilders 0",
	`log ${log.vkey} https://log.example/`, `witness w1 ${w1.vkey}`, `witness w2 ${w2.vkey} https://w2.example/`, "group both 2 w1 w2", "quorum both"];

export const signers = () => [{ key: log }, { key: w1, time: 1700000000 }, { key: w2, time: 1700000001 }];

// A case: everything that two verifiers are given. @o: story, which (entries of the bundle), trust, signers, extensions, origin, size,
// text (changes the bundle), file.
export function build(name, o = {}) {
	const entries = (o.story ?? story()).map(entryOf), which = o.which ?? entries.map((_, i) => i);
	const bundle = make.bundleOf(o.origin ?? ORIGIN, entries, which, o.signers ?? signers(), o.extensions);
	return { name, trust: o.trust ?? `${trustLines().join("\n")}\n`, bundle: o.text ? o.text(bundle) : bundle, file: o.file ?? FILE };
}
