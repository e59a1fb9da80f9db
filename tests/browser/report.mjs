// SPDX-License-Identifier: Apache-2.0
// node report.mjs BASE SCRATCH FORGERY...: registers and reports at BASE as people see them. With PL_SHOTS=DIR pictures are kept.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { accessible, check, launch, result } from "./browser.mjs";

const [base, scratch, ...forgeries] = process.argv.slice(2), shots = process.env.PL_SHOTS;
const text = async (path) => (await fetch(base + path)).text();
// The newest edition of 2021-H2 is the newest report; the first one is named by its page.
const listed = [...(await text("/register/requests")).matchAll(/<a href="(\/report\/\d+)">2021-H2</g)].map((m) => m[1]);
const [report, first] = listed;
const [shut] = [...(await text("/register/persons")).matchAll(/<a href="(\/report\/\d+)">2021-H2</g)].map((m) => m[1]);
const [moved] = [...(await text("/register/moves")).matchAll(/<a href="(\/report\/\d+)">2021-H2</g)].map((m) => m[1]);
const pages = ["/", "/registers", "/register/requests", report, first, shut, moved, "/claims", "/claims?flag=any", "/claim/004-user-data", "/claim/001-centres",
	"/register/nothing", "/report/0", "/claim/nothing"];
const browser = await launch();

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

// Press the button; what the page says then.
async function recount(page, path = report) {
	await page.goto(base + path);
	await page.click("#r-go");
	await page.waitForSelector("#r-result.good, #r-result.bad", { timeout: 60000 });
	return { good: await page.locator("#r-result.good").count() === 1, words: await page.textContent("#r-result") };
}

