// SPDX-License-Identifier: Apache-2.0
// node intake.mjs BASE MAILDIR PELLUCID DIR: people send something in at BASE. With PL_SHOTS=DIR pictures are kept.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { check, launch, look, result, visitor } from "./browser.mjs";

const [base, mail, pellucid, dir] = process.argv.slice(2);
const browser = await launch();
const heading = async (page) => (await page.locator("h1").innerText()).trim();

async function mailed(n) {
	for (let i = 0; i < 100; i++) {
		execFileSync(pellucid, ["worker", "run", "--once"], { stdio: "ignore" });
		const files = existsSync(`${mail}/new`) ? readdirSync(`${mail}/new`) : []; // the first message makes it
		if (files.length >= n)
			return files.map((f) => readFileSync(`${mail}/new/${f}`, "utf8").match(/(?:[0-9A-Z]{5}-){5}[0-9A-Z]/)?.[0]).filter(Boolean);
		await new Promise((r) => setTimeout(r, 100));
	}
	return [];
}

// ---- without JavaScript, by mail ----
const plain = await visitor(browser, base, { javaScriptEnabled: false });
await plain.goto(`${base}/registers`);
await plain.click("text=Send something in");
check("the registers lead to the forms", await heading(plain) === "Send something in");
await plain.click("main .cards a");
check("the form has its own heading", await heading(plain) === "Tell us something");
await plain.click("main button");
check("what is missing is said", await plain.locator(".fault:not(:empty)").count() === 3);
check("and counted", /3 answers need/.test(await plain.locator("[role=alert]").innerText()));
await look(plain, "form with faults");
await plain.selectOption("#f-kind", "bad");
await plain.fill("#f-person", "Zoë <b>&amp;</b>");
await plain.fill("#message", "first line\nsecond line <script>");
await plain.fill("#contact", "not an address");
await plain.click("main button");
check("what was typed stays", await plain.inputValue("#f-person") === "Zoë <b>&amp;</b>" &&
	await plain.inputValue("#message") === "first line\nsecond line <script>" && await plain.inputValue("#f-kind") === "bad");
await plain.fill("#contact", "zoe@remote.example");
await plain.click("main button");
check("a code was mailed", await heading(plain) === "Confirm with your code");
await look(plain, "code page");
await plain.fill("#code", "0".repeat(26));
await plain.click("main button");
check("a wrong one is refused", /nothing for this code/.test(await plain.locator("[role=alert]").innerText()));
const codes = await mailed(1);
await plain.fill("#code", codes[0].toLowerCase());
await plain.click("main button");
check("the right one gives a number", await heading(plain) === "Entered as number 1");
await look(plain, "entered");
const secret = await plain.locator("code.secret").innerText();
await plain.goto(`${base}/receipt`);
await plain.fill("#secret", secret);
await plain.click("main button");
check("the secret finds the case", /Case 1/.test(await plain.locator("main").innerText()));

// ---- with JavaScript, without an address ----
const anna = await visitor(browser, base);
await anna.goto(`${base}/intake/tips`);
await look(anna, "form");
check("the ticket is not asked for", await anna.locator("#ticket").isHidden());
await anna.selectOption("#f-kind", "good");
await anna.fill("#message", "without an address");
await anna.check("input[value=work]");
await anna.click("main button");
await anna.waitForSelector("code.secret", { timeout: 60000 });
check("work of the machine gives the next number", await heading(anna) === "Entered as number 2");
await look(anna, "entered with script");

// ---- with an installed product ----
const run = (...args) => execFileSync(pellucid, ["intake", ...args], { encoding: "utf8" }).trim();
const enrolment = run("enrol", `${dir}/vendor.key`, readFileSync(`${dir}/product.pub`, "utf8").trim(), "--passphrase-file", `${dir}/vendor.words`);
await anna.goto(`${base}/intake/tips`);
await anna.selectOption("#f-kind", "good");
await anna.fill("#message", "from a product");
await anna.check("input[value=key]");
await anna.fill("#proof", "something else");
await anna.click("main button");
check("what is no proof is said", /The proof did not count/.test(await anna.locator("[role=alert]").innerText()));
check("and the way stays chosen", await anna.locator("input[value=key]").isChecked());
await look(anna, "form with a bad proof");
await anna.fill("#proof", run("prove", `${dir}/product.key`, enrolment, "log.example/tips", "tips", "--passphrase-file", `${dir}/product.words`));
await anna.click("main button");
check("a product's proof gives the next number", await heading(anna) === "Entered as number 3");

