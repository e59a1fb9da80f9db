// SPDX-License-Identifier: Apache-2.0
// in: {name, bits, hash}  the register, how many zero bits, the address of recount-hash.js;  out: the ticket (register/casework/ticket.h)
"use strict";

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// 128 random bits as 26 characters: the first has two bits.
function random() {
	const b = crypto.getRandomValues(new Uint8Array(26));
	return LETTERS[b[0] & 3] + Array.from(b.subarray(1), (x) => LETTERS[x & 31]).join("");
}

function zeroBits(d) {
	let n = 0;
	for (const x of d) {
		if (x)
			return n + Math.clz32(x) - 24;
		n += 8;
	}
	return n;
}

onmessage = ({ data }) => {
	importScripts(data.hash);
	const { INITIAL, digestInto } = globalThis.PellucidHash;
	const prefix = `v1:${data.name}:${Math.floor(Date.now() / 1000)}:${random()}:`;
	const head = new TextEncoder().encode(prefix), buffer = new Uint8Array(256), out = new Uint8Array(32), state = INITIAL.slice();
	for (let n = 0; ; n++) {
		const digits = String(n);
		buffer.set(head);
		for (let i = 0; i < digits.length; i++)
			buffer[head.length + i] = digits.charCodeAt(i);
		state.set(INITIAL);
		digestInto(buffer, head.length + digits.length, state, 0, out, 0);
		if (zeroBits(out) >= data.bits) {
			postMessage(prefix + digits);
			return;
		}
	}
};
