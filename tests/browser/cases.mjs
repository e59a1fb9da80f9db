// SPDX-License-Identifier: Apache-2.0
// node cases.mjs BASE DIR PELLUCID: somebody of the desk, a lawyer and an auditor at work on cases. DIR holds their sessions.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { check, launch, look, result, visitor } from "./browser.mjs";

const [base, dir, pellucid] = process.argv.slice(2);
const browser = await launch();
const text = (page) => page.locator("main").innerText();

async function somebody(name, options = {}) {
	const page = await visitor(browser, base, options);
	const value = readFileSync(join(dir, `${name}.session`), "utf8").trim();
	await page.context().addCookies([{ name: "pl-desk", value, url: base, httpOnly: true, sameSite: "Strict" }]);
	return page;
}

const desk = await somebody("desk", { javaScriptEnabled: false });
await desk.goto(`${base}/desk`);
check("the queue shows what came", await desk.locator("#cases ~ table tbody tr, section[aria-labelledby=cases] tbody tr").count() === 2);
check("as new", await desk.locator("section[aria-labelledby=cases] .badge.warn").count() === 2);
await look(desk, "queue with cases");
await desk.click("text=tips 1");
check("a case has its own page", (await desk.locator("h1").innerText()) === "Case 1 of tips");
check("the clock of the law runs", /GDPR-R/.test(await text(desk)) && /running/.test(await text(desk)));
check("nothing private is shown", !/secret words/.test(await text(desk)) && /private/.test(await text(desk)));
await look(desk, "case");
await desk.click("text=I take it");
check("the case is taken", /Noted\./.test(await text(desk)) && /I give it back/.test(await text(desk)));
await desk.click("text=Open what is private");
check("opened by a form of its own", /secret words of the sender/.test(await text(desk)) && /That you opened it is noted down/.test(await text(desk)));
check("the address, too", /who@remote\.example/.test(await text(desk)));
await look(desk, "case opened");
await desk.selectOption("#f-kind", "good");
await desk.fill("#f-person", "Zoë & <Co>");
await desk.click("text=Write the next revision");
check("the facts are changed", /revision 1/.test(await desk.locator("dl.pairs").first().innerText()) && /Facts changed · 1/.test((await text(desk)).replace(/\s+/g, " ")));
await desk.click("text=Open what is private");
check("as they were typed", await desk.inputValue("#f-person") === "Zoë & <Co>" && await desk.inputValue("#f-kind") === "good");
await desk.click("text=Write the next revision");
check("nothing changed is no revision", /Something is missing/.test(await text(desk)));
await desk.goto(`${base}/desk/case/tips/1`);
check("a link does not open it", !/secret words/.test(await text(desk)));
await desk.fill("#note", "a note\nof two lines & <tags>");
await desk.click("text=Add the note");
check("a note is added", /Noted\./.test(await text(desk)));
check("and sealed", !/of two lines/.test(await text(desk)));
await desk.click("button[value=pause]");
check("a pause without a reason is refused", /have a reason/.test(await text(desk)));
await desk.fill("#reason", "who are you?");
await desk.click("button[value=pause]");
check("with one the clock stands still", /paused/.test(await desk.locator("section[aria-labelledby=clocks]").innerText()));
await desk.click("button[value=resume]");
check("and goes on", /running/.test(await desk.locator("section[aria-labelledby=clocks]").innerText()));
await desk.fill("#subject", "Your message");
await desk.fill("#mail", "Thank you.");
await desk.click("main button:text-is('Send')");
check("mail to the sender", /Noted\./.test(await text(desk)));
await desk.selectOption("#state", "waiting");
await desk.click("main button:text-is('Set')");
check("a state", /waiting/.test(await desk.locator("dl.pairs").first().innerText()));
execFileSync(pellucid, ["worker", "run", "--once"], { stdio: "ignore" });
await desk.goto(`${base}/desk`);
await desk.click("section[aria-labelledby=registers] td a:has-text('Find a case')");
check("a search begins with its register", (await desk.locator("h1").innerText()) === "Find a case in tips");
await desk.click("main button:text-is('Find')");
check("a search for nothing is refused", /nothing to look for/.test(await text(desk)));
await desk.fill("#f-contact", "WHO@remote.example ");
await desk.click("main button:text-is('Find')");
check("cases of one sender", await desk.locator("section[aria-labelledby=found] tbody tr").count() === 2);
check("and no address of a page says whose", !/remote/.test(desk.url()));
await look(desk, "cases found");
await desk.fill("#f-person", "zoë   & <CO>");
await desk.selectOption("#f-kind", "good");
await desk.click("main button:text-is('Find')");
check("of one person and one kind", await desk.locator("section[aria-labelledby=found] tbody tr").count() === 1);
check("what was looked for stays", await desk.inputValue("#f-kind") === "good" && await desk.inputValue("#f-person") === "zoë   & <CO>");
await desk.fill("#f-person", "zoë");
await desk.click("main button:text-is('Find')");
check("no part of a name finds anything", /No case has all of this/.test(await text(desk)));
await desk.goto(`${base}/desk/case/tips/1`);
await desk.fill("#account", "nobody-of-this-name");
await desk.click("text=Give it to them");
check("nobody of that name", /no such account/.test(await text(desk)));
await desk.fill("#account", "legal");
await desk.click("text=Give it to them");
check("it is given to a lawyer", /legal/.test(await desk.locator("dl.pairs").first().innerText()));
await look(desk, "case with a story");
await desk.goto(`${base}/desk?mine=1`);
check("and is no longer mine", /No case is open/.test(await text(desk)));

