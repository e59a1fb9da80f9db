// SPDX-License-Identifier: Apache-2.0
// Before a form is sent without an address, this machine works for it: it looks for a number whose ticket begins with enough zero
// bits (register/casework/ticket.h). Without script the ticket can be typed.
"use strict";
(function () {

const form = document.getElementById("intake"), ticket = document.getElementById("ticket"), said = document.getElementById("working");
const byHand = document.getElementById("ticket-by-hand"), send = document.getElementById("send");
if (!form || !window.Worker)
	return;
byHand.hidden = true;

function chosen() {
	const way = form.querySelector("input[name=way]:checked");
	return way ? way.value : "";
}

form.addEventListener("submit", (event) => {
	if (chosen() !== "work" || ticket.value)
		return;
	event.preventDefault();
	const worker = new Worker(form.dataset.worker);
	send.disabled = true;
	said.textContent = said.dataset.words;
	worker.onmessage = ({ data }) => {
		worker.terminate();
		ticket.value = data;
		send.disabled = false;
		form.submit();
	};
	worker.onerror = () => {
		worker.terminate();
		send.disabled = false;
		said.textContent = "";
		byHand.hidden = false;
	};
	worker.postMessage({ name: form.dataset.register, bits: Number(form.dataset.bits), hash: new URL(form.dataset.hash, location).href });
});

// Whoever comes back to the page needs a new one.
window.addEventListener("pageshow", () => { ticket.value = ""; send.disabled = false; said.textContent = ""; });

})();
