// SPDX-License-Identifier: Apache-2.0
// node flaws.mjs BASE DIR: the desk, a lawyer, an officer and an auditor with reports of flaws. DIR holds their sessions.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { check, launch, look, result, visitor } from "./browser.mjs";

const [base, dir] = process.argv.slice(2);
const browser = await launch();
const text = (page) => page.locator("main").innerText();
const flaw = (page) => page.locator("section[aria-labelledby=flaw]").innerText();
const story = (page) => page.locator("section[aria-labelledby=flaw] ol.story").innerText();
const clocks = (page) => page.locator("section[aria-labelledby=clocks]").innerText();
const noted = async (page) => /Noted\./.test(await text(page));
const at = `${base}/desk/case/vulnerabilities/1`;

async function somebody(name, options = {}) {
	const page = await visitor(browser, base, options);
	const value = readFileSync(join(dir, `${name}.session`), "utf8").trim();
	await page.context().addCookies([{ name: "pl-desk", value, url: base, httpOnly: true, sameSite: "Strict" }]);
	return page;
}
const open = async (page, where = at) => {
	await page.goto(where);
	await page.click("form[action$='/read'] button");
};
// What a form would send, sent once more, as a second click does: where it leads to, and what is said there.
const fields = (page, action) => page.locator(`form[action$="/flaw/${action}"]`).evaluate((f) => [f.getAttribute("action"), [...new FormData(f)]]);
const resend = async (page, [path, form]) => {
	const answer = await page.context().request.post(base + path, { headers: { Origin: base, "Sec-Fetch-Site": "same-origin" }, form: Object.fromEntries(form) });
	return { status: answer.status(), path: new URL(answer.url()).pathname, text: await answer.text() };
};
const press = (page, action, button = "button") => page.click(`form[action$="/flaw/${action}"] ${button}`);

const desk = await somebody("desk", { javaScriptEnabled: false });
const officer = await somebody("officer");

// ---- what is seen before it is opened ----
await officer.goto(`${at}?lang=en`);
check("the page says where the report stands", /State of the report\s+new/.test(await flaw(officer)) && /about our product/.test(await flaw(officer)));
check("and nothing that is sealed", !/Zitronengirlitz/.test(await text(officer)) && await officer.locator("section[aria-labelledby=flaw] ol").count() === 0);
check("nor its deadlines", /follow from its sealed history/.test(await clocks(officer)));
check("all steps of the table and no others are offered", (await officer.locator("#step option").evaluateAll((l) => l.map((o) => o.value))).join() ===
	"pending none,needs-info none,triaged none,informative not-reproducible,informative by-design,informative no-security-impact,informative out-of-scope," +
	"not-applicable no-longer-supported,not-applicable not-reproducible,not-applicable by-design,not-applicable no-security-impact,not-applicable out-of-scope," +
	"not-applicable other-vendor,spam no-report,forwarded other-vendor,withdrawn reporter-asked");
await look(officer, "a report of a flaw");

// ---- steps ----
await desk.goto(at);
await desk.selectOption("#step", "triaged none");
await press(desk, "step");
check("a step is taken", await noted(desk) && /State of the report\s+triaged/.test(await flaw(desk)));
await open(desk);
check("its history says who took it", /State · triaged/.test(await story(desk)) && /desk/.test(await story(desk)));
check("the first answer met a deadline", /CVD-1/.test(await story(desk)) && /CVD-1[\s\S]*met/.test(await clocks(desk)));
check("fields that steps set are in no other form", await desk.locator("#f-state, #f-reason, #f-events, #f-parties, #f-embargo, #f-released, #f-cve").count() === 0 &&
	await desk.locator("#f-product").count() === 1);
const late = await somebody("legal", { javaScriptEnabled: false });
await open(late);
await late.selectOption("#step", "needs-info none");
await desk.selectOption("#step", "accepted none");
const first = await fields(desk, "step");
await press(desk, "step");
check("it is accepted", await noted(desk) && /accepted/.test(await flaw(desk)));
const again = await resend(desk, first);
check("a second click changes nothing", again.status === 409, again.status);
await press(late, "step");
check("a form that came too late changes nothing", /changed/.test(await text(late)) && /State of the report\s+accepted/.test(await flaw(late)));
await open(desk);
await desk.fill("#step-at", "2001-01-01T00:00:00Z");
await press(desk, "step");
check("no time before the report", /before the one at which the case was received/.test(await flaw(desk)) && await desk.inputValue("#step-at") === "2001-01-01T00:00:00Z");