const legal = await somebody("legal");
await legal.goto(`${base}/desk?mine=1`);
check("the lawyer has it", await legal.locator("section[aria-labelledby=cases] tbody tr").count() === 1);
await legal.click("text=tips 1");
await legal.click("text=Open what is private");
check("and reads the note as it was written", /a note\nof two lines & <tags>/.test(await text(legal)));
check("every step is told with its name", /Given to · legal/.test(await text(legal)) && /Mail to the sender/.test(await text(legal)));
await legal.goto(`${base}/desk/case/tips/1?lang=de`);
check("in German", /Alles, was geschehen ist/.test(await text(legal)));
await look(legal, "case in German");

// ---- four eyes for the end ----
await desk.goto(`${base}/desk/case/tips/2`);
await desk.click("text=Propose to erase");
check("erasing is proposed", /Proposed|proposed/.test(await text(desk)) && /number 2/.test(await text(desk)));
check("and not done by one alone", await desk.locator("button:has-text('Approve')").count() === 0);
const decision = new URL(desk.url()).pathname;
await desk.goto(`${base}/desk/case/tips/2`);
await desk.click("text=Propose to erase");
check("the same proposal waits once", new URL(desk.url()).pathname === decision, desk.url());
await legal.goto(`${base}${decision}?lang=en`);
await look(legal, "a decision to erase");
await legal.click("button:has-text('Approve')");
check("a lawyer approves, and it is done", /carried out/i.test(await text(legal)));
await legal.goto(`${base}/desk/case/tips/2?lang=en`);
check("what was private is gone", /erased or lost/.test(await text(legal)) && !/other words/.test(await text(legal)));
check("and the file says who did it", /Erased/.test(await text(legal)));
check("nothing is done with it any more", await legal.locator("#note").count() === 0);

const auditor = await somebody("auditor");
await auditor.goto(`${base}/desk/case/tips/2`);
check("an auditor sees the case", /Case 2 of tips/.test(await text(auditor)));
check("and does nothing with it", await auditor.locator("#note").count() === 0);
await auditor.goto(`${base}/desk/case/tips/99`);
check("what is not there is not there", /404/.test(await text(auditor)));

await legal.goto(`${base}/desk/enter/tips?lang=en`);
await look(legal, "entering a case, as a lawyer");

for (const [name, page] of [["desk", desk], ["legal", legal], ["auditor", auditor]])
	check(`${name}: no errors, no foreign requests`, page.notes.length === 0, page.notes.join("; "));

// ---- what did not come by a form ----
await desk.goto(`${base}/desk`);
await desk.click("section[aria-labelledby=registers] td a:has-text('Enter a case')");
check("a case is entered beside its register", (await desk.locator("h1").innerText()) === "Enter a case into tips");
await look(desk, "entering a case");
await desk.fill("#f-received", "yesterday");
await desk.selectOption("#f-kind", "good");
await desk.fill("#f-person", "Zoë,\nby \"letter\"");
await desk.check("[name=promise]");
await desk.click("main button:text-is('Enter it')");
check("what is wrong is said", /Nothing was entered/.test(await text(desk)) && /received|time/.test(await desk.locator(".note.bad[lang=en]").innerText()));
check("and what was typed stays", await desk.inputValue("#f-person") === "Zoë,\nby \"letter\"" && await desk.isChecked("[name=promise]"));
await look(desk, "entering a case, refused");
await desk.fill("#f-received", new Date(Date.now() - 3600000).toISOString().replace(/\.\d+Z/, "Z"));
await desk.click("main button:text-is('Enter it')");
check("it has its number", /^Case \d+ of tips$/.test(await desk.locator("h1").innerText()));
const secret = await desk.locator("code.secret").innerText();
check("and a secret for its sender", /^[0-9A-Z]{26}$/.test(secret));
await look(desk, "a case was entered");
await desk.click("text=Go to the case");
await desk.click("text=Open what is private");
check("what is private is as it was typed", await desk.inputValue("#f-person") === "Zoë,\nby \"letter\"" || /by "letter"/.test(await text(desk)));
const sender = await visitor(browser, base, { javaScriptEnabled: false });
await sender.goto(`${base}/receipt`);
await sender.fill("input[name=secret]", secret);
await sender.click("main button[type=submit]");
check("its sender finds it", /tips/.test(await text(sender)));
await browser.close();
process.exit(result());