// ---- wide and narrow, light and dark, counted ----
for (const [scheme, width] of [["light", 1280], ["dark", 1280], ["light", 320]]) {
	const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
	const page = await context.newPage(), notes = [];
	page.on("pageerror", (e) => notes.push(e.message));
	page.on("console", (m) => m.type() === "error" && !/404/.test(m.text()) && notes.push(m.text()));
	page.on("request", (r) => !r.url().startsWith(base) && notes.push(`foreign request: ${r.url()}`));
	for (const path of pages) {
		await page.goto(base + path);
		const found = await accessible(page, scheme);
		check(`${path} (${scheme}, ${width} px): axe finds nothing`, found.length === 0, found.join("; "));
		check(`${path} (${scheme}, ${width} px): nothing sticks out`, await overflow(page) <= 0);
		if (shots)
			await page.screenshot({ path: join(shots, `${path.replace(/[^a-z0-9]/g, "_")}-${scheme}-${width}.png`), fullPage: true });
	}
	const said = await recount(page);
	check(`the report is counted again (${scheme}, ${width} px)`, said.good && /112/.test(said.words), said.words);
	check(`and says that nobody witnesses the log (${scheme}, ${width} px)`, /Not witnessed/.test(said.words), said.words);
	check(`and shows its tables (${scheme}, ${width} px)`, await page.locator("#r-tables table").count() === 7);
	check(`the head that came late stands on the report's page (${scheme}, ${width} px)`, /20 h \d+ min\s[^]*after the day's end/.test(await page.locator("#late ~ table").first().innerText()));
	const found = await accessible(page, scheme);
	check(`axe finds nothing in what was counted (${scheme}, ${width} px)`, found.length === 0, found.join("; "));
	check(`nothing of it sticks out (${scheme}, ${width} px)`, await overflow(page) <= 0);
	if (shots)
		await page.screenshot({ path: join(shots, `counted-${scheme}-${width}.png`), fullPage: true });
	const stated = await recount(page, shut);
	check(`where rows are shut it says what is proved and what is stated (${scheme}, ${width} px)`, stated.good &&
		/Every case stands in the register: 30 rows .* The operator states/.test(stated.words), stated.words);
	check(`with the stated tables (${scheme}, ${width} px)`, await page.locator("#r-tables table").count() === 4 &&
		/copy[^]*10/.test(await page.locator("#r-tables").innerText()));
	check(`the auditor's draw was drawn again, and the one of an auditor who picked is none (${scheme}, ${width} px)`,
		/example-audit \(entry \d+\) compared 10 of 30 cases with their files: 0 differ; counted all totals again/.test(stated.words) &&
		/Not drawn as it had to be: the sample of example-audit \(entry \d+\) says nothing: the words of the draw give case \d+ where the auditor names \d+/.test(stated.words),
		stated.words);
	check(`and what an auditor compared (${scheme}, ${width} px)`, /example-audit\s+10 of 30\s+0\s+counted again\s+dice-4-1-6/.test(
		await page.locator("[aria-labelledby=samples-h] table").innerText()));
	check(`no errors, no foreign requests (${scheme}, ${width} px)`, notes.length === 0, notes.join("; "));
	await context.close();
}

// ---- what a report says ----
{
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 } }), page = await context.newPage();
	await page.goto(base + report);
	check("the report has its title", await page.getByRole("heading", { level: 1, name: "Requests of authorities, 2021-H2" }).isVisible());
	const numbers = await page.locator("dl.numbers > div").evaluateAll((all) => all.map((d) => [d.querySelector("dt").textContent,
		d.querySelector(".value").textContent, d.querySelector(".definition").textContent]));
	check("every number has a definition", numbers.length === 25 && numbers.every((n) => n[2].length > 10), JSON.stringify(numbers.filter((n) => n[2].length <= 10)));
	check("110 requests in the second edition", numbers.some((n) => n[0] === "Requests" && n[1] === "110"));
	const charts = await page.locator("section.chart").evaluateAll((all) => all.map((s) => {
		const svg = s.querySelector("svg.bars"), drawn = [...svg.querySelectorAll("text.value")].map((x) => x.textContent).sort();
		const said = [...s.querySelectorAll("tbody tr")].map((r) => r.lastElementChild.textContent).sort();
		return { role: svg.getAttribute("role"), title: svg.querySelector("title").textContent, words: svg.querySelector("desc").textContent, same: drawn.join() === said.join(),
			inside: [...svg.querySelectorAll("rect")].every((r) => parseFloat(r.getAttribute("x")) + parseFloat(r.getAttribute("width")) <= 100.01) };
	}));
	check("seven charts, each named, described, and with the numbers of its table", charts.length === 7 &&
		charts.every((c) => c.role === "img" && c.title && c.words && c.same && c.inside), JSON.stringify(charts));
	check("principles, and what is prohibited", await page.getByText("No passwords and no keys").isVisible() && await page.getByText("forbids its own disclosure").isVisible());
	check("the rule of existence", await page.getByText("Existence is exact").isVisible());
	const changed = await page.locator("section[aria-labelledby=editions-h] table").nth(1).locator("tbody tr").allTextContents();
	check("what differs from the edition before", changed.join() === "Cases109110,Requests109110,For data of users1718", changed.join());
	await page.getByRole("link", { name: "Edition 1", exact: true }).click();
	check("the edition before is still there, and names the later one", await page.getByText("A later edition replaces this one").isVisible() &&
		(await page.textContent("dl.numbers .value")) === "109");
	await page.emulateMedia({ media: "print" });
	check("printed it has charts and no buttons", await page.locator("svg.bars").first().isVisible() && await page.locator(".actions").first().isHidden());
	await page.emulateMedia({ media: null });
	await page.goto(`${base}/register/requests`);
	const periods = await page.locator("#chart-over-time ~ .scroll tbody th").allTextContents();
	check("periods stand in a row", periods.join() === "2021-H1,2021-H2,2022-H1", periods.join());
	for (const [path, type, begin] of [["rows.csv", "text/csv", "number,revision"], ["totals.csv", "text/csv", "kind,name"], ["report.json", "application/json", "{"],
		["report.pdf", "application/pdf", "%PDF-1.5"], ["report.html", "text/html", "<!doctype html>"]]) {
		const one = await fetch(`${base}${report}/${path}`), two = await fetch(`${base}${report}/${path}`), bytes = Buffer.from(await one.arrayBuffer());
		check(`${path} can be taken away, the same twice`, one.ok && one.headers.get("content-type").startsWith(type) && bytes.toString("latin1").startsWith(begin) &&
			/attachment; filename="requests-2021-H2\./.test(one.headers.get("content-disposition")) && bytes.equals(Buffer.from(await two.arrayBuffer())));
	}
	check("no other file", (await fetch(`${base}${report}/report.doc`)).status === 404);
	await context.close();
}

