// SPDX-License-Identifier: Apache-2.0
// node decide.mjs BASE DIR: somebody of the desk proposes, a lawyer declines and agrees, an auditor looks. DIR holds their sessions.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { check, launch, look, result, visitor } from "./browser.mjs";

const [base, dir] = process.argv.slice(2);
const browser = await launch();
const text = (page) => page.locator("main").innerText();

async function somebody(name, options = {}) {
	const page = await visitor(browser, base, options);
	const value = readFileSync(join(dir, `${name}.session`), "utf8").trim();
	await page.context().addCookies([{ name: "pl-desk", value, url: base, httpOnly: true, sameSite: "Strict" }]);
	return page;
}

const desk = await somebody("desk", { javaScriptEnabled: false }), legal = await somebody("legal");

async function open() {
	await desk.goto(`${base}/desk/case/tips/1`);
	await desk.click("text=Open what is private");
}

async function propose(reason) {
	await open();
	await desk.selectOption("#p-decision", "rejected");
	await desk.click("summary:has-text('Set with it')");
	await desk.selectOption("#p-ground", "not-held");
	await desk.fill("#why", reason);
	await desk.click("main button:text-is('Propose it')");
}

await open();
check("the form of facts says what it does not do", /rejected \(by two persons\)/.test(await desk.locator("#f-decision").innerText()));
await desk.selectOption("#f-decision", "rejected");
await desk.click("text=Write the next revision");
check("and does not do it", /Two persons decide that/.test(await text(desk)) && /revision 0/.test(await desk.locator("dl.pairs").first().innerText()));
check("only what needs two is offered", (await desk.locator("#p-decision option").allInnerTexts()).join() === "as it is,rejected");
await desk.selectOption("#p-decision", "rejected");
await desk.click("main button:text-is('Propose it')");
check("a proposal has a reason", /say why/.test(await desk.locator("section[aria-labelledby=two]").innerText()));
check("what was chosen stays", await desk.inputValue("#p-decision") === "rejected");
await look(desk, "a proposal that was refused");
await propose("We do not hold it.\nNot <b>at all</b>.");
check("it is proposed", /proposed/i.test(await text(desk)) && /another person has to approve/.test(await text(desk)));
check("who proposed it does not decide", await desk.locator("button:has-text('Approve')").count() === 0 && await desk.locator("button:has-text('Withdraw')").count() === 1);
const path = new URL(desk.url()).pathname;
await look(desk, "a proposal of one's own");
await legal.goto(`${base}/desk/decisions`);
check("it is in the list", /a case, by two persons/.test(await text(legal)));
await legal.goto(`${base}/desk/case/tips/1`);
check("the case says that it waits", /Waits for a second person: decision: rejected, ground: not-held · proposed by desk/.test((await text(legal)).replace(/\s+/g, " ")));
await legal.click("text=Open what is private");
await look(legal, "a case that waits");
await legal.click("text=Look at the proposal >> nth=0");
check("what is proposed, and by whom", /not-held/.test(await text(legal)) && /desk/.test(await text(legal)) && !/do not hold/.test(await text(legal)));
check("nobody agrees before the reason is open", await legal.locator("button:has-text('Approve')").count() === 0);
await look(legal, "a proposal whose reason is closed");
await legal.click("text=Open the reason >> nth=0");
check("the reason, as it was written", /We do not hold it\.\nNot <b>at all<\/b>\./.test(await text(legal)));
await look(legal, "a proposal to decide on");
await legal.click("button:has-text('Refuse')");
check("declining needs a reason, too", /Say why you do not agree/.test(await text(legal)) && await legal.locator("button:has-text('Approve')").count() === 1);
await legal.fill("#text", "Look again.");
await legal.click("button:has-text('Refuse')");
check("it is declined", /refused/.test(await text(legal)));
await propose("Looked again.");
const again = new URL(desk.url()).pathname;
check("and proposed anew", again !== path);
await legal.goto(`${base}${again}?lang=de`);
await legal.click("text=Die Begründung öffnen >> nth=0");
check("in German", /Zustimmen/.test(await text(legal)) && /Looked again\./.test(await text(legal)));
await look(legal, "a proposal in German");
await legal.click("button:has-text('Gutheißen')");
await legal.goto(`${base}/desk/case/tips/1?lang=en`);
check("the case is changed", /revision 1/.test(await legal.locator("dl.pairs").first().innerText()));
check("and its file names both", /Decided by a second person · decision: rejected, ground: not-held .* · legal · proposed by desk/.test((await text(legal)).replace(/\s+/g, " ")));
check("nothing waits", !/Waits for a second person/.test(await text(legal)));
await look(legal, "a case that two decided on");

const auditor = await somebody("auditor");
await auditor.goto(`${base}${again}`);
await auditor.click("text=Open the reason >> nth=0");
check("an auditor reads why", /Looked again\./.test(await text(auditor)));
check("and decides nothing", await auditor.locator("button:has-text('Approve')").count() === 0);

for (const [name, page] of [["desk", desk], ["legal", legal], ["auditor", auditor]])
	check(`${name}: no errors, no foreign requests`, page.notes.length === 0, page.notes.join("; "));
await browser.close();
process.exit(result());
