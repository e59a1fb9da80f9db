// SPDX-License-Identifier: Apache-2.0
// A second verifier of commitments, written from docs/formats/commitment.md alone; Node.js without packages.
//
//   node verify.mjs FILE      checks every case of FILE: rebuilds the root from seeds and values, proves all openings,
//                             and sees every damaged opening refused. Exit 0 if all of it held.
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
const u16 = (n) => { const b = Buffer.alloc(2); b.writeUInt16BE(n); return b; };
const u32 = (n) => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b; };
const u64 = (n) => { const b = Buffer.alloc(8); b.writeBigUInt64BE(n); return b; };

class Refused extends Error {}
const refuse = (why) => { throw new Refused(why); };
const match = (text, re, why) => re.exec(text) ?? refuse(why);

function hex32(text) {
  match(text, /^[0-9a-f]{64}$/, 'not 32 bytes of hex');
  return Buffer.from(text, 'hex');
}

function base64(text) {
  const b = Buffer.from(text, 'base64');
  return b.toString('base64') === text ? b : refuse('not canonical base64');
}

function parseDeclaration(text) {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines[0] !== 'pellucid-declaration v1') refuse('declaration head');
  const name = match(lines[1] ?? '', /^name ([a-z0-9\-/.:]{1,128})$/, 'declaration name')[1];
  const fields = lines.slice(2).map((line) => {
    const m = match(line,
      /^field ([a-z][a-z0-9-]{0,63}) (?:(u64|bool|text|bytes|time|digest) (open|private)|(enum) (open|private) (\S+))$/,
      'declared field');
    return { name: m[1], type: m[2] ?? m[4], secret: (m[3] ?? m[5]) === 'private', choices: m[6]?.split(',') };
  });
  if (!fields.length || new Set(fields.map((f) => f.name)).size !== fields.length) refuse('fields');
  let leaves = 1;
  while (leaves < fields.length) leaves *= 2;
  return { name, fields, leaves, digest: sha256(text) };
}

// The canonical bytes of the one text form of a value.
function encode(field, text) {
  switch (field.type) {
    case 'u64': {
      match(text, /^(0|[1-9][0-9]{0,19})$/, 'u64');
      const n = BigInt(text);
      return n < 1n << 64n ? u64(n) : refuse('u64 range');
    }
    case 'bool':
      return text === 'true' ? Buffer.of(1) : text === 'false' ? Buffer.of(0) : refuse('bool');
    case 'enum':
      return field.choices.includes(text) ? Buffer.from(text, 'ascii') : refuse('enum');
    case 'text': {
      const b = base64(text);
      const s = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      try { s.decode(b); } catch { refuse('not UTF-8'); }
      return b.includes(0) ? refuse('NUL') : b;
    }
    case 'bytes':
      return base64(text);
    case 'time': {
      match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'time');
      const ms = Date.parse(text);
      if (!(ms >= 0) || text > '2554' || new Date(ms).toISOString().replace('.000', '') !== text) refuse('time');
      return u64(BigInt(ms) / 1000n);
    }
    case 'digest':
      return hex32(match(text, /^sha256:(.*)$/, 'digest')[1]);
  }
  return refuse('type');
}

const LEAF = Buffer.from('pellucid-commit-leaf-v1\0');
const NODE = Buffer.from('pellucid-commit-node-v1\0');
const leafHash = (decl, context, index, value, salt) =>
  sha256(LEAF, decl.digest, context, u16(index), Buffer.of(value ? 1 : 0), salt, u32(value?.length ?? 0),
    value ?? Buffer.alloc(0));
const nodeHash = (l, r) => sha256(NODE, l, r);

function buildRoot(c, decl) {
  let level = [];
  for (let i = 0; i < decl.leaves; i++) {
    const f = decl.fields[i];
    const seed = f?.secret ? c.privateSeed : c.openSeed;
    const salt = createHmac('sha256', seed).update(u16(i)).update(u32(c.revision)).digest();
    const text = f && c.values.get(f.name);
    level.push(leafHash(decl, c.context, i, text === undefined ? null : encode(f, text), salt));
  }
  while (level.length > 1) level = level.filter((_, i) => i % 2 === 0).map((l, i) => nodeHash(l, level[2 * i + 1]));
  return level[0];
}