// ---- claims ----
{
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, javaScriptEnabled: false }), page = await context.newPage();
	await page.goto(`${base}/claims`);
	const [claims, open, explained] = (await page.locator("dl.figures dd").allTextContents()).map(Number);
	check("86 claims, nine things that do not fit, some explained", claims === 86 && open + explained === 9 && explained > 0, `${claims} ${open} ${explained}`);
	await page.selectOption("#flag", "contradiction");
	await page.getByRole("button", { name: "Show" }).click();
	const flagged = await page.locator("tbody td:first-child a").allTextContents();
	check("the list can be narrowed without JavaScript", flagged.includes("004-user-data") && flagged.includes("003-user-data") && flagged.length < 10, flagged.join());
	await page.getByRole("link", { name: "004-user-data" }).click();
	check("a claim has its words", await page.getByText("no authority ever asked").first().isVisible());
	check("the other claim stands beside it, with the rule", await page.getByText("17 of them asked").isVisible() && await page.getByText("The rule:").isVisible());
	await page.goto(`${base}/claim/001-centres`);
	check("what became of a claim", /superseded by 003-centres-after/.test(await page.locator("ol.path").textContent()));
	await page.goto(`${base}/`);
	check("the start page has the numbers of the newest report", /Requests\s*110/.test(await page.textContent("section[aria-labelledby=counted]")));
	const cards = await page.locator("section[aria-labelledby=counted] li").evaluateAll((all) => all.map((c) => [c.querySelector("h3").textContent,
		c.querySelector(".badge.warn")?.textContent, c.querySelector(".badge.warn")?.getAttribute("href") === c.querySelector("h3 a").getAttribute("href")].join()));
	check("what is imported is flagged on it, and what is not is not", cards.length === 3 && cards.some((c) => /^Requests of authorities.*,imported,true$/.test(c)) &&
		cards.some((c) => !/^Requests of authorities/.test(c) && /,,false$/.test(c)), cards.join("; "));
	check("with what that means", /proves nothing about completeness/.test(await page.textContent("section[aria-labelledby=counted]")));
	const entries = (await text("/reports.atom")).split("<entry>").slice(1);
	check("so does the feed, entry by entry", entries.length === 6 && entries.every((e) => /<title>requests /.test(e) ===
		(/<title>[^<]* \(imported\)<\/title>/.test(e) && /It proves nothing about completeness\./.test(e))), entries.map((e) => e.slice(0, 60)).join("; "));
	for (const kind of ["register", "register-report", "register-head"]) {
		const about = [];
		for (const [, at] of (await text(`/log?type=urn:pellucid:${kind}/v1`)).matchAll(/href="\/statement\/(\d+)"/g)) {
			const body = await text(`/statement/${at}`), name = /<th scope="row">[a-z.]*\bregister<\/th><td>(?:<[^>]*>)*([a-z-]+)/.exec(body)?.[1];
			about.push([name, /It proves nothing about completeness/.test(body)]);
		}
		check(`statements (${kind}) about what is imported say so, and no others`, about.some(([n]) => n === "requests") && about.some(([n]) => n !== "requests") &&
			about.every(([n, said]) => n && said === (n === "requests")), JSON.stringify(about));
	}
	check("in German, too", / \(nachgebildet\)</.test(await text("/reports.atom?lang=de")));
	await page.goto(`${base}/claim/002-builds?lang=de`);
	check("German", await page.getByText("überfällig").first().isVisible());
	for (const feed of ["/claims.atom", "/reports.atom"])
		check(`${feed} is a feed`, /^<\?xml[^]*<feed xmlns="http:\/\/www.w3.org\/2005\/Atom">[^]*<entry>[^]*<\/feed>\n$/.test(await text(feed)));
	check("a filter that is none is refused", (await fetch(`${base}/claims?status=maybe`)).status === 400);
	await context.close();
}

