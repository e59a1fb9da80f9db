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

async function agree(legal, path, what) {
	await legal.goto(`${base}${path}`);
	check(`${what}: nobody agrees before it is opened`, await legal.locator("button:has-text('Approve')").count() === 0 && /Open it first/.test(await text(legal)));
	await legal.click("main button:text-is('Open it')");
	await look(legal, `the decision about ${what}`);
	await legal.click("button:has-text('Approve')");
	check(`${what}: carried out`, /carried out/i.test(await text(legal)), await text(legal));
}

async function outgoing(desk, legal) {
	const at = `${base}/desk/case/authority-requests/1`;
	await desk.goto(at);
	await desk.fill("#identities", "somebody");
	await desk.click("text=Order the look-up");
	check("whom nobody can look up stays in the form", await desk.inputValue("#identities") === "somebody" && /Nobody can be looked up by that/.test(await text(desk)));
	await desk.fill("#identities", "email=somebody@mail.example\naccount=nobody");
	await desk.click("text=Order the look-up");
	check("an order waits", /A look-up in what is held waits/i.test(await text(desk)), await text(desk));
	await desk.fill("#answer", "Ask evil@example.org,\nor call +49 30 1234567.");
	await desk.click("main button:text-is('Answer')");
	check("words with an address and a number do not go", /Nothing has gone out/.test(await text(desk)) && /a telephone number/.test(await text(desk)), await text(desk));
	await look(desk, "words that are not sent yet");
	await desk.click("text=Let another person agree");
	check("nor without reasons", /Say of each finding/.test(await text(desk)) && await desk.locator("input[aria-invalid]").count() === 2);
	await look(desk, "words without reasons");
	await desk.fill("input[name^='why-'] >> nth=0", "indicator");
	await desk.fill("#why-all", "own-address");
	await desk.click("text=Let another person agree");
	const words = new URL(desk.url()).pathname;
	await legal.goto(`${base}/desk`);
	check("the queue shows that it waits", /Let something go out to an authority/.test(await text(legal)));
	await agree(legal, words, "the words of an answer");
	await legal.goto(`${at}`);
	await legal.click("text=Open what is private");
	check("they went as they were written", (await legal.locator("pre.prose").allTextContents()).includes("Ask evil@example.org,\nor call +49 30 1234567."));
	await desk.goto(at);
	await desk.click("text=Choose the files");
	check("there are none yet", /There are none yet/.test(await text(desk)));
	await desk.setInputFiles("#files", [{ name: "indicators.txt", mimeType: "text/plain", buffer: Buffer.from("evil.example.com\nwrote to evil@example.org\n") },
		{ name: "report.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n") }]);
	await desk.click("main button:text-is('Add them')");
	check("what was found stands there", /line 2, byte 26/.test(await text(desk)) && /the whole file/.test(await text(desk)), await text(desk));
	await look(desk, "a package of expertise");
	await desk.uncheck("label:has-text('report.pdf') input");
	await desk.click("main button:text-is('Look again')");
	check("of what is packed alone", !/the whole file/.test(await text(desk)));
	await desk.fill("input[name^='why-'] >> nth=0", "indicator");
	await desk.click("text=Propose the package");
	await agree(legal, new URL(desk.url()).pathname, "a package");
	await desk.goto(at);
	check("it waits to be made", /A package of expertise waits/i.test(await text(desk)), await text(desk));
	await desk.click("text=Open what is private");
	await look(desk, "a request with orders");
	await desk.goto(`${at}?lang=de`);
	check("in German", /Ein Paket mit Fachwissen/.test(await text(desk)));
	await desk.goto(`${at}?lang=en`);
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
	await outgoing(desk, legal);
	for (const page of [desk, legal, outside])
		check("nothing that no page may do", page.notes.length === 0, page.notes.join("; "));
}

await (entry ? report() : work());
await browser.close();
process.exit(result());
