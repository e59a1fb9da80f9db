// SPDX-License-Identifier: Apache-2.0
// node asks.mjs BASE DIR PELLUCID: a visitor asks for a copy, the desk and a lawyer grant it. DIR holds their sessions and gets the copy.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { check, launch, look, result, visitor } from "./browser.mjs";

const [base, dir, pellucid] = process.argv.slice(2);
const browser = await launch();
const text = (page) => page.locator("main").innerText();
const heading = async (page) => (await page.locator("h1").innerText()).trim();
const ticket = () => execFileSync(pellucid, ["intake", "ticket", "document-requests", "--bits", "10"], { encoding: "utf8" }).trim();

async function somebody(name, options = {}) {
	const page = await visitor(browser, base, options);
	const value = readFileSync(join(dir, `${name}.session`), "utf8").trim();
	await page.context().addCookies([{ name: "pl-desk", value, url: base, httpOnly: true, sameSite: "Strict" }]);
	return page;
}

// ---- asking, without JavaScript ----
const plain = await visitor(browser, base, { javaScriptEnabled: false });
await plain.goto(`${base}/audit/soc2-2024-2`);
await plain.click("text=Ask for a copy");
check("the page of an audit leads to its document", /SOC 2 report of 2024/.test(await text(plain)) && /for 365 days/.test(await text(plain)));
await plain.click("text=Ask for another document");
check("and on to all that can be asked for", /What can be asked for/.test(await text(plain)) && await plain.locator("main .cards a").count() === 2);
check("a document is chosen before there is a form", await plain.locator("form#intake").count() === 0);
await plain.click("text=Penetration test of 2026");
check("its terms stand there", /shows it to nobody else/.test(await plain.locator("pre.terms").innerText()));
check("with their digest", (await plain.inputValue("[name=f-terms]")).startsWith("sha256:") &&
	(await text(plain)).includes(await plain.inputValue("[name=f-terms]")));
await plain.fill("#f-customer", "Wiesenpieper & Söhne");
await plain.fill("#message", "we buy from you");
await plain.fill("#ticket", ticket());
await plain.click("#send");
check("without accepting them nothing is sent", /tick the box/.test(await plain.locator("[role=alert]").innerText()));
check("and what was typed stays", await plain.inputValue("#f-customer") === "Wiesenpieper & Söhne" && await plain.inputValue("#message") === "we buy from you");
await plain.check("[name=accept]");
await plain.fill("#ticket", ticket());
await plain.click("#send");
check("accepted it is entered", await heading(plain) === "Entered as number 1");
const secret = (await plain.locator("code.secret").innerText()).trim();
const receipt = async (page) => {
	await page.goto(`${base}/receipt?lang=en`);
	await page.fill("#secret", secret);
	await page.click("main button");
};
await receipt(plain);
check("its receipt says that it waits", /waits for a decision/.test(await text(plain)));

// ---- the same pages with script, looked at ----
const anna = await visitor(browser, base);
await anna.goto(`${base}/intake/document-requests`);
await look(anna, "ask offers");
await anna.click("text=Penetration test of 2026");
await look(anna, "ask form");
await anna.fill("#f-customer", "Rohrammer");
await anna.check("[name=accept]");
await anna.click("#send");
await anna.waitForSelector("code.secret", { timeout: 60000 });
check("her machine works for the next number", await heading(anna) === "Entered as number 2");
const other = (await anna.locator("code.secret").innerText()).trim();
await anna.goto(`${base}/intake/document-requests?lang=de`);
check("in German", /Worum gebeten werden kann/.test(await text(anna)));