// ---- the Verify page, here and as one file without a network ----
{
	const openingsAt = /data-openings="([^"]+)"/.exec(await text(report))[1], alone = /href="(\/assets\/pellucid-verify[^"]*)"/.exec(await text("/verify"))[1];
	const honest = await text(openingsAt);
	for (const [name, content] of [["requests.openings", honest], ["bundle", await text(`${report}/bundle`)], ["trust", await text("/trust")],
		["alone.html", await text(alone)]])
		writeFileSync(join(scratch, name), content);
	for (const [where, url] of [["on the Verify page", `${base}/verify`], ["in the one file", pathToFileURL(join(scratch, "alone.html")).href]]) {
		const context = await browser.newContext(), page = await context.newPage(), notes = [];
		page.on("pageerror", (e) => notes.push(e.message));
		page.on("console", (m) => m.type() === "error" && notes.push(m.text()));
		if (url.startsWith("file:"))
			await context.setOffline(true);
		await page.goto(url);
		for (const [id, name] of [["v-file", "requests.openings"], ["v-bundle", "bundle"], ["v-trust", "trust"]])
			await page.setInputFiles(`#${id}`, join(scratch, name));
		await page.waitForFunction(() => document.querySelector("#v-file-out code"), null, { timeout: 60000 });
		await page.click("#v-go");
		await page.waitForSelector("#v-result .note.warn, #v-result .note.good, #v-result .note.bad", { timeout: 60000 });
		const words = await page.innerText("#v-result");
		check(`${where}: the report is counted again`, /112 rows, 110 cases/.test(words) && /user-data: 18/.test(words), words.slice(0, 300));
		check(`${where}: no errors`, notes.length === 0, notes.join("; "));
		await context.close();
	}
}

// ---- declared anew while cases came: each row under its own declaration ----
{
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 } }), page = await context.newPage();
	const said = await recount(page, moved), digests = /1: (sha256:[0-9a-f]{64}) \(2\); 2: (sha256:[0-9a-f]{64}) \(2\)/.exec(said.words);
	check("old and new rows are counted beside one another, and both declarations named", said.good && digests && digests[1] !== digests[2] &&
		/entered under 2 declarations/.test(said.words), said.words);
	check("a total of one declaration says so", /reds: counted only under 1 of the 2 declarations/.test(said.words) &&
		/large: counted only under 2 of the 2/.test(said.words) && /by-size: counted only under 2/.test(said.words) && !/cases: counted only/.test(said.words), said.words);
	check("with a table of all, and one of some", await page.locator("#r-tables table").count() === 2);
	const numbers = await page.locator("dl.numbers > div").allTextContents();
	check("the page itself says it, too", numbers.some((n) => /reds[^]*2[^]*Not every declaration of this report counts it/.test(n)) &&
		await page.getByText(`under the declaration that it was entered under: ${digests[1]}, ${digests[2]}.`).isVisible(), numbers.join("; ").slice(0, 600));
	if (shots)
		await page.screenshot({ path: join(shots, "moved.png"), fullPage: true });
	const file = await text(/data-openings="([^"]+)"/.exec(await text(moved))[1]);
	for (const [name, change, words] of [["a row under the wrong declaration", (t) => t.replace(/^(row 2 0 \S+ - )open-1 /m, "$1open "), /case 2, revision 0 .*wrong declaration/],
		["a declaration that stood longer", (t) => t.replace("\nearlier 2 ", "\nearlier 3 "), /case 3, revision 0 .*wrong declaration/],
		["one that stood longer, with its rows", (t) => t.replace("\nearlier 2 ", "\nearlier 3 ").replace(/^(row 3 0 \S+ - )open /m, "$1open-1 "), /case 3, revision 0/]]) {
		const other = await browser.newContext(), falsified = await other.newPage();
		await falsified.route("**/body/**", (route) => route.fulfill({ contentType: "text/plain", body: change(file) }));
		const told = await recount(falsified, moved);
		check(`${name} is refused by its number`, change(file) !== file && !told.good && words.test(told.words), told.words);
		await other.close();
	}
	await context.close();
}

// ---- falsified on its way ----
const openings = await text(/data-openings="([^"]+)"/.exec(await text(report))[1]);
const changed = {
	"an edited row": [(t) => t.replace(/^(row 50 .*)technical-expertise/m, "$1user-data"), /case 50, revision 0/],
	"a missing row": [(t) => t.replace(/^row 50 .*\n/m, ""), /case 51, .*next new number is 50/],
	"two rows in the other order": [(t) => t.replace(/^(row 50 .*\n)(row 51 .*\n)/m, "$2$1"), /case 51/],
	"a row too many": [(t) => t.replace(/^(row 112 .*\n)/m, "$1$1"), /case 112/],
	"other totals": [(t) => t.replace("count category=user-data\n", "count category=take-down\n").replace(/^declaration (\d+)/m,
		(_, n) => `declaration ${Number(n) + 0}`), /openings|totals|expected/],
	"half of it": [(t) => t.slice(0, t.length / 2), /breaks off|expected/],
	"something behind the end": [(t) => `${t}row\n`, /follows/],
	"nothing": [() => "", /breaks off/],
};
for (const [name, [change, words]] of Object.entries(changed)) {
	const context = await browser.newContext(), page = await context.newPage();
	await page.route("**/body/**", (route) => route.fulfill({ contentType: "text/plain", body: change(openings) }));
	const said = await recount(page);
	check(`${name} is refused, with words`, !said.good && words.test(said.words), said.words);
	await context.close();
}

