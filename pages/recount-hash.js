// SPDX-License-Identifier: Apache-2.0
// SHA-256, synchronous and without garbage, for the hundreds of small hashes that one row of an openings file takes.
//
// A block is taken in in two steps: schedule() spreads its 16 words to 64 with the constants added, rounds() mixes them into a state. What
// many hashes have in common, a block that is always the same, is spread once. Both are written out, eight and sixteen steps
// at a time: variables that change places cost as much as the sums.
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

// The 16 words of @m at @at as 64 words of @out at @o.
function schedule(m, at, out, o) {
	let w0 = m[at + 0], w1 = m[at + 1], w2 = m[at + 2], w3 = m[at + 3],
		w4 = m[at + 4], w5 = m[at + 5], w6 = m[at + 6], w7 = m[at + 7],
		w8 = m[at + 8], w9 = m[at + 9], w10 = m[at + 10], w11 = m[at + 11],
		w12 = m[at + 12], w13 = m[at + 13], w14 = m[at + 14], w15 = m[at + 15];
	out[o + 0] = w0 + K[0] | 0;
	out[o + 1] = w1 + K[1] | 0;
	out[o + 2] = w2 + K[2] | 0;
	out[o + 3] = w3 + K[3] | 0;
	out[o + 4] = w4 + K[4] | 0;
	out[o + 5] = w5 + K[5] | 0;
	out[o + 6] = w6 + K[6] | 0;
	out[o + 7] = w7 + K[7] | 0;
	out[o + 8] = w8 + K[8] | 0;
	out[o + 9] = w9 + K[9] | 0;
	out[o + 10] = w10 + K[10] | 0;
	out[o + 11] = w11 + K[11] | 0;
	out[o + 12] = w12 + K[12] | 0;
	out[o + 13] = w13 + K[13] | 0;
	out[o + 14] = w14 + K[14] | 0;
	out[o + 15] = w15 + K[15] | 0;
	for (let r = 16; r < 64; r += 16) {
		const p = o + r;
		w0 = (w0 + ((w1 >>> 7 | w1 << 25) ^ (w1 >>> 18 | w1 << 14) ^ w1 >>> 3) | 0) +
			(w9 + ((w14 >>> 17 | w14 << 15) ^ (w14 >>> 19 | w14 << 13) ^ w14 >>> 10) | 0) | 0;
		out[p + 0] = w0 + K[r + 0] | 0;
		w1 = (w1 + ((w2 >>> 7 | w2 << 25) ^ (w2 >>> 18 | w2 << 14) ^ w2 >>> 3) | 0) +
			(w10 + ((w15 >>> 17 | w15 << 15) ^ (w15 >>> 19 | w15 << 13) ^ w15 >>> 10) | 0) | 0;
		out[p + 1] = w1 + K[r + 1] | 0;
		w2 = (w2 + ((w3 >>> 7 | w3 << 25) ^ (w3 >>> 18 | w3 << 14) ^ w3 >>> 3) | 0) +
			(w11 + ((w0 >>> 17 | w0 << 15) ^ (w0 >>> 19 | w0 << 13) ^ w0 >>> 10) | 0) | 0;
		out[p + 2] = w2 + K[r + 2] | 0;
		w3 = (w3 + ((w4 >>> 7 | w4 << 25) ^ (w4 >>> 18 | w4 << 14) ^ w4 >>> 3) | 0) +
			(w12 + ((w1 >>> 17 | w1 << 15) ^ (w1 >>> 19 | w1 << 13) ^ w1 >>> 10) | 0) | 0;
		out[p + 3] = w3 + K[r + 3] | 0;
		w4 = (w4 + ((w5 >>> 7 | w5 << 25) ^ (w5 >>> 18 | w5 << 14) ^ w5 >>> 3) | 0) +
			(w13 + ((w2 >>> 17 | w2 << 15) ^ (w2 >>> 19 | w2 << 13) ^ w2 >>> 10) | 0) | 0;
		out[p + 4] = w4 + K[r + 4] | 0;
		w5 = (w5 + ((w6 >>> 7 | w6 << 25) ^ (w6 >>> 18 | w6 << 14) ^ w6 >>> 3) | 0) +
			(w14 + ((w3 >>> 17 | w3 << 15) ^ (w3 >>> 19 | w3 << 13) ^ w3 >>> 10) | 0) | 0;
		out[p + 5] = w5 + K[r + 5] | 0;
		w6 = (w6 + ((w7 >>> 7 | w7 << 25) ^ (w7 >>> 18 | w7 << 14) ^ w7 >>> 3) | 0) +
			(w15 + ((w4 >>> 17 | w4 << 15) ^ (w4 >>> 19 | w4 << 13) ^ w4 >>> 10) | 0) | 0;
		out[p + 6] = w6 + K[r + 6] | 0;
		w7 = (w7 + ((w8 >>> 7 | w8 << 25) ^ (w8 >>> 18 | w8 << 14) ^ w8 >>> 3) | 0) +
			(w0 + ((w5 >>> 17 | w5 << 15) ^ (w5 >>> 19 | w5 << 13) ^ w5 >>> 10) | 0) | 0;
		out[p + 7] = w7 + K[r + 7] | 0;
		w8 = (w8 + ((w9 >>> 7 | w9 << 25) ^ (w9 >>> 18 | w9 << 14) ^ w9 >>> 3) | 0) +
			(w1 + ((w6 >>> 17 | w6 << 15) ^ (w6 >>> 19 | w6 << 13) ^ w6 >>> 10) | 0) | 0;
		out[p + 8] = w8 + K[r + 8] | 0;
		w9 = (w9 + ((w10 >>> 7 | w10 << 25) ^ (w10 >>> 18 | w10 << 14) ^ w10 >>> 3) | 0) +
			(w2 + ((w7 >>> 17 | w7 << 15) ^ (w7 >>> 19 | w7 << 13) ^ w7 >>> 10) | 0) | 0;
		out[p + 9] = w9 + K[r + 9] | 0;
		w10 = (w10 + ((w11 >>> 7 | w11 << 25) ^ (w11 >>> 18 | w11 << 14) ^ w11 >>> 3) | 0) +
			(w3 + ((w8 >>> 17 | w8 << 15) ^ (w8 >>> 19 | w8 << 13) ^ w8 >>> 10) | 0) | 0;
		out[p + 10] = w10 + K[r + 10] | 0;
		w11 = (w11 + ((w12 >>> 7 | w12 << 25) ^ (w12 >>> 18 | w12 << 14) ^ w12 >>> 3) | 0) +
			(w4 + ((w9 >>> 17 | w9 << 15) ^ (w9 >>> 19 | w9 << 13) ^ w9 >>> 10) | 0) | 0;
		out[p + 11] = w11 + K[r + 11] | 0;
		w12 = (w12 + ((w13 >>> 7 | w13 << 25) ^ (w13 >>> 18 | w13 << 14) ^ w13 >>> 3) | 0) +
			(w5 + ((w10 >>> 17 | w10 << 15) ^ (w10 >>> 19 | w10 << 13) ^ w10 >>> 10) | 0) | 0;
		out[p + 12] = w12 + K[r + 12] | 0;
		w13 = (w13 + ((w14 >>> 7 | w14 << 25) ^ (w14 >>> 18 | w14 << 14) ^ w14 >>> 3) | 0) +
			(w6 + ((w11 >>> 17 | w11 << 15) ^ (w11 >>> 19 | w11 << 13) ^ w11 >>> 10) | 0) | 0;
		out[p + 13] = w13 + K[r + 13] | 0;
		w14 = (w14 + ((w15 >>> 7 | w15 << 25) ^ (w15 >>> 18 | w15 << 14) ^ w15 >>> 3) | 0) +
			(w7 + ((w12 >>> 17 | w12 << 15) ^ (w12 >>> 19 | w12 << 13) ^ w12 >>> 10) | 0) | 0;
		out[p + 14] = w14 + K[r + 14] | 0;
		w15 = (w15 + ((w0 >>> 7 | w0 << 25) ^ (w0 >>> 18 | w0 << 14) ^ w0 >>> 3) | 0) +
			(w8 + ((w13 >>> 17 | w13 << 15) ^ (w13 >>> 19 | w13 << 13) ^ w13 >>> 10) | 0) | 0;
		out[p + 15] = w15 + K[r + 15] | 0;
	}
}