// ---- the desk ----
const desk = await somebody("desk");
await desk.goto(`${base}/desk?lang=en`);
await desk.click("text=Requests for documents, and copies");
check("the desk has a queue of them", await desk.locator("section[aria-labelledby=waiting] tbody tr").count() === 2);
await look(desk, "desk hand-outs waiting");
await desk.click("text=document-requests 1");
await look(desk, "desk request closed");
await desk.click("button:has-text('Open what is private')");
check("it says who asks", /Wiesenpieper & Söhne/.test(await desk.locator("section[aria-labelledby=ask]").innerText()));
check("the last day is proposed", /^20\d\d-\d\d-\d\d$/.test(await desk.inputValue("#ask-expires")));
await look(desk, "desk request");
await desk.fill("#ask-expires", "tomorrow");
await desk.click("text=Propose to grant it");
check("what is no day is said", /a day is one like/.test(await text(desk)) && await desk.inputValue("#ask-expires") === "tomorrow");
await desk.fill("#ask-expires", "2199-01-31");
await desk.click("text=Propose to grant it");
check("it is proposed", /expires 2199-01-31/.test(await text(desk)));
const legal = await somebody("legal", { javaScriptEnabled: false });
await legal.goto(`${desk.url().split("?")[0]}?lang=en`);
await legal.click("button:has-text('Approve')");
check("a lawyer agrees, and it is done", /carried out|Carried out/.test(await text(legal)), (await text(legal)).slice(0, 300));
await legal.goto(`${base}/desk/case/document-requests/2`);
await legal.click("button:has-text('Open what is private')");
await legal.selectOption("#ask-reason", "not-a-customer");
await legal.fill("#ask-words", "Become one.");
await legal.click("form[action$='/ask/refuse'] button");
check("the other one is refused", /refused\s+not a customer/.test(await text(legal)));

// ---- the copy ----
await receipt(plain);
check("the asker reads until when", /granted/.test(await text(plain)) && /31 January 2199|2199/.test(await text(plain)));
const [download] = await Promise.all([plain.waitForEvent("download"), plain.click("text=Download >> nth=-1")]);
await download.saveAs(join(dir, "copy.pdf"));
check("and fetches a PDF", readFileSync(join(dir, "copy.pdf")).subarray(0, 5).toString() === "%PDF-" && download.suggestedFilename().endsWith(".pdf"), download.suggestedFilename());
await receipt(anna);
await look(anna, "receipt with a copy");
await anna.goto(`${base}/receipt?lang=en`);
await anna.fill("#secret", other);
await anna.click("main button");
check("who was refused reads why", /not a customer/.test(await text(anna)) && /Become one/.test(await text(anna)));
await look(anna, "receipt refused");

// ---- longer, and no longer ----
await legal.goto(`${base}/desk/hand-outs?lang=en`);
await legal.click("text=hand-outs 1");
await legal.fill("#expires", "2020-01-01");
await legal.click("form[action$='/prolong'] button");
check("an earlier day is no prolonging", /to a later day than its last one/.test(await text(legal)));
await legal.fill("#expires", "2199-06-30");
await legal.click("form[action$='/prolong'] button");
check("a later one is", /prolonged/.test(await legal.locator("ol.story").innerText()));
await desk.goto(`${base}/desk/hand-out/hand-outs/1`);
check("the desk does not prolong", await desk.locator("form[action$='/prolong']").count() === 0);
const officer = await somebody("officer");
await officer.goto(`${base}/desk/hand-out/hand-outs/1?lang=en`);
await look(officer, "desk hand-out");
await desk.selectOption("#reason", "terms-broken");
await desk.click("form[action$='/take-back'] button");
check("but takes back", /taken back/.test(await desk.locator("ol.story").innerText()) && await desk.locator("form[action$='/take-back']").count() === 0);
await look(desk, "desk hand-out taken back");
await receipt(anna);
check("the receipt says so, and why", /the terms were broken/.test(await text(anna)) && /no longer handed out/.test(await text(anna)));
check("and hands out nothing", await anna.locator("form[action='/receipt/answer'] button").count() === 0);
await look(anna, "receipt taken back");
await desk.goto(`${base}/desk/hand-outs?lang=en`);
await look(desk, "desk hand-outs");
await browser.close();
process.exit(result());