// Every opened field as [name, text or null]; throws Refused unless all of it leads to @root.
function verifyOpening(text, decl, root) {
  const lines = text.split('\n');
  if (lines.pop() !== '') refuse('last line');
  const take = (re, why) => match(lines.shift() ?? '', re, why);
  take(/^pellucid-opening v1$/, 'head');
  if (!hex32(take(/^declaration sha256:(.*)$/, 'declaration')[1]).equals(decl.digest)) refuse('other declaration');
  const context = hex32(take(/^context (.*)$/, 'context')[1]);
  if (!hex32(take(/^root sha256:(.*)$/, 'root')[1]).equals(root)) refuse('other root');
  const opened = [];
  let last = -1;
  while (lines.length) {
    const [, number, name] = take(/^field (0|[1-9]\d*) (\S+)$/, 'field');
    const index = Number(number);
    const field = decl.fields[index] ?? refuse('index');
    if (field.name !== name || index <= last) refuse('name or order');
    last = index;
    const salt = hex32(take(/^salt (.*)$/, 'salt')[1]);
    const value = take(/^(?:value (.*)|absent)$/, 'value')[1];
    let at = leafHash(decl, context, index, value === undefined ? null : encode(field, value), salt);
    for (let n = decl.leaves, i = index; n > 1; n /= 2, i >>= 1) {
      const sibling = hex32(take(/^path (.*)$/, 'path')[1]);
      at = i & 1 ? nodeHash(sibling, at) : nodeHash(at, sibling);
    }
    if (!at.equals(root)) refuse('does not lead to the root');
    opened.push([name, value ?? null]);
  }
  return opened;
}

function readCases(text) {
  const cases = [];
  let c = { values: new Map() };
  let block = null;
  for (const line of text.split('\n')) {
    if (block !== null && line.startsWith('|')) { c[block] += line.slice(1) + '\n'; continue; }
    if (line === 'end') { block = null; continue; }
    if (line === '' || line.startsWith('#')) continue;
    const [word, a, b] = line.split(' ');
    if (word === 'begin') { block = a; c[a] = ''; }
    else if (word === 'context') c.context = hex32(a);
    else if (word === 'revision') c.revision = Number(a);
    else if (word === 'open-seed') c.openSeed = hex32(a);
    else if (word === 'private-seed') c.privateSeed = hex32(a);
    else if (word === 'value') c.values.set(a, b);
    else if (word === 'root') c.root = hex32(a);
    else if (word === 'case-end') { cases.push(c); c = { values: new Map() }; }
    else throw new Error(`unknown line ${line}`);
  }
  return cases;
}

const refused = (f) => { try { f(); return false; } catch (e) { if (e instanceof Refused) return true; throw e; } };

// Every line changed in one character, every line dropped, two exchanged, one said twice.
function* damaged(text) {
  const lines = text.split('\n');
  lines.pop();
  for (let i = 0; i < lines.length; i++) {
    const s = lines[i];
    const at = s.length - 1 - (i * 7) % Math.min(s.length, 40);
    const other = s[at] === '1' ? '2' : '1';
    yield [...lines.slice(0, i), s.slice(0, at) + other + s.slice(at + 1), ...lines.slice(i + 1), ''].join('\n');
    yield [...lines.slice(0, i), ...lines.slice(i + 1), ''].join('\n');
    yield [...lines.slice(0, i), s, s, ...lines.slice(i + 1), ''].join('\n');
    if (i && lines[i - 1] !== s) yield [...lines.slice(0, i - 1), s, lines[i - 1], ...lines.slice(i + 1), ''].join('\n');
  }
  yield text.slice(0, -1);
}

const cases = readCases(readFileSync(process.argv[2], 'utf8'));
let openings = 0, refusals = 0;
for (const c of cases) {
  const decl = parseDeclaration(c.declaration);
  if (!buildRoot(c, decl).equals(c.root)) throw new Error('the root is another one');
  for (const block of ['opening-all', 'opening-after-erasure']) {
    const opened = verifyOpening(c[block], decl, c.root);
    if (block === 'opening-all' && opened.length !== decl.fields.length) throw new Error('not every field was opened');
    for (const [name, text] of opened)
      if ((c.values.get(name) ?? null) !== text) throw new Error(`${name} was opened to another value`);
    openings++;
    if (cases.length > 200 && openings % 20) continue;
    for (const bad of damaged(c[block])) {
      if (!refused(() => verifyOpening(bad, decl, c.root))) throw new Error(`a damaged opening was accepted:\n${bad}`);
      refusals++;
    }
  }
}
if (!cases.length) throw new Error('no cases');
console.log(`${cases.length} cases, ${openings} openings proved, ${refusals} damaged ones refused`);
