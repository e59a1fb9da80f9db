// SPDX-License-Identifier: Apache-2.0
// SHA-256, synchronous and without garbage, for the hundreds of small hashes that one row of an openings file takes.
"use strict";
(function (root) {

// FIPS 180-4.
const K = new Int32Array(64), INITIAL = new Int32Array(8);

// The constants are the fraction bits of cube and square roots of the first primes.
(function () {
	const fraction = (x) => (x - Math.floor(x)) * 4294967296 | 0;
	for (let n = 2, count = 0; count < 64; n++) {
		let prime = true;
		for (let d = 2; d * d <= n; d++)
			prime = prime && n % d !== 0;
		if (!prime)
			continue;
		if (count < 8)
			INITIAL[count] = fraction(Math.sqrt(n));
		K[count++] = fraction(Math.cbrt(n));
	}
})();

const W = new Int32Array(64);

function compress(h, data, at) {
	for (let i = 0; i < 16; i++, at += 4)
		W[i] = data[at] << 24 | data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3];
	for (let i = 16; i < 64; i++) {
		const x = W[i - 15], y = W[i - 2];
		W[i] = W[i - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + W[i - 7] +
			((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10) | 0;
	}
	let a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7];
	for (let i = 0; i < 64; i++) {
		const t1 = k + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (g ^ e & (f ^ g)) + K[i] + W[i] | 0;
		const t2 = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b | c & (a | b)) | 0;
		k = g; g = f; f = e; e = d + t1 | 0;
		d = c; c = b; b = a; a = t1 + t2 | 0;
	}
	h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += k;
}

function putState(h, out, at) {
	for (let i = 0; i < 8; i++, at += 4) {
		out[at] = h[i] >>> 24;
		out[at + 1] = h[i] >>> 16;
		out[at + 2] = h[i] >>> 8;
		out[at + 3] = h[i];
	}
}

const H = new Int32Array(8);

// SHA-256 of the first @length bytes of @buffer, behind @before bytes that @start has taken in already. @buffer has room for the
// padding, and is written over there. The digest goes to @out at @at.
function digestInto(buffer, length, start, before, out, at) {
	let end = length + 9;
	end += (64 - end % 64) % 64;
	buffer.fill(0, length, end);
	buffer[length] = 0x80;
	const bits = (length + before) * 8;
	buffer[end - 4] = bits >>> 24;
	buffer[end - 3] = bits >>> 16;
	buffer[end - 2] = bits >>> 8;
	buffer[end - 1] = bits;
	buffer[end - 5] = bits / 4294967296;
	H.set(start);
	for (let p = 0; p < end; p += 64)
		compress(H, buffer, p);
	putState(H, out, at);
}

function sha256(...parts) {
	const length = parts.reduce((n, p) => n + p.length, 0);
	const buffer = new Uint8Array(length + 72), out = new Uint8Array(32);
	let at = 0;
	for (const p of parts) {
		buffer.set(p, at);
		at += p.length;
	}
	digestInto(buffer, length, INITIAL, 0, out, 0);
	return out;
}

function hex(bytes) {
	let s = "";
	for (const b of bytes)
		s += (b < 16 ? "0" : "") + b.toString(16);
	return s;
}

// SHA-256 of what comes in pieces.
class Hash {
	constructor() {
		this.h = INITIAL.slice();
		this.rest = new Uint8Array(64 + 72);
		this.n = 0;
		this.length = 0;
	}

	update(data) {
		let at = 0;
		this.length += data.length;
		if (this.n) {
			at = Math.min(64 - this.n, data.length);
			this.rest.set(data.subarray(0, at), this.n);
			this.n += at;
			if (this.n < 64)
				return;
			compress(this.h, this.rest, 0);
		}
		for (; at + 64 <= data.length; at += 64)
			compress(this.h, data, at);
		this.rest.set(data.subarray(at));
		this.n = data.length - at;
	}

	hex() {
		const out = new Uint8Array(32);
		digestInto(this.rest, this.n, this.h, this.length - this.n, out, 0);
		return hex(out);
	}
}

root.PellucidHash = { INITIAL, compress, digestInto, sha256, hex, Hash };
})(globalThis);