// ---- falsified in the database by an insider (tests/lib/forge.sh), on the report's page and on the Verify page ----
check("there are four", forgeries.length === 4, forgeries.join());
for (const name of forgeries) {
	const file = join(scratch, `forged.${name}`), forged = readFileSync(file, "utf8"), words = new RegExp(readFileSync(`${file}.says`, "utf8").trim());
	const context = await browser.newContext(), page = await context.newPage();
	await page.route("**/body/**", (route) => route.fulfill({ contentType: "text/plain", body: forged }));
	const said = await recount(page);
	check(`${name}: the report's page names the row, as the program does`, !said.good && words.test(said.words), said.words);
	const verify = await context.newPage(); // a page of its own: taking the route away may wait for the worker of the first one for ever
	await verify.goto(`${base}/verify`);
	for (const [id, from] of [["v-file", `forged.${name}`], ["v-bundle", "bundle"], ["v-trust", "trust"]])
		await verify.setInputFiles(`#${id}`, join(scratch, from));
	await verify.waitForFunction(() => document.querySelector("#v-file-out code"), null, { timeout: 60000 });
	await verify.click("#v-go");
	await verify.waitForSelector("#v-result .note.warn, #v-result .note.good, #v-result .note.bad", { timeout: 60000 });
	const result = await verify.innerText("#v-result");
	check(`${name}: the Verify page refuses it`, await verify.locator("#v-result .note.bad").count() > 0 && await verify.locator("#v-result .note.good").count() === 0, result.slice(0, 400));
	if (process.env.PL_SHOTS)
		await verify.screenshot({ path: join(shots, `forged-${name}.png`), fullPage: true });
	await context.close();
}

// ---- a bundle that proves the report, but not the heads that it counts between ----
{
	const context = await browser.newContext(), page = await context.newPage();
	const alone = await text(report.replace("/report/", "/statement/") + ".bundle");
	await page.route("**/report/*/bundle", (route) => route.fulfill({ contentType: "text/plain", body: alone }));
	const said = await recount(page);
	check("a report without its heads is refused", !said.good && /no\.heads|head/.test(said.words), said.words);
	await context.close();
}

// ---- a trust file of one's own ----
{
	const context = await browser.newContext(), page = await context.newPage(), trust = await text("/trust");
	writeFileSync(join(scratch, "own"), trust);
	writeFileSync(join(scratch, "foreign"), trust.replace(/^log \S+/m, "log log.example/other+09fad9b6+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"));
	for (const [file, good] of [["own", true], ["foreign", false]]) {
		await page.goto(base + report);
		await page.setInputFiles("#r-trust", join(scratch, file));
		await page.click("#r-go");
		await page.waitForSelector("#r-result.good, #r-result.bad", { timeout: 60000 });
		check(`a trust file of one's own decides (${file})`, (await page.locator("#r-result.good").count() === 1) === good,
			await page.textContent("#r-result"));
	}
	await context.close();
}

// ---- without JavaScript, in German ----
{
	const context = await browser.newContext({ javaScriptEnabled: false }), page = await context.newPage();
	await page.goto(base + report);
	check("the numbers stand there without JavaScript", /110/.test(await page.textContent("dl.numbers")));
	check("and the charts with their tables", await page.locator("svg.bars").count() === 7 && await page.locator(".chart table").count() === 7);
	check("and how to count them", await page.locator("pre.command").isVisible() && await page.locator("noscript p").isVisible());
	await page.goto(`${base}${report}?lang=de`);
	check("definitions are German, too", await page.getByText("Jede Anfrage, die im Zeitraum einging").isVisible());
	await page.goto(`${base}/registers?lang=de`);
	check("German", await page.getByRole("heading", { name: "Register", exact: true }).isVisible());
	await context.close();
}

await browser.close();
process.exit(result());
