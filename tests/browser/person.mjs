// SPDX-License-Identifier: Apache-2.0
// node person.mjs BASE DIR PROGRAM CANARY: Zoe asks for a copy and then to be erased; somebody of the desk orders the answers, a lawyer agrees where it takes
// two, and `pellucid person work` makes them. What she takes home lies in DIR: one.receipt, copy.age, proved.zip.
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
async function somebody(name) {
	const page = await visitor(browser, base);
	await page.context().addCookies([{ name: "pl-desk", value: readFileSync(join(dir, `${name}.session`), "utf8").trim(), url: base, httpOnly: true, sameSite: "Strict" }]);
	return page;
}
const desk = await somebody("desk"), legal = await somebody("legal");

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

// What the desk ordered is made where the keys are; as a timer does.
const work = () => run("person", "work");
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
await desk.fill("#recipient", "age1nobody");
await desk.click("button:text-is('Order the copy')");
check("what is no key is refused", /looks like age1/.test(await text(desk)) && await desk.inputValue("#recipient") === "age1nobody");
await desk.fill("#recipient", to);
await desk.click("button:text-is('Order the copy')");
check("a copy is ordered", /A copy of everything\s+waits/.test(await text(desk)));
await look(desk, "a case with an order");
await desk.fill("#recipient", to);
await desk.click("button:text-is('Order the copy')");
check("once", /It is ordered already/.test(await text(desk)));
check("it is made and given", /^1 answers of the desk given, 0 not$/m.test(work()));
check("once, too", /^0 answers of the desk given, 0 not$/m.test(work()));
// ---- where, and what must stay ----
await open(1);
await desk.click("button:text-is('Ask the stores')");
check("where her data are is asked", /Where data of the person are\s+waits/.test(await text(desk)));
run("worker", "run", "--once");
work();
await open(1);
const told = await text(desk);
check("every store said it, or answers later", told.includes("cases/persons: 1 (zurich-1, example-ag, P24M)") && told.includes("mailing/addresses: ? (frankfurt-2, mailing-gmbh)"));
await desk.fill("#purpose", "All of it");
await desk.click("button:text-is('Tell the stores')");
check("a purpose is a word, and what was typed stays", /A purpose is a word/.test(await text(desk)) && await desk.inputValue("#purpose") === "All of it");
await desk.selectOption("#hold-reason", "legal-duty");
await desk.fill("#hold-until", "2090-01-01");
await desk.click("button:text-is('Hold it')");
check("the case is kept from erasure", /Kept from erasure\s+a law wants it kept, until/.test(await text(desk)));
await look(desk, "a case that is held");
await desk.click("button:text-is('Propose to erase')");
check("nobody proposes to erase it", /The case is held/.test(await text(desk)));
await desk.click("button:text-is('Hold it no longer')");
check("until it is released", !/Kept from erasure/.test(await text(desk)));
await facts(1, "full");
await receipt(first);
check("she sees that it is closed, and the answer", /closed/.test(await text(zoe)) && /Here is the copy of what is held of you\./.test(await text(zoe)));
check("and how to open and check what came with it", /age -d/.test(await text(zoe)) && /pellucid person check/.test(await text(zoe)));
await look(zoe, "an answer with a copy");
await take("copy.age", "form[action='/receipt/answer'] button");
// ---- the end of it ----
const second = await ask("delete", "Delete what you hold of me.", 2);
run("worker", "run", "--once");
await open(2);
await desk.click("button:text-is('Propose to erase and certify')");
check("an erasure is proposed", /erase what is held of the person who asked by a case/.test(await text(desk)));
const decision = new URL(desk.url()).pathname;
check("who proposed it does not decide", await desk.locator("button:has-text('Approve')").count() === 0);
check("nothing is made of one voice", /^0 answers of the desk given, 0 not$/m.test(work()));
await legal.goto(`${base}${decision}`);
check("the lawyer sees which case", await legal.locator("a[href='/desk/case/persons/2']").count() === 1);
await look(legal, "a decision to erase a person");
await legal.click("button:has-text('Approve')");
check("two persons order it", /carried out/i.test(await text(legal)));
check("it is carried out", /^1 answers of the desk given, 0 not$/m.test(work()));
await desk.goto(`${base}/desk/case/persons/2`);
check("the desk sees that proofs are missing", /Erasure and its certificate\s+given; proofs follow/.test(await text(desk)));
check("and that a processor was asked, too, and took it", /mailing\s+Erasure and its certificate\s+taken in/.test(await text(desk)));
await look(desk, "a case with processors");
await receipt(second);
check("she is told", /It is erased\. The certificate says/.test(await text(zoe)));
check("there is nothing more before the next head", /^0 answers of the desk given, 0 not$/m.test(work()));
run("register", "head", "persons");
check("then the proofs are given", /^1 answers of the desk given, 0 not$/m.test(work()));
await facts(2, "part");
await receipt(second);
check("and said", /The same certificate, now with the proof/.test(await text(zoe)));
await take("proved.zip", "article:last-of-type form[action='/receipt/answer'] button");
await look(zoe, "an answer with a certificate");
await receipt(first);
check("by the first secret there is no answer any more", !/Here is the copy/.test(await text(zoe)) && await zoe.locator("form[action='/receipt/answer']").count() === 0);
await look(zoe, "a receipt of what was erased");
await desk.goto(`${base}/desk/case/persons/1`);
check("and no form to order by what is gone", await desk.locator("#recipient").count() === 0);
check("the desk sees that it is gone", /erased/.test(await text(desk)) && !(await text(desk)).includes(canary));

for (const [name, page] of [["zoe", zoe], ["desk", desk], ["legal", legal]])
	check(`${name}: no errors, no foreign requests`, page.notes.length === 0, page.notes.join("; "));
await browser.close();
process.exit(result());
