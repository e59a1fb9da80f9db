// SPDX-License-Identifier: Apache-2.0
// node authority.mjs BASE DIR [ENTRY]: the desk works on requests of authorities and a lawyer decides; with ENTRY the report that is that entry. DIR holds their sessions.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { check, launch, look, result, visitor } from "./browser.mjs";

const [base, dir, entry] = process.argv.slice(2);
const browser = await launch();
const text = async (page) => (await page.locator("main").innerText()).replace(/\s+/g, " ");

async function somebody(name, options = {}) {
	const page = await visitor(browser, base, options);
	const value = readFileSync(join(dir, `${name}.session`), "utf8").trim();
	await page.context().addCookies([{ name: "pl-desk", value, url: base, httpOnly: true, sameSite: "Strict" }]);
	return page;
}

async function report() {
	const page = await visitor(browser, base);
	await page.goto(`${base}/report/${entry}`);
	check("each number has its definition", /EPOC in emergencies, not fulfilled .* Those that got nothing/.test(await text(page)));
	check("emergencies by outcome are a table", /Emergencies by outcome/.test(await text(page)));
	check("and which events start which clocks", /Who works on a case notes “order-received” when it happens; with it these deadlines begin: EPOC\./.test(await text(page)), await text(page));
	check("the rules name calendar and promise", /calendar DE/.test(await text(page)) && /promised within 60 days/.test(await text(page)));
	await look(page, "a report of requests of authorities");
	await page.click("#r-go");
	await page.locator("#r-result.good, #r-result.bad").waitFor({ timeout: 120000 });
	check("the page's own recount agrees", await page.locator("#r-result.good").count() === 1, await page.textContent("#r-result"));
	check("with all of its tables", await page.locator("#r-tables table").count() === 13);
	check("nothing that no page may do", page.notes.length === 0, page.notes.join("; "));
}

async function work() {
	const desk = await somebody("desk", { javaScriptEnabled: false }), legal = await somebody("legal"), outside = await visitor(browser, base);
	await outside.goto(`${base}/intake/authority-requests`);
	check("the form asks for the type of data, and whether it is an emergency", /Type of data/.test(await text(outside)) && /Danger to life or limb required/.test(await text(outside)), await text(outside));
	await look(outside, "the form of a request of an authority");
	await legal.goto(`${base}/desk`);
	check("the queue has both ends", /Legal end/.test(await text(legal)));
	check("and how late what is late is", /overdue for 10 days/.test(await text(legal)), await text(legal));
	check("and the report that is owed", /Report overdue authority-requests/.test(await text(legal)));
	await look(legal, "the queue with a report that is owed");
	await legal.goto(`${base}/desk/case/authority-requests/1`);
	check("the case says by which calendar", /calendar DE/.test(await text(legal)));
	check("and what the stores hold", /nothing is held .*accounts=0/.test(await text(legal)) && /cases=0/.test(await text(legal)), await text(legal));
	await legal.click("text=Open what is private");
	check("only the moment of an answer is asked for", await legal.locator("#f-answered-at").count() === 1 && await legal.locator("#f-hours, #f-days, #f-clock-met").count() === 0);
	await legal.fill("#f-answered-at", "2001-01-01T00:00:00Z");
	await legal.click("text=Write the next revision");
	check("one that cannot be is told", /lies before "received"/.test(await text(legal)) && await legal.inputValue("#f-answered-at") === "2001-01-01T00:00:00Z", await text(legal));
	await look(legal, "a request of an authority");
	await desk.goto(`${base}/desk/case/authority-requests/2`);
	check("nobody looked for the other one", /Nobody has looked up what is held/.test(await text(desk)));
	await desk.click("text=Open what is private");
	await desk.selectOption("#p-legal-check", "passed");
	await desk.selectOption("#p-decision", "rejected");
	await desk.click("summary:has-text('Set with it')");
	await desk.selectOption("#p-reason", "not-held");
	await desk.fill("#why", "There is nothing.");
	await desk.click("main button:text-is('Propose it')");
	check("so it is not proposed", /nobody has looked/.test(await text(desk)));
	await look(desk, "a proposal without a look-up");
	await desk.fill("#although", "It asks for a network address.\nNo store has a key for <that>.");
	await desk.click("text=Keep the reason");
	check("a reason is kept", /not held, for a reason/.test(await text(desk)));
	await desk.click("text=Open what is private");
	check("and read by whoever opens the case", /No store has a key for <that>\./.test(await text(desk)));
	await look(desk, "a look-up that was overridden");
	await desk.selectOption("#p-legal-check", "passed");
	await desk.selectOption("#p-decision", "rejected");
	await desk.click("summary:has-text('Set with it')");
	await desk.selectOption("#p-reason", "not-held");
	await desk.fill("#why", "There is nothing.");
	await desk.click("main button:text-is('Propose it')");
	const path = new URL(desk.url()).pathname;
	await legal.goto(`${base}${path}`);
	check("whoever decides sees that it was overridden, and by whom", /not held, for a reason .* · desk/.test(await text(legal)) && !/No store has a key/.test(await text(legal)));
	await look(legal, "a decision with a look-up");
	await legal.click("text=Open the reason >> nth=0");
	check("and reads why", /No store has a key for <that>\./.test(await text(legal)));
	await look(legal, "a decision with a look-up that is opened");
	await legal.goto(`${base}${path}?lang=de`);
	check("in German", /nicht vorhanden, mit Grund/.test(await text(legal)));
	await legal.goto(`${base}${path}?lang=en`);
	await legal.click("text=Open the reason >> nth=0");
	await legal.click("button:has-text('Approve')");
	check("it is decided", /carried out|done/i.test(await text(legal)));
	for (const page of [desk, legal, outside])
		check("nothing that no page may do", page.notes.length === 0, page.notes.join("; "));
}

await (entry ? report() : work());
await browser.close();
process.exit(result());
