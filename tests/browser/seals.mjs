// SPDX-License-Identifier: Apache-2.0
// node seals.mjs BASE DIR PROGRAM PERIOD: somebody of the desk seals and proposes, a lawyer agrees; the operator makes the editions. DIR holds their sessions.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { check, launch, look, result, visitor } from "./browser.mjs";

const [base, dir, program, period] = process.argv.slice(2);
const browser = await launch();
const text = (page) => page.locator("main").innerText();
const flat = async (page) => (await text(page)).replace(/\s+/g, " ");
const run = (...args) => execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
const day = (n) => new Date(Date.now() + n * 86400000).toISOString().slice(0, 10);

async function somebody(name, options = {}) {
	const page = await visitor(browser, base, options);
	const value = readFileSync(join(dir, `${name}.session`), "utf8").trim();
	await page.context().addCookies([{ name: "pl-desk", value, url: base, httpOnly: true, sameSite: "Strict" }]);
	return page;
}

const desk = await somebody("desk", { javaScriptEnabled: false }), legal = await somebody("legal"), auditor = await somebody("auditor");
const at = (page, lang = "en") => page.goto(`${base}/desk/case/orders/1?lang=${lang}`);

// ---- sealing ----
await at(desk);
check("a case can be sealed", await desk.locator("button:text-is('Seal')").count() === 1);
await at(legal);
await legal.evaluate(() => document.querySelector("#until").removeAttribute("min"));
await legal.fill("#until", day(-3));
await legal.click("button:text-is('Seal')");
check("not until a day that is over", /is today or a later day/.test(await text(legal)));
await look(legal, "a seal that was refused");
await desk.fill("#until", day(40));
await desk.click("button:text-is('Seal')");
check("it is sealed", /sealed/i.test(await desk.locator("dl.pairs").first().innerText()));
check("until that day", (await desk.locator("dl.pairs time").first().getAttribute("datetime")).startsWith(day(40)));
check("nobody proposes to open it before", await desk.locator("button:text-is('Propose to open it')").count() === 0);
await at(legal);
await look(legal, "a sealed case");
await legal.goto(`${base}/desk`);
check("it stands in the queue", new RegExp("orders 1").test(await legal.locator("section[aria-labelledby=seals]").innerText()));
check("with the one without an end behind it", /orders 1[^]*orders 3[^]*no end is named/.test(await legal.locator("section[aria-labelledby=seals]").innerText()));
await look(legal, "a queue with seals");
run("register", "head", "orders");
run("report", "make", "orders", period);

// ---- a page that is older than the seal's end ----
await at(legal);
const token = await legal.locator("form[action$='/seal'] input[name=csrf]").inputValue();
const early = await legal.evaluate(async (csrf) => (await fetch("/desk/case/orders/1/unseal", { method: "POST", body: new URLSearchParams({ csrf }) })).status, token);
check("nor by a form of his own", early === 409);

// ---- lifted ----
await at(desk);
await desk.fill("#until", day(0));
await desk.click("button:text-is('Set the end')");
check("the order was lifted early", /ended/.test(await desk.locator("dl.pairs").first().innerText()));
await desk.goto(`${base}/desk`);
check("the queue says so", /ended/.test(await desk.locator("section[aria-labelledby=seals]").innerText()));
await at(desk);
await desk.click("button:text-is('Propose to open it')");
const decision = new URL(desk.url()).pathname;
check("it is proposed", /Let reports open a sealed case/i.test(await text(desk)) || /let reports open a sealed case/.test(await text(desk)));
check("who proposed it does not decide", await desk.locator("button:has-text('Approve')").count() === 0);
await legal.goto(`${base}/desk/decisions`);
check("a lawyer finds it", /Let reports open a sealed case/.test(await text(legal)));
await legal.goto(`${base}${decision}`);
check("with the case that it is about", await legal.locator("a[href='/desk/case/orders/1']").count() === 1);
await look(legal, "a decision to open a case");

// ---- an end that was named since stands against it ----
await at(desk);
await desk.fill("#until", day(9));
await desk.click("button:text-is('Set the end')");
await legal.click("button:has-text('Approve')");
check("what was changed since is not opened", /changed|another/i.test(await text(legal)) && /sealed/.test(run("register", "show", "orders", "1")));
await at(desk);
await desk.fill("#until", day(0));
await desk.click("button:text-is('Set the end')");
await legal.goto(`${base}${decision}`);
await legal.click("button:has-text('Approve')");
check("two persons open it", /carried out/i.test(await text(legal)));
await legal.click("a[href='/desk/case/orders/1']");
check("the case says which report left it out", (await flat(legal)).includes(`left this case out: ${period}, Edition 1`) && /pellucid report renew orders/.test(await text(legal)));
await look(legal, "a case that a report left out");
await at(legal, "de");
check("in German", /Berichte, in denen dieser Fall fehlt/.test(await text(legal)) && /Für Berichte geöffnet/.test(await text(legal)));
await at(legal);

// ---- the next edition ----
run("report", "renew", "orders");
await at(legal);
check("then none does", !/left this case out/.test(await text(legal)));
await legal.goto(`${base}/register/orders`);
await legal.click(`main a:text-is('${period}')`);
check("the portal says what it replaces", /Edition 2, stated in .*It replaces edition 1/.test(await flat(legal)));
check("and why", /Because a gag was lifted: 1 case more\./.test(await text(legal)));
await look(legal, "a second edition");
await legal.goto(`${legal.url()}?lang=de`);
check("in German, too", /Weil ein Schweigegebot aufgehoben wurde: 1 Fall mehr\./.test(await text(legal)));
await legal.goto(`${base}/desk?lang=en`);
check("it left the queue of seals", !/orders 1\b/.test(await legal.locator("section[aria-labelledby=seals]").innerText()));

await at(auditor);
check("an auditor seals nothing", await auditor.locator("form[action$='/seal']").count() === 0);
for (const [name, page] of [["desk", desk], ["legal", legal], ["auditor", auditor]])
	check(`${name}: no errors, no foreign requests`, page.notes.length === 0, page.notes.join("; "));
await browser.close();
process.exit(result());
