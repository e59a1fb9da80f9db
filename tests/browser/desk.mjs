// SPDX-License-Identifier: Apache-2.0
// node desk.mjs BASE CODE DATABASE: two administrators at the desk at BASE. With PL_SHOTS=DIR pictures are kept.
import { createHmac } from "node:crypto";
import { execFileSync } from "node:child_process";
import { check, launch, look, result, visitor } from "./browser.mjs";

const [base, firstCode, database] = process.argv.slice(2);
const browser = await launch(), password = "a long sentence that nobody guesses";

const sql = (text) => execFileSync("sqlite3", [database, `.timeout 5000`, text], { encoding: "utf8" }).trim();

function totp(secret, steps = 0) {
	const bits = [...secret.replace(/ /g, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
	const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2))), counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + steps));
	const mac = createHmac("sha1", key).update(counter).digest(), at = mac[19] & 15;
	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

// A login counts as fresh for five minutes, which a busy machine may need for less than it seems: pages are looked at in between.
const logins = (seconds) => sql(`update session set fresh_at = ${Date.now() - seconds * 1000}000000`);

const person = (options) => visitor(browser, base, options);

const body = (page) => page.locator("main").innerText();
const says = async (what, page, words) => {
	const text = await body(page);
	check(what, words.test(text), text.slice(0, 400));
};
const at = (what, page, path) => check(what, new URL(page.url()).pathname === path, page.url());

async function logIn(page, name, code) {
	await page.goto(`${base}/desk/login`);
	await page.fill("#name", name);
	await page.fill("#password", password);
	await page.fill("#code", code);
	await page.click("main form[action='/desk/login'] button");
}

// ---- ada, without JavaScript: a code, a password with one-time codes ----
const ada = await person({ javaScriptEnabled: false });
await ada.goto(`${base}/desk`);
at("whoever is not logged in is asked to", ada, "/desk/login");
check("the passkey is not offered without JavaScript", await ada.locator("#passkey").isHidden());
await ada.click("text=I have a code of an invitation");
await ada.fill("#code", "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF");
await ada.click("main button");
await says("a wrong code is refused", ada, /not right/);
await ada.fill("#code", firstCode.toLowerCase());
await ada.click("main button");
at("the code opens the way", ada, "/desk/enrol/way");
await ada.goto(`${base}/desk/accounts`);
at("and nothing else", ada, "/desk/enrol/way");
await ada.click("text=Set a password");
await ada.fill("#password", password);
await ada.fill("#repeat", "something else that is long");
await ada.click("main button");
await says("two different passwords are refused", ada, /not the same/);
await ada.fill("#password", "xxxxxxxxxxxx");
await ada.fill("#repeat", "xxxxxxxxxxxx");
await ada.click("main button");
await says("a bad password is refused", ada, /at least 12/);
await ada.fill("#password", password);
await ada.fill("#repeat", password);
await ada.click("main button");
const secret = (await ada.locator("code.secret").innerText()).trim();
check("the secret is shown as text", /^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/.test(secret), secret);
check("and as a picture", await ada.locator(".qr svg path").getAttribute("d").then((d) => d.length > 1000));
check("and as an address", (await ada.locator("details code").textContent()).startsWith("otpauth://totp/"));
await look(ada, "secret");
await ada.fill("#code", "000000");
await ada.click("main button");
await says("a wrong code does not confirm it", ada, /clock/);
await ada.fill("#code", totp(secret));
await ada.click("main button");
const adaCodes = await ada.locator(".codes code").allInnerTexts();
check("ten recovery codes are shown", adaCodes.length === 10);
await look(ada, "recovery codes");
await ada.goto(`${base}/desk`);
at("the enrolment has ended", ada, "/desk/login");

// ---- logging in, and guessing ----
await logIn(ada, "ada", "123456");
await says("a wrong code does not log in", ada, /Name, password or code is not right/);
const known = await body(ada);
await logIn(ada, "nobody", "123456");
check("somebody unknown gets the same words", await body(ada) === known);
check("what was typed stays, but for secrets", await ada.inputValue("#name") === "nobody" && await ada.inputValue("#password") === "");
await logIn(ada, "ada", totp(secret, 1));
at("password and code log in", ada, "/desk/accounts");
const cookies = await ada.context().cookies();
const cookie = cookies.find((c) => c.name === "pl-desk");
check("the cookie is HttpOnly and Strict", cookie && cookie.httpOnly && cookie.sameSite === "Strict" && cookie.path === "/");
check("the visitor's cookie is gone", !cookies.some((c) => c.name === "pl-visit"));
check("no address holds the session", !ada.url().includes(cookie.value));

