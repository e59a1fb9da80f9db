// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) of a file of any size, read in pieces: memory does not grow with the file.
"use strict";

const K = new Uint32Array(64);
const INITIAL = new Uint32Array(8);

// The constants are the fraction bits of cube and square roots of the first primes.
(function () {
	const fraction = (x) => ((x - Math.floor(x)) * 4294967296) >>> 0;
	let count = 0;
	for (let n = 2; count < 64; n++) {
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

class Sha256 {
	constructor() {
		this.h = INITIAL.slice();
		this.w = new Int32Array(64);
		this.rest = new Uint8Array(64);
		this.restLength = 0;
		this.length = 0;
	}

	block(data, at) {
		const w = this.w, h = this.h;
		for (let i = 0; i < 16; i++, at += 4)
			w[i] = data[at] << 24 | data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3];
		for (let i = 16; i < 64; i++) {
			const x = w[i - 15], y = w[i - 2];
			const s0 = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
			const s1 = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
			w[i] = w[i - 16] + s0 + w[i - 7] + s1 | 0;
		}
		let a = h[0] | 0, b = h[1] | 0, c = h[2] | 0, d = h[3] | 0;
		let e = h[4] | 0, f = h[5] | 0, g = h[6] | 0, k = h[7] | 0;
		for (let i = 0; i < 64; i++) {
			const s1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
			const t1 = k + s1 + (e & f ^ ~e & g) + K[i] + w[i] | 0;
			const s0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
			const t2 = s0 + (a & b ^ a & c ^ b & c) | 0;
			k = g; g = f; f = e; e = d + t1 | 0;
			d = c; c = b; b = a; a = t1 + t2 | 0;
		}
		h[0] += a; h[1] += b; h[2] += c; h[3] += d;
		h[4] += e; h[5] += f; h[6] += g; h[7] += k;
	}

	update(data) {
		let at = 0;
		this.length += data.length;
		if (this.restLength > 0) {
			at = Math.min(64 - this.restLength, data.length);
			this.rest.set(data.subarray(0, at), this.restLength);
			this.restLength += at;
			if (this.restLength < 64)
				return;
			this.block(this.rest, 0);
			this.restLength = 0;
		}
		for (; at + 64 <= data.length; at += 64)
			this.block(data, at);
		this.rest.set(data.subarray(at));
		this.restLength = data.length - at;
	}

	hex() {
		const bits = this.length * 8;
		const tail = new Uint8Array(this.restLength < 56 ? 64 : 128);
		tail.set(this.rest.subarray(0, this.restLength));
		tail[this.restLength] = 0x80;
		const view = new DataView(tail.buffer);
		view.setUint32(tail.length - 8, Math.floor(bits / 4294967296));
		view.setUint32(tail.length - 4, bits >>> 0);
		for (let at = 0; at < tail.length; at += 64)
			this.block(tail, at);
		return Array.from(this.h, (v) => v.toString(16).padStart(8, "0")).join("");
	}
}

const PIECE = 262144;

// One buffer is lent to the stream and comes back filled: no garbage, so memory stays at a few megabytes. A browser whose files
// have no byte streams reads slices.
async function readPieces(file, take) {
	let reader;
	try {
		reader = file.stream().getReader({ mode: "byob" });
	} catch {
		for (let at = 0; at < file.size; at += PIECE)
			take(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
		return;
	}
	for (let buffer = new ArrayBuffer(PIECE);;) {
		const { value, done } = await reader.read(new Uint8Array(buffer));
		if (done)
			return;
		take(value);
		buffer = value.buffer;
	}
}

async function hashFile(file, progress) {
	const hash = new Sha256();
	await readPieces(file, (piece) => {
		hash.update(piece);
		progress(hash.length);
	});
	if (hash.length !== file.size)
		throw new Error("the file changed while it was read");
	return hash.hex();
}

if (typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope) {
	self.onmessage = async (event) => {
		let last = 0;
		try {
			const digest = await hashFile(event.data, (done) => {
				// Not more than ten messages a second.
				const now = Date.now();
				if (now - last >= 100) {
					last = now;
					self.postMessage({ done });
				}
			});
			self.postMessage({ digest });
		} catch (error) {
			self.postMessage({ error: String(error && error.message) });
		}
	};
} else if (typeof module !== "undefined") {
	module.exports = { Sha256 };
}