// ---- rating ----
await desk.fill("#cve", "CVE-26-1");
await press(desk, "rate");
check("an identifier that is none is refused", /like CVE-2026-1234/.test(await flaw(desk)) && await desk.inputValue("#cve") === "CVE-26-1");
await desk.fill("#cve", "CVE-2026-1234");
await desk.fill("#cvss", "CVSS:3.1/AV:N/AC:L/PR:N");
await press(desk, "rate");
check("so is a vector that is not whole", /note bad/.test(await desk.locator("section[aria-labelledby=flaw]").innerHTML()) && !/9\.8/.test(await flaw(desk)));
await desk.fill("#cve", "CVE-2026-1234");
await desk.fill("#cvss", "CVSS:3.1/AC:L/AV:N/PR:N/UI:N/S:U/C:H/I:H/A:H");
await press(desk, "rate");
check("both are set", await noted(desk));
await open(desk);
check("the score is computed", /9\.8\s+critical/.test(await flaw(desk)) && /CVSS:3\.1/.test(await flaw(desk)));
check("from the vector in its one spelling", await desk.inputValue("#cvss") === "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
check("and the severity that is counted follows it", /Severity\s+critical/.test(await desk.locator("section[aria-labelledby=facts]").innerText()) &&
	await desk.locator("#f-severity").count() === 0);

// ---- parties ----
await desk.selectOption("#role", "supplier");
await desk.fill("#party", "example-library");
await desk.fill("#party-name", "Example Library Ltd");
await press(desk, "party");
await open(desk);
check("somebody takes part", /supplier[\s\S]*Example Library Ltd/.test(await flaw(desk)));
await desk.selectOption("#role", "csirt");
await desk.fill("#party", "example-library");
await desk.fill("#party-name", "Example CSIRT");
await press(desk, "party");
check("under one name once", /has a party example-library/.test(await flaw(desk)) && await desk.inputValue("#party-name") === "Example CSIRT");

// ---- what a party reads by itself ----
await open(desk);
await desk.click("button[aria-label='A new secret for Example Library Ltd']");
const secret = await desk.locator("section[aria-labelledby=flaw] code.secret").innerText();
check("the desk is shown a secret for a party, once", /^[0-9A-Z]{26}$/.test(secret));
await look(desk, "a secret for a party");
await open(desk);
check("then only that it has one", !(await text(desk)).includes(secret) && /never opened/.test(await flaw(desk)));
const library = await visitor(browser, base, { javaScriptEnabled: false });
await library.goto(`${base}/receipt?lang=en`);
await library.fill("#secret", `${secret.slice(0, 13).toLowerCase()} ${secret.slice(13)}`);
await library.click("form[action='/receipt'] button");
check("with it the party reads what it sees", /Example Library Ltd, supplier/.test(await text(library)) && /Zitronengirlitz-1/.test(await text(library)));
check("and not who found it", !/Girlitzlocke/.test(await text(library)));
await look(library, "what a party sees");
await library.fill("#message", "It is repaired in 1.2.");
await library.click("form[action='/receipt/party'] button");
check("and writes to those who work on it", await library.locator(".note.good").count() === 1 && await library.inputValue("#message") === "");
await open(desk);
check("who read it under its name", /\[supplier example-library, Example Library Ltd\]/.test(await text(desk)) && /last opened/.test(await flaw(desk)));

// ---- deadlines ----
await desk.selectOption("#event", "exploitation-known");
await press(desk, "note", "button[value=happened]");
await open(desk);
check("exploitation starts those of the law", /CRA-V1/.test(await clocks(desk)) && /CRA-V2/.test(await clocks(desk)));
check("and the case says so", /Exploited\s+yes/.test(await desk.locator("section[aria-labelledby=facts]").innerText()));
await desk.selectOption("#meet", "CRA-V1");
await press(desk, "note", "button[value=met]");
await open(desk);
check("one is met", /CRA-V1/.test(await story(desk)) && await desk.locator("#meet option[value=CRA-V1]").count() === 0);
check("the forms of other cases' deadlines are not there", await desk.locator("form[action$='/clock']").count() === 0);

// ---- what authorities are told ----
const told = (page) => page.locator("section[aria-labelledby=cra]").innerText();
const pressed = (page, what) => page.click(`form.told button[value=${what}]`);
await officer.goto(`${at}?lang=en`);
check("which documents are due follows from the sealed history", /follows from the sealed history/.test(await told(officer)) && await officer.locator("section[aria-labelledby=cra] table").count() === 0);
check("the law's documents are offered", /Early warning of an exploited flaw\s+CRA-V1\s+met[\s\S]*Notification of an exploited flaw\s+CRA-V2\s+running/.test(await told(desk)) &&
	/14 days after a measure is available/.test(await told(desk)) && !/CRA-I/.test(await told(desk)), await told(desk));
await desk.click("button[aria-label='Prepare: Notification of an exploited flaw']");
check("one is filled from the case", await desk.inputValue("#c-nature") === "Zitronengirlitz-1" && await desk.inputValue("#c-sensitivity") === "AMBER" &&
	/CVE-2026-1234/.test(await text(desk)) && /Erlenzeisig-1/.test(await text(desk)));
check("with what is missing", /Still missing\s+Member States in which[\s\S]*Measures that users can take/.test(await text(desk)));
await look(desk, "a document for authorities");
await desk.fill("#c-states", "Switzerland");
await desk.fill("#c-exploit", "A packet that is too long.\nIt comes from everywhere.");
await desk.check("[name=now]");
await pressed(desk, "keep");
check("what is no Member State is refused, and all stays as it was typed", /Member States are named by their codes/.test(await text(desk)) && await desk.inputValue("#c-states") === "Switzerland" &&
	await desk.inputValue("#c-exploit") === "A packet that is too long.\nIt comes from everywhere." && await desk.isChecked("[name=now]"));
await look(desk, "a document that is refused");
for (const [field, value] of [["states", "at de"], ["coordinator", "de"], ["taken", "It was repaired."], ["users", "Update."]]) await desk.fill(`#c-${field}`, value);
await pressed(desk, "look");
check("the document is shown before it is kept", /"memberStates":"AT DE"/.test(await desk.locator("form.told pre").innerText()) && /Nothing is missing/.test(await text(desk)));
await look(desk, "a document that is whole");
const notice = await desk.locator("form.told").evaluate((f) => [f.getAttribute("action"), [...new FormData(f), ["what", "keep"]]]);
await pressed(desk, "keep");
check("it is kept", await noted(desk) && /Kept documents[\s\S]*Notification of an exploited flaw\s+1/.test(await told(desk)), await told(desk));
const second_click = await resend(desk, notice);
check("a second click keeps none", second_click.status === 409 && /says just this/.test(second_click.text), second_click.status);
await open(desk);
check("its clock is met", /Notification of an exploited flaw\s+CRA-V2\s+met/.test(await told(desk)) && /Document for an authority · Notification of an exploited flaw, edition 1/.test(await story(desk)));
const [kept] = await Promise.all([desk.waitForEvent("download"), desk.click("button[aria-label='Download: Notification of an exploited flaw, edition 1']")]);
const document = JSON.parse(readFileSync(await kept.path(), "utf8"));
check("it is taken as a file", kept.suggestedFilename() === "vulnerabilities-1.notification.1.json" && document.exploit[0] === "A packet that is too long.\nIt comes from everywhere." && document.missing.length === 0);
await desk.click("button[aria-label='Amend: Notification of an exploited flaw']");
check("another one begins with what was told, and has no clock to meet", await desk.inputValue("#c-states") === "AT DE" && await desk.locator("[name=now]").count() === 0 && /Edition 1 says just this/.test(await text(desk)));
await open(desk);
await desk.selectOption("#event", "incident-known");
await press(desk, "note", "button[value=happened]");
await open(desk);
check("a severe incident has documents of its own", /Early warning of a severe incident\s+CRA-I1\s+running[\s\S]*Final report on a severe incident\s+CRA-I3\s+not started/.test(await told(desk)), await told(desk));
await desk.click("button[aria-label='Prepare: Early warning of a severe incident']");
await desk.selectOption("#c-malicious", "yes");
await pressed(desk, "keep");
await open(desk);
check("what was kept and not sent waits", /not noted as sent/.test(await told(desk)));
await look(desk, "a report of a flaw with documents for authorities");
await desk.click("button[aria-label='Note that it was sent: Early warning of a severe incident']");
await open(desk);
check("until that is noted", !/not noted as sent/.test(await told(desk)) && /Early warning of a severe incident\s+CRA-I1\s+met/.test(await told(desk)));
await open(late, `${at}?lang=de`);
await late.click("button[aria-label='Ändern: Meldung einer ausgenutzten Schwachstelle']");
check("in German", /Meldung einer ausgenutzten Schwachstelle, Ausgabe 1/.test(await text(late)) && /wie schon mitgeteilt/.test(await text(late)));
await look(late, "a document for authorities in German");
await late.goto(`${at}?lang=en`);

// ---- a draft of an advisory ----
const [download] = await Promise.all([desk.waitForEvent("download"), press(desk, "draft")]);
const draft = JSON.parse(readFileSync(await download.path(), "utf8"));
check("a draft of an advisory is a file", download.suggestedFilename() === "vulnerabilities-1.draft.json" && draft.case === "vulnerabilities/1", download.suggestedFilename());
await desk.fill("#draft-id", "SA 1");
await press(desk, "draft");
check("an identifier that is none is refused, and stays", /printable ASCII/.test(await flaw(desk)) && await desk.inputValue("#draft-id") === "SA 1", await flaw(desk));

// ---- a reward ----
await desk.selectOption("#cell", "bug-bounty remote-code-execution remote");
await desk.fill("#amount", "30000");
await desk.fill("#price", "27675.30 EUR");
await press(desk, "award");
check("an amount outside of the matrix is refused with its ends", /not one from 10.000 to 20.000 USD/.test(await flaw(desk)) && await desk.inputValue("#amount") === "30000", await flaw(desk));
await desk.fill("#amount", "much");
await press(desk, "award");
check("so is what is no amount", /whole units/.test(await flaw(desk)));
await desk.fill("#amount", "15000");
await desk.fill("#price", "");
await press(desk, "award");
check("books in another currency want a price", /keeps its books in EUR/.test(await flaw(desk)));
await desk.fill("#price", "13837.65 EUR");
const asked = await fields(desk, "award");
await press(desk, "award");
check("a reward is proposed", /amount 15000 USD/.test(await text(desk)) && /Proposed|proposed/.test(await text(desk)));
const award = new URL(desk.url()).pathname;
const twice = await resend(desk, asked);
check("the same form again is the same proposal", twice.path === award, twice.path);
check("who proposed it does not decide", await desk.locator("button:has-text('Approve')").count() === 0);
await officer.goto(`${base}/desk?lang=en`);
check("the queue shows an officer what waits", /bounty-award[\s\S]*waits for you/.test(await officer.locator("section[aria-labelledby=waits]").innerText()));
await look(officer, "a queue with a proposal");
await officer.click(`section[aria-labelledby=waits] a[href='${award}']`);
check("the decision leads to its case", await officer.locator("main a[href='/desk/case/vulnerabilities/1']").count() === 1);
await officer.click("button:has-text('Approve')");
check("an officer agrees, and it is paid", /Approved and carried out/.test(await text(officer)));
await officer.goto(`${base}/desk/awards`);
check("what was paid is seen", /15,?000\.00 USD/.test(await text(officer)) && /13,?837\.65 EUR/.test(await text(officer)) && /vulnerabilities 1/.test(await text(officer)));
await look(officer, "rewards that were paid");
await officer.click("form[action='/desk/awards/check'] button");
check("books and awards are compared", /all fit 1 bounties paid, 0 of them/.test(await text(officer)), await text(officer));
await look(officer, "books and awards compared");
await officer.click("form[action='/desk/awards/open'] button");
check("what may be known is opened, which is nothing yet", /0 awards were released with their reports, 0 amounts/.test(await text(officer)));
await look(officer, "awards opened");
await open(desk);
check("the case says so", /Award 1: 15,?000\.00 USD, paid by example-vendor-de, number 2/.test(await flaw(desk)) && await desk.locator("form[action$='/flaw/award']").count() === 0);
await desk.goto(`${base}/desk`);
check("the queue leads to all of them", await desk.locator("main a[href='/desk/awards']").count() === 1);

// ---- outside of the matrix, by three ----
const second = `${base}/desk/case/vulnerabilities/2`;
for (const step of ["triaged none", "accepted none"]) {
	await desk.goto(second);
	await desk.selectOption("#step", step);
	await press(desk, "step");
}
await open(desk, second);
await desk.selectOption("#cell", "bug-bounty remote-code-execution remote");
await desk.fill("#amount", "30000");
await desk.selectOption("#outside", "exceptional-report");
await desk.fill("#price", "27675.30 EUR");
await press(desk, "award");
const beyond = new URL(desk.url()).pathname;
check("with a reason it is proposed", /outside exceptional-report/.test(await text(desk)));
await officer.goto(`${base}${beyond}`);
await officer.click("button:has-text('Approve')");
check("one voice is too few", /1 of 2/.test(await text(officer)) && !/Approved and carried out/.test(await text(officer)), await text(officer));
await officer.click("button.danger");
check("it can be refused", /refused/i.test(await text(officer)));

// ---- release ----
await desk.goto(at);
await desk.selectOption("#step", "in-remediation none");
await press(desk, "step");
await open(desk);
check("what is worked on is not released", /still being worked on/.test(await text(desk)) && await desk.locator("form[action$='/flaw/release'] button").count() === 0);
await look(officer, "a decision to reward");
await open(officer);
await look(officer, "a report of a flaw opened");
await desk.selectOption("#step", "resolved fixed");
await press(desk, "step");
await open(desk);
await desk.fill("#until", "soon");
await press(desk, "embargo");
check("an embargo ends at a time", /is a time in UTC/.test(await flaw(desk)));
await press(desk, "release");
check("a release is proposed", /pellucid-vulnerability-release v1/.test(await text(desk)) && /proposed/i.test(await text(desk)));
const release = new URL(desk.url()).pathname;
await open(desk);
await desk.fill("#until", "2090-01-01T00:00:00Z");
await press(desk, "embargo");
await officer.goto(`${base}${release}`);
await officer.click("button:has-text('Approve')");
check("an embargo that was set meanwhile stands against it, and that is said", /not carried out/.test(await text(officer)) && /under embargo until 2090/.test(await text(officer)));
await look(officer, "a release that waits");
await open(desk);
check("the case says until when", /embargo until/.test(await flaw(desk)));
await desk.fill("#until", "");
await press(desk, "embargo");
await officer.goto(`${base}${release}`);
await officer.click("button:has-text('Carry it out')");
check("once it is gone it is carried out", /Approved and carried out/.test(await text(officer)) && !/not carried out/.test(await text(officer)));
await officer.goto(at);
check("the case is released", /released/.test(await flaw(officer)) && !/not released/.test(await flaw(officer)));

// ---- duplicates ----
const third = `${base}/desk/case/vulnerabilities/3`;
await desk.goto(third);
await desk.fill("#original", "3");
await press(desk, "repeat");
check("no case repeats itself", /does not repeat itself/.test(await flaw(desk)));
await desk.goto(third);
await desk.fill("#original", "1");
await desk.check("[name=known]");
await press(desk, "repeat");
check("it repeats another one", await noted(desk) && /duplicate · known before/.test(await flaw(desk)) && await desk.locator("section[aria-labelledby=flaw] a[href$='/vulnerabilities/1']").count() === 1);

// ---- our findings elsewhere ----
await desk.goto(`${base}/desk/case/vulnerabilities/5`);
check("what we found elsewhere has steps of its own", await desk.locator("#step option[value='reported none']").count() === 1 && await desk.locator("#step option[value^=forwarded]").count() === 0);

// ---- a party leaves; other languages; who may not ----
await open(desk);
await open(officer);
check("a part may be ended", await officer.locator("button:has-text('End the part')").count() === 1, await text(officer));
await officer.click("button:has-text('End the part')");
await open(officer);
check("a part ends", /Nobody outside takes part/.test(await flaw(officer)));
await officer.goto(`${at}?lang=de`);
check("in German", /Die Meldung einer Schwachstelle/.test(await text(officer)) && /Stand der Meldung\s+behoben|Stand der Meldung/.test(await flaw(officer)));
await look(officer, "a report in German");
await officer.goto(`${base}/desk/awards?lang=en`);
const auditor = await somebody("auditor");
await open(auditor, `${at}`);
check("an auditor reads it", /State · triaged/.test(await story(auditor)));
check("and does nothing with it", await auditor.locator("form[action*='/flaw/']").count() === 0);
const [seen] = await Promise.all([auditor.waitForEvent("download"), auditor.click("button[aria-label='Download: Notification of an exploited flaw, edition 1']")]);
check("but to read what authorities were told", JSON.parse(readFileSync(await seen.path(), "utf8")).stage === "notification");

for (const [name, page] of [["desk", desk], ["legal", late], ["officer", officer], ["auditor", auditor], ["library", library]])
	check(`${name}: no errors, no foreign requests`, page.notes.length === 0, page.notes.join("; "));
await browser.close();
process.exit(result());