// Mix the 64 words of @s at @o into the state @h.
function rounds(h, s, o) {
	let a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7], t = 0;
	for (let i = o, end = o + 64; i < end; i += 8) {
		t = (k + s[i + 0] | 0) + ((((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (g ^ e & (f ^ g)) | 0)) | 0;
		d = d + t | 0;
		k = t + (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ c & (a ^ b)) | 0) | 0;
		t = (g + s[i + 1] | 0) + ((((d >>> 6 | d << 26) ^ (d >>> 11 | d << 21) ^ (d >>> 25 | d << 7)) + (f ^ d & (e ^ f)) | 0)) | 0;
		c = c + t | 0;
		g = t + (((k >>> 2 | k << 30) ^ (k >>> 13 | k << 19) ^ (k >>> 22 | k << 10)) + (k & a ^ b & (k ^ a)) | 0) | 0;
		t = (f + s[i + 2] | 0) + ((((c >>> 6 | c << 26) ^ (c >>> 11 | c << 21) ^ (c >>> 25 | c << 7)) + (e ^ c & (d ^ e)) | 0)) | 0;
		b = b + t | 0;
		f = t + (((g >>> 2 | g << 30) ^ (g >>> 13 | g << 19) ^ (g >>> 22 | g << 10)) + (g & k ^ a & (g ^ k)) | 0) | 0;
		t = (e + s[i + 3] | 0) + ((((b >>> 6 | b << 26) ^ (b >>> 11 | b << 21) ^ (b >>> 25 | b << 7)) + (d ^ b & (c ^ d)) | 0)) | 0;
		a = a + t | 0;
		e = t + (((f >>> 2 | f << 30) ^ (f >>> 13 | f << 19) ^ (f >>> 22 | f << 10)) + (f & g ^ k & (f ^ g)) | 0) | 0;
		t = (d + s[i + 4] | 0) + ((((a >>> 6 | a << 26) ^ (a >>> 11 | a << 21) ^ (a >>> 25 | a << 7)) + (c ^ a & (b ^ c)) | 0)) | 0;
		k = k + t | 0;
		d = t + (((e >>> 2 | e << 30) ^ (e >>> 13 | e << 19) ^ (e >>> 22 | e << 10)) + (e & f ^ g & (e ^ f)) | 0) | 0;
		t = (c + s[i + 5] | 0) + ((((k >>> 6 | k << 26) ^ (k >>> 11 | k << 21) ^ (k >>> 25 | k << 7)) + (b ^ k & (a ^ b)) | 0)) | 0;
		g = g + t | 0;
		c = t + (((d >>> 2 | d << 30) ^ (d >>> 13 | d << 19) ^ (d >>> 22 | d << 10)) + (d & e ^ f & (d ^ e)) | 0) | 0;
		t = (b + s[i + 6] | 0) + ((((g >>> 6 | g << 26) ^ (g >>> 11 | g << 21) ^ (g >>> 25 | g << 7)) + (a ^ g & (k ^ a)) | 0)) | 0;
		f = f + t | 0;
		b = t + (((c >>> 2 | c << 30) ^ (c >>> 13 | c << 19) ^ (c >>> 22 | c << 10)) + (c & d ^ e & (c ^ d)) | 0) | 0;
		t = (a + s[i + 7] | 0) + ((((f >>> 6 | f << 26) ^ (f >>> 11 | f << 21) ^ (f >>> 25 | f << 7)) + (k ^ f & (g ^ k)) | 0)) | 0;
		e = e + t | 0;
		a = t + (((b >>> 2 | b << 30) ^ (b >>> 13 | b << 19) ^ (b >>> 22 | b << 10)) + (b & c ^ d & (b ^ c)) | 0) | 0;
	}
	h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += k;
}

const M = new Int32Array(16), S = new Int32Array(64);

// Mix the block of 16 words of @m at @at into @h.
function block(h, m, at) {
	schedule(m, at, S, 0);
	rounds(h, S, 0);
}

// The same for 64 bytes.
function compress(h, data, at) {
	for (let i = 0; i < 16; i++, at += 4)
		M[i] = data[at] << 24 | data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3];
	schedule(M, 0, S, 0);
	rounds(h, S, 0);
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

root.PellucidHash = { INITIAL, schedule, rounds, block, compress, putState, digestInto, sha256, hex, Hash };
})(globalThis);
