// SPDX-License-Identifier: Apache-2.0
// node report.mjs BASE SCRATCH: registers and reports at BASE as people see them. With PL_SHOTS=DIR pictures are kept.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { axe, check, launch, result } from "./browser.mjs";

const [base, scratch] = process.argv.slice(2), shots = process.env.PL_SHOTS;
const text = async (path) => (await fetch(base + path)).text();
const report = /href="(\/report\/\d+)"/.exec(await text("/register/requests"))[1];
const pages = ["/registers", "/register/requests", report, "/register/nothing", "/report/0"];
const browser = await launch();

async function accessible(page) {
	await page.evaluate(axe);
	const { violations } = await page.evaluate(() => globalThis.axe.run(document,
		{ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
	return violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`);
}

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

// Press the button; what the page says then.
async function recount(page) {
	await page.goto(base + report);
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
		const found = await accessible(page);
		check(`${path} (${scheme}, ${width} px): axe finds nothing`, found.length === 0, found.join("; "));
		check(`${path} (${scheme}, ${width} px): nothing sticks out`, await overflow(page) <= 0);
		if (shots)
			await page.screenshot({ path: join(shots, `${path.replace(/[^a-z0-9]/g, "_")}-${scheme}-${width}.png`), fullPage: true });
	}
	const said = await recount(page);
	check(`the report is counted again (${scheme}, ${width} px)`, said.good && /109/.test(said.words), said.words);
	check(`and shows its tables (${scheme}, ${width} px)`, await page.locator("#r-tables table").count() === 3);
	const found = await accessible(page);
	check(`axe finds nothing in what was counted (${scheme}, ${width} px)`, found.length === 0, found.join("; "));
	check(`nothing of it sticks out (${scheme}, ${width} px)`, await overflow(page) <= 0);
	if (shots)
		await page.screenshot({ path: join(shots, `counted-${scheme}-${width}.png`), fullPage: true });
	check(`no errors, no foreign requests (${scheme}, ${width} px)`, notes.length === 0, notes.join("; "));
	await context.close();
}

// ---- falsified on its way ----
const openings = await text(/data-openings="([^"]+)"/.exec(await text(report))[1]);
const changed = {
	"an edited row": [(t) => t.replace(/^(row 50 .*)technical-expertise/m, "$1user-data"), /case 50, revision 0/],
	"a missing row": [(t) => t.replace(/^row 50 .*\n/m, ""), /case 51, .*next new number is 50/],
	"two rows in the other order": [(t) => t.replace(/^(row 50 .*\n)(row 51 .*\n)/m, "$2$1"), /case 51/],
	"a row too many": [(t) => t.replace(/^(row 109 .*\n)/m, "$1$1"), /case 109/],
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
	check("the numbers stand there without JavaScript", /109/.test(await page.textContent("dl.figures")));
	check("and how to count them", await page.locator("pre.command").isVisible() && await page.locator("noscript p").isVisible());
	await page.goto(`${base}/registers?lang=de`);
	check("German", await page.getByRole("heading", { name: "Register", exact: true }).isVisible());
	await context.close();
}

await browser.close();
process.exit(result());
