// SPDX-License-Identifier: Apache-2.0
// A log in JavaScript that asks Pellucid's witnesses to cosign it: tlog-witness v1.0.0 from the other side.
// Node.js without packages.
//
//   node client.mjs vkey NAME SEED                  print the verifier key of the log NAME
//   node client.mjs codes URL WITNESS-VKEY          every status code, on a fresh origin log.example/codes
//   node client.mjs race URL WITNESS-VKEY ROUNDS    many clients with one old size, on log.example/race
//   node client.mjs grow ORIGIN SIZE URL VKEY ...   ask several witnesses; every cosignature is verified
//   node client.mjs body ORIGIN OLD SIZE            print a body
//   node client.mjs size URL ORIGIN                 what the witness says that it has seen
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';

const sha = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
const node = (l, r) => sha(Buffer.of(1), l, r);
const leaves = Array.from({ length: 1000 }, (_, i) => sha(Buffer.of(0), Buffer.from(`entry ${i}`)));
const split = (n) => { let k = 1; while (k * 2 < n) k *= 2; return k; };

function root(from, to) {
  const n = to - from;
  if (n === 0) return sha(Buffer.alloc(0));
  if (n === 1) return leaves[from];
  const k = split(n);
  return node(root(from, from + k), root(from + k, to));
}

// RFC 6962 section 2.1.2
function subproof(m, from, to, whole) {
  const n = to - from;
  if (m === n) return whole ? [] : [root(from, to)];
  const k = split(n);
  return m <= k
    ? [...subproof(m, from, from + k, whole), root(from + k, to)]
    : [...subproof(m - k, from + k, to, false), root(from, from + k)];
}
const consistency = (m, n) => (m === 0 || m === n ? [] : subproof(m, 0, n, true));

function seedKey(seed) {
  const raw = Buffer.from(Array.from({ length: 32 }, (_, i) => (seed + i) & 255));
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), raw]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { key, pub: createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(12) };
}
const keyId = (name, type, pub) => sha(Buffer.from(`${name}\n`), Buffer.of(type), pub).subarray(0, 4);

function logOf(origin, seed = 7) {
  const { key, pub } = seedKey(seed);
  const id = keyId(origin, 1, pub);
  return {
    origin,
    vkey: `${origin}+${id.toString('hex')}+${Buffer.concat([Buffer.of(1), pub]).toString('base64')}`,
    note(size, hash = root(0, size)) {
      const text = `${origin}\n${size}\n${hash.toString('base64')}\n`;
      return `${text}\n— ${origin} ${Buffer.concat([id, sign(null, Buffer.from(text), key)]).toString('base64')}\n`;
    },
  };
}

const body = (old, proof, note) => `old ${old}\n${proof.map((h) => `${h.toString('base64')}\n`).join('')}\n${note}`;
const good = (log, old, size) => body(old, consistency(old, size), log.note(size));

async function post(url, text) {
  const r = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: text });
  return { status: r.status, type: r.headers.get('content-type'), text: await r.text() };
}

function parseVkey(vkey) {
  const [name, id, data] = [vkey.split('+')[0], vkey.split('+')[1], vkey.split('+').slice(2).join('+')];
  const raw = Buffer.from(data, 'base64');
  if (raw[0] !== 4 || keyId(name, 4, raw.subarray(1)).toString('hex') !== id) throw new Error(`not a witness key: ${vkey}`);
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw.subarray(1)]);
  return { name, id, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

// Verify the answer of a witness over the text of @note.
function checkCosignature(answer, note, vkey) {
  const w = parseVkey(vkey);
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
  const m = /^— (\S+) (\S+)\n$/.exec(answer);
  if (!m || m[1] !== w.name) throw new Error(`not one line of ${w.name}: ${answer}`);
  const blob = Buffer.from(m[2], 'base64');
  const time = blob.readBigUInt64BE(4);
  if (blob.length !== 76 || blob.subarray(0, 4).toString('hex') !== w.id) throw new Error('another key');
  if (Math.abs(Number(time) - Date.now() / 1000) > 60) throw new Error(`time ${time}`);
  if (!verify(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), w.key, blob.subarray(12)))
    throw new Error('the cosignature does not verify');
  return m[0];
}

let failed = 0;
function check(what, ok) {
  console.log(`${ok ? 'ok' : 'FAIL'} - ${what}`);
  if (!ok) failed = 1;
}