// ---- a page whose cookie is gone, and a page of somebody else ----
{
	const page = await visitor(browser, base);
	await page.goto(`${base}/intake/tips`);
	const [cookie] = (await page.context().cookies(base)).filter((c) => c.name === "pl-form");
	check("a form leaves a cookie for this site alone, until the browser is closed", cookie?.sameSite === "Strict" && cookie.httpOnly && cookie.expires === -1, JSON.stringify(cookie));
	await page.selectOption("#f-kind", "bad");
	await page.fill("#message", "typed before");
	await page.fill("#contact", "zoe@remote.example");
	await page.context().clearCookies();
	await page.context().addCookies([{ name: "pl-form", value: "0".repeat(64), url: base }]);
	await page.click("main button");
	check("a form of another browser is not sent", /Nothing was sent/.test(await page.locator("[role=alert]").innerText()));
	check("and stands there as it was", await page.inputValue("#message") === "typed before" && await page.inputValue("#f-kind") === "bad" && await page.inputValue("#contact") === "zoe@remote.example");
	await look(page, "form of another browser");
	await page.click("main button");
	check("sent once more it is taken", await heading(page) === "Confirm with your code");
	await page.context().addCookies([{ name: "pl-form", value: "1".repeat(64), url: base }]);
	await page.fill("#code", "0123456789ABCDEFGHJKMNPQRS");
	await page.click("main button");
	check("so is a code", /Nothing was sent/.test(await page.locator("[role=alert]").innerText()) && await page.inputValue("#code") === "0123456789ABCDEFGHJKMNPQRS");
	await look(page, "code page of another browser");
	await page.goto(`${base}/receipt`);
	await page.fill("#secret", secret);
	await page.click("main button");
	await page.fill("#message", "typed at the receipt");
	await page.context().addCookies([{ name: "pl-form", value: "2".repeat(64), url: base }]);
	await page.click("main button:has-text('Send')");
	check("a message that is not sent can be copied", /Nothing was sent/.test(await page.locator("[role=alert]").innerText()) && /typed at the receipt/.test(await page.locator("pre").innerText()));
	await look(page, "receipt of another browser");
	check("without cookies a form is taken, too, where the browser says whose page it is", await (async () => {
		await page.goto(`${base}/intake/tips`);
		await page.selectOption("#f-kind", "bad");
		await page.fill("#message", "without cookies");
		await page.fill("#contact", "yve@remote.example");
		await page.context().clearCookies();
		await page.click("main button");
		return await heading(page) === "Confirm with your code";
	})());
	// Localhost on another port is the same site, 127.0.0.1 another one; both are other origins.
	const evil = createServer((_, out) => out.setHeader("Content-Type", "text/html").end(`<form method="post" action="${base}/intake/tips"><input name="f-kind" value="bad">` +
		'<input name="message" value="forged"><input name="contact" value="victim@remote.example"><input name="way" value="mail"><button>win</button></form>'));
	await new Promise((ready) => evil.listen(0, ready));
	for (const host of ["127.0.0.1", "localhost"]) {
		const victim = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
		await victim.goto(`${base}/intake/tips`);
		await victim.goto(`http://${host}:${evil.address().port}/`);
		await victim.click("button");
		check(`a form of another page (${host}) is refused, with words`, await heading(victim) === "This is not open to you" && /from a page of another site/.test(await victim.locator("main").innerText()), await heading(victim));
		await victim.context().close();
	}
	evil.close();
}

// ---- in German ----
await anna.goto(`${base}/intake/tips?lang=de`);
check("the form's words are the register's", /Erzählen Sie uns etwas/.test(await heading(anna)));
check("and the frame is German", /Bitte wählen/.test(await anna.locator("#f-kind").innerText()));
await look(anna, "form in German");
await anna.goto(`${base}/intake`);
await look(anna, "list in German");

for (const [name, page] of [["without script", plain], ["with script", anna]])
	check(`${name}: no errors, no foreign requests`, page.notes.length === 0, page.notes.join("; "));
await browser.close();
process.exit(result());