// ---- bob is invited, and enrols with a passkey ----
async function invite(page, name, roles) {
	await page.goto(`${base}/desk/accounts`);
	await page.fill("#name", name);
	await page.fill("#email", "them@example.org");
	for (const role of ["desk", "legal", "officer", "auditor", "administrator"])
		await page.setChecked(`input[name="role-${role}"]`, roles.includes(role));
	await page.click("text=Invite >> nth=-1");
}
logins(0);
await invite(ada, "Not A Name", ["desk"]);
await says("a bad name is refused", ada, /begins with a letter/);
check("and what was typed stays", await ada.inputValue("#name") === "Not A Name");
await invite(ada, "bob", ["administrator"]);
const bobCode = (await ada.locator("code.secret").innerText()).trim();
check("the code of an invitation is shown once", /^([0-9A-Z]{4}-){5}[0-9A-Z]{4}$/.test(bobCode), bobCode);
await look(ada, "invitation");

const bob = await person();
const cdp = await bob.context().newCDPSession(bob);
await cdp.send("WebAuthn.enable");
const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal",
	hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
await bob.goto(`${base}/desk/enrol`);
await look(bob, "enrolment");
await bob.fill("#code", bobCode);
await bob.click("main button");
await look(bob, "way to log in");
await bob.click("text=Set up a passkey");
await look(bob, "new passkey");
await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
await bob.click("[data-passkey]");
await bob.waitForFunction(() => /Cancelled/.test(document.querySelector(".said").textContent), null, { timeout: 90000 });
check("an authenticator that does not verify its user registers nothing", true);
await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
await bob.fill("#passkey-name", "blue key");
await bob.click("[data-passkey]");
await bob.waitForURL(/login/);
await says("a passkey completes the account", bob, /account is ready/);
await look(bob, "login");

let replay;
bob.on("request", (r) => {
	if (r.url().includes("/desk/login/passkey?") || r.url().endsWith("/desk/login/passkey"))
		replay = { url: r.url(), body: r.postData(), token: r.headers()["x-pellucid-token"] };
});
async function passkeyIn(page) {
	await page.goto(`${base}/desk/login`);
	await page.click("[data-passkey]");
}
await passkeyIn(bob);
await bob.waitForURL(/accounts/);
check("the passkey logs in", true);
const again = await bob.evaluate(async ({ url, body, token }) => {
	const r = await fetch(url, { method: "POST", body, headers: { "Content-Type": "application/json", "X-Pellucid-Token": token } });
	return [r.status, await r.text()];
}, replay);
check("an answer counts once, for one browser", again[0] === 403 && !/"to"/.test(again[1]), again.join(" "));
await bob.goto(`${base}/desk/account`);
check("the passkey has its name", await bob.inputValue("input[name=name]") === "blue key");
await look(bob, "my account");
await bob.fill("input[name=name]", "<b>green</b> key");
await bob.click("text=Save name");
check("it is renamed", await bob.inputValue("input[name=name]") === "<b>green</b> key");
await bob.click("text=Remove passkey");
await says("the last way to log in stays", bob, /last way/);

// A copy of the passkey, whose counter stayed behind.
await bob.click("text=Log out");
await says("logged out", bob, /logged out/);
const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
await cdp.send("WebAuthn.clearCredentials", { authenticatorId });
await cdp.send("WebAuthn.addCredential", { authenticatorId, credential: { ...credentials[0], signCount: 0 } });
await passkeyIn(bob);
await bob.waitForFunction(() => /not accepted/.test(document.querySelector(".said").textContent));
check("a copied passkey is refused", true);
await look(bob, "login refused");
await cdp.send("WebAuthn.clearCredentials", { authenticatorId });
await cdp.send("WebAuthn.addCredential", { authenticatorId, credential: { ...credentials[0], signCount: credentials[0].signCount + 10 } });
await passkeyIn(bob);
await bob.waitForURL(/accounts/);

// Elsewhere: another origin of the same machine.
const elsewhere = await person();
const other = base.replace("localhost", "127.0.0.1");
await elsewhere.goto(`${other}/desk/login`);
await says("under another address the page says where to go", elsewhere, /one address only/);
await elsewhere.fill("#name", "ada");
await elsewhere.fill("#password", password);
await elsewhere.fill("#code", adaCodes[0]);
await elsewhere.click("main form[action='/desk/login'] button");
await says("and logs nobody in", elsewhere, /did not come from one of our own pages/);
await elsewhere.route("http://elsewhere.example/", (r) => r.fulfill({ contentType: "text/html",
	body: `<form method="post" action="${base}/desk/login"><input name="name" value="ada"><button>go</button></form>` }));
await elsewhere.goto("http://elsewhere.example/");
await elsewhere.click("button");
await says("a form of another site is refused", elsewhere, /did not come from one of our own pages/);

