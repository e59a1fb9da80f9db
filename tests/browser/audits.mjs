// SPDX-License-Identifier: Apache-2.0
// node audits.mjs BASE: audits at BASE as people see them. With PL_SHOTS=DIR pictures are kept.
import { join } from "node:path";
import { accessible, check, launch, result } from "./browser.mjs";

const base = process.argv[2], shots = process.env.PL_SHOTS;
const pages = ["/audits", "/audit/iso-27001-2025", "/audit/soc2-2019-1", "/audit/soc2-2024-2", "/audits?lang=de"];
const browser = await launch();

for (const [scheme, width] of [["light", 1280], ["dark", 1280], ["light", 320]]) {
	const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
	const page = await context.newPage(), notes = [];
	page.on("pageerror", (e) => notes.push(e.message));
	page.on("request", (r) => !r.url().startsWith(base) && notes.push(`foreign request: ${r.url()}`));
	for (const path of pages) {
		await page.goto(base + path);
		const found = await accessible(page, scheme);
		check(`${path} (${scheme}, ${width} px): axe finds nothing`, found.length === 0, found.join("; "));
		check(`${path} (${scheme}, ${width} px): nothing sticks out`,
			await page.evaluate(() => document.documentElement.scrollWidth - innerWidth) <= 0);
		if (shots)
			await page.screenshot({ path: join(shots, `${path.replace(/[^a-z0-9]/g, "_")}-${scheme}-${width}.png`), fullPage: true });
	}
	check(`no errors, no foreign requests (${scheme}, ${width} px)`, notes.length === 0, notes.join("; "));
	await context.close();
}

// ---- a visitor's way, without JavaScript ----
const context = await browser.newContext({ javaScriptEnabled: false });
const page = await context.newPage();
await page.goto(`${base}/audits`);
const iso = page.locator("section", { has: page.locator("#standard-iso-27001") });
check("the picture has a bar for each piece of days", await iso.locator("svg .gap, svg .s0").count() === await iso.locator("table").first().locator("tbody tr").count());
const gap = iso.locator("tr", { hasText: "2022-02-01" });
check("the days between two certificates are there, in words", (await gap.innerText()).includes("not covered") &&
	(await gap.innerText()).includes("2022-02-15"));
check("and for nobody", (await gap.innerText()).includes("nobody"));
check("suspended days, too", (await iso.locator("tr", { hasText: "2026-05-01" }).first().innerText()).includes("suspended"));
check("what lies in the picture is said to who does not see it", (await iso.locator("svg desc").textContent()).includes("lapses"));
const gaps = await page.locator("svg .gap").evaluateAll((all) => all.map((r) => r.getBoundingClientRect().width));
check("no gap is drawn with no width", gaps.length >= 4 && gaps.every((w) => w > 0));
check("an audit that was an error is still listed", await page.locator("td", { hasText: "soc2-2019-1" }).count() >= 1);
await page.click("td >> text=iso-27001-2022");
check("its scope has grown", (await page.locator("ul", { hasText: "file-delivery" }).innerText()).includes("statistics"));
await page.click("p >> text=iso-27001-2019");
check("against the first one", (await page.textContent("main")).includes("the first one of its standard"));
await page.goto(`${base}/audit/soc2-2024-2`);
check("the report's digest is there and the report is not", await page.locator("dd code", { hasText: /^[0-9a-f]{64}$/ }).count() === 1);
await page.click("text=How many got it");
check("how many got it is counted in public", (await page.textContent("h1")).includes("hand-outs"));
await browser.close();
process.exit(result());
