// SPDX-License-Identifier: Apache-2.0
// Passkeys (WebAuthn): asks this site for options, the authenticator for an answer, and hands it in. Texts and addresses stand in the
// attributes of #passkey, in the page's language. Without this script everything else works, with password and code.
"use strict";
(function () {

const panel = document.getElementById("passkey");
if (!panel || !window.PublicKeyCredential) {
	if (panel && !window.isSecureContext) {
		panel.hidden = false;
		panel.querySelector("button").disabled = true;
		panel.querySelector(".said").textContent = panel.dataset.insecure;
	}
	return;
}
const button = panel.querySelector("[data-passkey]"), said = panel.querySelector(".said"), name = document.getElementById("passkey-name");
panel.hidden = false;

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// An answer of ours, or an Error with words for people.
async function send(url, body) {
	const answer = await fetch(url, {
		method: "POST", body: JSON.stringify(body), credentials: "same-origin", redirect: "error",
		headers: { "Content-Type": "application/json", "X-Pellucid-Token": panel.dataset.token },
	});
	const said = await answer.json().catch(() => ({}));
	if (!answer.ok)
		throw new Error(said.error || panel.dataset.failed);
	return said;
}

function withBytes(options) {
	options.challenge = bytes(options.challenge);
	for (const list of [options.excludeCredentials, options.allowCredentials])
		for (const credential of list || [])
			credential.id = bytes(credential.id);
	if (options.user)
		options.user.id = bytes(options.user.id);
	return options;
}

// What toJSON() would give; written out, because not every browser has it.
function asJSON(credential) {
	const r = credential.response, response = { clientDataJSON: text(r.clientDataJSON) };
	if (r.attestationObject) {
		response.attestationObject = text(r.attestationObject);
	} else {
		response.authenticatorData = text(r.authenticatorData);
		response.signature = text(r.signature);
		if (r.userHandle)
			response.userHandle = text(r.userHandle);
	}
	return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

function words(error) {
	if (error.name === "NotAllowedError" || error.name === "AbortError")
		return panel.dataset.cancelled;
	if (error.name === "InvalidStateError")
		return panel.dataset.known || panel.dataset.failed;
	return error.constructor === Error ? error.message : panel.dataset.failed;
}

async function run() {
	const publicKey = withBytes(await send(panel.dataset.options, {}));
	const kind = button.dataset.passkey;
	const answer = asJSON(await navigator.credentials[kind]({ publicKey }));
	if (name && name.value.trim())
		answer.name = name.value.trim();
	const to = panel.dataset.to ? `?to=${encodeURIComponent(panel.dataset.to)}` : "";
	const result = await send(panel.dataset.answer + to, answer);
	if (panel.dataset.form)
		document.getElementById(panel.dataset.form).submit();
	else
		location.assign(result.to);
}

button.addEventListener("click", async () => {
	button.disabled = true;
	said.textContent = panel.dataset.working;
	try {
		await run();
	} catch (error) {
		said.textContent = words(error);
		button.disabled = false;
	}
});

})();