async function codes(url, vkey) {
  const log = logOf('log.example/codes'), stranger = logOf('log.example/codes', 99), other = logOf('log.example/nobody');
  const wrong = sha(Buffer.from('x'));
  const is = async (what, want, text) => {
    const r = await post(url, text);
    check(`${what}: ${want}`, r.status === want);
    return r;
  };
  await is('a log that was not admitted', 404, good(other, 0, 5));
  await is('the key of a stranger', 403, good(stranger, 0, 5));
  await is('a damaged signature', 403, good(log, 0, 5).replace('\n5\n', '\n6\n'));
  await is('old 007', 400, body('007', [], log.note(8)));
  await is('an old size above the checkpoint', 400, body(9, [], log.note(8)));
  await is('64 lines of proof', 400, body(0, Array(64).fill(wrong), log.note(8)));
  await is('no empty line', 400, `old 0\n${log.note(8)}`.replace('\n\n', '\n'));
  await is('nothing', 400, '');
  await is('63 lines of proof that prove nothing', 422, body(0, Array(63).fill(wrong), log.note(8)));
  await is('size 0 with another root', 422, body(0, [], log.note(0, wrong)));
  await is('size 0', 200, good(log, 0, 0));
  const first = await is('the first tree', 200, good(log, 0, 5));
  check('its cosignature verifies', checkCosignature(first.text, log.note(5), vkey) === first.text);
  const conflict = await is('an old size that is not the recorded one', 409, good(log, 0, 8));
  check('the 409 tells the size', conflict.type === 'text/x.tlog.size' && conflict.text === '5\n');
  await is('a proof that does not hold', 422, body(5, [wrong], log.note(8)));
  await is('no proof', 422, body(5, [], log.note(8)));
  await is('another tree of the same size', 422, body(5, [], log.note(5, wrong)));
  await is('the same tree again', 200, good(log, 5, 5));
  await is('a larger tree', 200, good(log, 5, 8));
  await is('replay of an older checkpoint', 409, good(log, 0, 5));
  await is('replay of an older checkpoint from its own size', 409, good(log, 5, 5));
  const r = await fetch(`${url}/${sha(Buffer.from(log.origin)).toString('hex')}/checkpoint`);
  const published = await r.text();
  check('the monitoring address shows the log signature and a cosignature', r.status === 200 &&
    published.startsWith(log.note(8)) && checkCosignature(published.slice(log.note(8).length), log.note(8), vkey) !== '');
  const none = await fetch(`${url}/${sha(Buffer.from('nobody')).toString('hex')}/checkpoint`);
  check('the monitoring address of an unknown origin: 404', none.status === 404);
  const get = await fetch(`${url}/add-checkpoint`);
  check('GET add-checkpoint is refused', get.status === 405);
  const big = await post(url, 'x'.repeat(200 * 1024)).catch(() => ({ status: 413 }));
  check('a body of 200 KiB: 413', big.status === 413);
}

async function race(url, vkey, rounds) {
  const log = logOf('log.example/race');
  let size = 0, exactlyOne = true;
  for (let i = 0; i < rounds; i++) {
    const tries = Array.from({ length: 8 }, (_, k) => size + 1 + k);
    const notes = tries.map((n) => log.note(n));
    const answers = await Promise.all(tries.map((n) => post(url, good(log, size, n))));
    const won = answers.map((a, k) => [a, k]).filter(([a]) => a.status === 200);
    if (won.length !== 1 || !answers.every((a) => a.status === 200 || a.status === 409)) exactlyOne = false;
    for (const [a, k] of won) { checkCosignature(a.text, notes[k], vkey); size = tries[k]; }
  }
  check(`${rounds} rounds of 8 clients with one old size: exactly one 200 each`, exactlyOne);
}

async function grow(origin, size, witnesses) {
  const log = logOf(origin);
  let note = log.note(size), n = 0;
  for (let i = 0; i < witnesses.length; i += 2) {
    const [url, vkey] = [witnesses[i], witnesses[i + 1]];
    let r = await post(url, good(log, 0, size));
    if (r.status === 409) r = await post(url, good(log, Number(r.text), size));
    if (r.status !== 200) continue;
    note += checkCosignature(r.text, log.note(size), vkey);
    n++;
  }
  process.stdout.write(note);
  return n;
}

const [cmd, ...args] = process.argv.slice(2);
if (cmd === 'vkey') console.log(logOf(args[0]).vkey);
else if (cmd === 'codes') await codes(...args);
else if (cmd === 'race') await race(args[0], args[1], Number(args[2]));
else if (cmd === 'grow') failed = (await grow(args[0], Number(args[1]), args.slice(2))) * 2 === args.length - 2 ? 0 : 1;
else if (cmd === 'body') process.stdout.write(good(logOf(args[0]), Number(args[1]), Number(args[2])));
else if (cmd === 'size') {
  const r = await post(args[0], body(0, [], logOf(args[1]).note(999)));
  console.log(r.status === 409 ? r.text.trim() : `status ${r.status}`);
} else process.exit(2);
process.exit(failed);
