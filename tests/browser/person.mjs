// SPDX-License-Identifier: Apache-2.0
// node person.mjs BASE DIR PROGRAM CANARY: Zoe asks for a copy and then to be erased; somebody of the desk answers; what the operator makes at the terminal is
// made here. What she takes home lies in DIR: one.receipt, copy.age, proved.zip.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { check, launch, look, result, visitor } from "./browser.mjs";

const [base, dir, program, canary] = process.argv.slice(2);
const browser = await launch();
const text = (page) => page.locator("main").innerText();
const heading = async (page) => (await page.locator("h1").innerText()).trim();
const run = (...args) => execFileSync(program, args, { encoding: "utf8", cwd: dir, stdio: ["ignore", "pipe", "pipe"] });
const address = "zoe@remote.example";

// The code of the N-th mail.
async function code(n) {
	for (let i = 0; i < 300; i++) {
		run("worker", "run", "--once");
		const folder = join(dir, "mail/new"), files = existsSync(folder) ? readdirSync(folder).sort() : [];
		const codes = files.map((f) => readFileSync(join(folder, f), "utf8").match(/(?:[0-9A-Z]{5}-){5}[0-9A-Z]/)?.[0]).filter(Boolean);
		const fresh = codes.find((c) => !used.has(c));
		if (codes.length >= n && fresh) {
			used.add(fresh);
			return fresh;
		}
		await new Promise((r) => setTimeout(r, 100));
	}
	throw new Error(`no mail ${n}`);
}
const used = new Set();

const zoe = await visitor(browser, base, { javaScriptEnabled: false, acceptDownloads: true });
const desk = await visitor(browser, base);
await desk.context().addCookies([{ name: "pl-desk", value: readFileSync(join(dir, "desk.session"), "utf8").trim(), url: base, httpOnly: true, sameSite: "Strict" }]);

async function ask(kind, message, n) {
	await zoe.goto(`${base}/registers`);
	await zoe.click("text=Send something in");
	await zoe.click("main .cards a:has-text('Requests of persons')");
	await zoe.selectOption("#f-kind", kind);
	await zoe.selectOption("#f-regulation", "gdpr");
	await zoe.fill("#f-sender", canary);
	await zoe.fill("#message", message);
	await zoe.fill("#contact", address);
	await zoe.click("#send");
	check(`${kind}: a code is mailed`, await heading(zoe) === "Confirm with your code");
	await zoe.fill("#code", await code(n));
	await zoe.click("main button");
	check(`${kind}: with it comes number ${n}`, await heading(zoe) === `Entered as number ${n}`);
	return zoe.locator("code.secret").innerText();
}

async function receipt(secret) {
	await zoe.goto(`${base}/receipt`);
	await zoe.fill("#secret", secret);
	await zoe.click("main button");
}

async function take(name, selector) {
	const [download] = await Promise.all([zoe.waitForEvent("download"), zoe.click(selector)]);
	await download.saveAs(join(dir, name));
}

async function open(n) {
	await desk.goto(`${base}/desk`);
	await desk.click(`main a:text-is('persons ${n}')`);
	await desk.click("text=Open what is private");
}

async function answer(n, words, files) {
	await open(n);
	await desk.fill("#answer", words);
	await desk.setInputFiles("#answer-files", files.map((f) => join(dir, f)));
	await desk.click("button:text-is('Answer')");
	check(`case ${n} is answered`, /noted/i.test(await text(desk)), await text(desk));
}

async function facts(n, decision) {
	await open(n);
	await desk.selectOption("#f-decision", decision);
	await desk.fill("#f-days", "0");
	await desk.click("text=Write the next revision");
	await desk.selectOption("#state", "closed");
	await desk.click("button:text-is('Set')");
}

// ---- a copy ----
await zoe.goto(`${base}/intake/persons`);
check("the principles stand beside the form", /Nobody needs an account to ask/.test(await zoe.locator("section[aria-labelledby=principles]").innerText()));
await look(zoe, "form of persons");
const recipient = readFileSync(join(dir, "her.key"), "utf8").match(/age1[0-9a-z]+/)[0];
const first = await ask("copy", `Everything that you hold of me.\nEncrypt it to ${recipient}, please.`, 1);
await receipt(first);
await take("one.receipt", "text=Download");
run("register", "head", "persons");

await open(1);
const said = await text(desk);
check("the desk reads who asks", said.includes(address));
const to = said.match(/age1[0-9a-z]+/)[0];
check("and to whom it shall be encrypted", to === recipient);
run("worker", "run", "--once"); // the index: whose cases these are
run("person", "package", `email=${address}`, "--to", to, "--out", "copy-made.age", "--case", "persons/1");
await answer(1, "Here is your copy.", ["copy-made.age"]);
await facts(1, "full");
await receipt(first);
check("she sees that it is closed, and the answer", /closed/.test(await text(zoe)) && /Here is your copy\./.test(await text(zoe)));
check("and how to open and check what came with it", /age -d/.test(await text(zoe)) && /pellucid person check/.test(await text(zoe)));
await look(zoe, "an answer with a copy");
await take("copy.age", "form[action='/receipt/answer'] button");
check("what she takes is what was made", readFileSync(join(dir, "copy.age")).equals(readFileSync(join(dir, "copy-made.age"))));

// ---- the end of it ----
const second = await ask("delete", "Delete what you hold of me.", 2);
run("worker", "run", "--once");
run("person", "hold", "persons", "2", "in-use", "--until", new Date(Date.now() + 20 * 86400000).toISOString().slice(0, 10));
run("person", "erase", `email=${address}`, "--out", "gone.zip", "--case", "persons/2");
run("register", "head", "persons");
run("person", "certificate", "gone.zip", "--out", "proved-made.zip");
await answer(2, "It is done. The certificate says what was destroyed and what was kept.", ["proved-made.zip"]);
await facts(2, "part");
await receipt(second);
await take("proved.zip", "form[action='/receipt/answer'] button");
await look(zoe, "an answer with a certificate");
await receipt(first);
check("by the first secret there is no answer any more", !/Here is your copy/.test(await text(zoe)) && await zoe.locator("form[action='/receipt/answer']").count() === 0);
await look(zoe, "a receipt of what was erased");
await desk.goto(`${base}/desk/case/persons/1`);
check("the desk sees that it is gone", /erased/.test(await text(desk)) && !(await text(desk)).includes(canary));

for (const [name, page] of [["zoe", zoe], ["desk", desk]])
	check(`${name}: no errors, no foreign requests`, page.notes.length === 0, page.notes.join("; "));
await browser.close();
process.exit(result());