// ---- four eyes ----
await look(bob, "accounts");
logins(0);
await ada.goto(`${base}/desk/accounts`);
await ada.click("table a:text-is('bob')");
const bobPage = new URL(ada.url()).pathname;
await ada.check("input[name='role-officer']");
await ada.check("input[name='role-auditor']");
await ada.click("text=Propose these roles");
await says("with two administrators a role is a proposal", ada, /Another administrator has to approve/);
check("who proposed cannot approve", await ada.getByRole("button", { name: "Approve" }).count() === 0);
const proposal = new URL(ada.url()).pathname;
await bob.goto(`${base}/desk/accounts`);
check("the other one is told", (await bob.locator(".count").innerText()).startsWith("1"));
await bob.goto(base + bobPage);
await look(bob, "one account");
await bob.goto(`${base}/desk/decisions`);
await look(bob, "decisions");
logins(0);
await bob.goto(base + proposal);
await says("exactly what is decided is shown", bob, /act roles\s+from administrator\s+to officer,auditor,administrator/);
await look(bob, "a decision");
await bob.getByRole("button", { name: "Approve" }).click();
await says("and approved", bob, /carried out/);
await bob.goto(`${base}/desk`);
at("an officer sees work", bob, "/desk");
await says("with what is overdue", bob, /promise overdue/);
await look(bob, "work");
await bob.goto(`${base}/desk/events`);
await says("the events are whole", bob, /no event is missing or edited/);
await says("and tell of the copy", bob, /perhaps copied/);
await look(bob, "events");

// ---- a login that is not fresh any more: what was typed goes on ----
logins(301);
await invite(ada, "carl", ["desk", "legal"]);
await says("a dangerous act wants a new login", ada, /confirm that it is you/);
await look(ada, "confirm without script");
await ada.fill("#again-password", password);
await ada.fill("#again-code", "000000");
await ada.click("main button");
await says("a wrong one is refused", ada, /not right/);
await ada.fill("#again-password", password);
await ada.fill("#again-code", adaCodes[1]);
await ada.click("main button");
await says("a right one goes on with what was typed", ada, /Code for carl/);
const wanted = sql("select cast(bytes as text) from decision order by decision desc limit 1");
check("with its roles", /to desk,legal/.test(wanted), wanted);
await bob.goto(base + bobPage);
logins(301);
await bob.uncheck("input[name='role-auditor']");
await bob.click("text=Propose these roles");
await says("the same by passkey", bob, /confirm that it is you/);
await look(bob, "confirm with a passkey");
await bob.click("[data-passkey]");
await bob.waitForURL(/decisions/);
await says("goes on by itself", bob, /act roles\s+from officer,auditor,administrator\s+to officer,administrator/);
await bob.getByRole("button", { name: "Withdraw" }).click();
await says("a proposal is withdrawn", bob, /closed/);
logins(301);
await bob.goto(`${base}/desk/password`);
await says("a page may want it, too", bob, /confirm that it is you/);
await bob.click("[data-passkey]");
await bob.waitForSelector("#repeat"); // the address is the same
await look(bob, "new password");

// ---- recovery codes, sessions, expiry ----
await ada.goto(`${base}/desk/account`);
await ada.click("text=New recovery codes");
await ada.fill("#again-password", password);
await ada.fill("#again-code", adaCodes[3]);
await ada.click("main button");
const fresh = await ada.locator(".codes code").allInnerTexts();
check("new recovery codes", fresh.length === 10 && fresh.every((c) => !adaCodes.includes(c)));
const second = await person();
await logIn(second, "ada", adaCodes[2]);
await says("old recovery codes are dead", second, /not right/);
await logIn(second, "ada", fresh[0]);
at("new ones work", second, "/desk/accounts");
await ada.goto(`${base}/desk/account`);
check("both sessions are listed", await ada.locator("table tbody tr").count() === 2);
await ada.locator("table tbody tr", { hasNotText: "this one" }).locator("button").click();
await second.goto(`${base}/desk`);
at("one ends the other", second, "/desk/login");
await ada.goto(`${base}/desk/accounts`);
await ada.fill("#name", "dora");
sql("update session set seen_at = seen_at - 901000000000");
await ada.click("text=Invite >> nth=-1");
await says("a session that idled is over", ada, /session has ended/);
check("and nothing happened", sql("select count(*) from account") === "3");
await passkeyIn(bob);
await bob.waitForURL((url) => !/login/.test(url.pathname)); // not there yet, the next address would be cut off by this one
await bob.goto(`${base}/desk/account`);
await bob.click("text=End all sessions");
await says("all sessions end", bob, /All sessions were ended/);

// ---- too many guesses: how long to wait ----
for (let i = 0; i < 12 && !/Please wait/.test(await body(second)); i++) // a slow machine outwaits the first ones
	await logIn(second, "ada", "111111");
await says("whoever guesses is told how long to wait", second, /Please wait \d+ seconds?/);
await look(second, "wait");
await second.goto(`${base}/desk/login?lang=de`);
await says("German", second, /Mit einem Passwort/);
await look(second, "login in German");

for (const [name, page] of [["ada", ada], ["bob", bob], ["the second", second]])
	check(`${name}: no errors, no foreign requests`, page.notes.length === 0, page.notes.join("; "));
await browser.close();
process.exit(result());
