// SPDX-License-Identifier: Apache-2.0
// node entities.mjs BASE: entities at BASE as people see them. With PL_SHOTS=DIR pictures are kept.
import { join } from "node:path";
import { accessible, check, launch, result } from "./browser.mjs";

const base = process.argv[2], shots = process.env.PL_SHOTS;
const pages = ["/entities", "/entity/example-vendor-de", "/entity/example-vendor-es", "/entity/example-vendor-holding",
	"/entity/example-vendor-gr?lang=de"];
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
await page.goto(`${base}/entities`);
check("five duties are red, in words", await page.locator(".badge.bad", { hasText: "1 red" }).count() === 5);
await page.click("text=Example Vendor España");
check("the red one says why", await page.locator("td .badge.bad").innerText() === "red: only headquarters can carry it");
await page.click("ul.tree a");
check("the way up leads to the holding", (await page.textContent("h1")).includes("Holding"));
check("which holds thirteen companies", await page.locator("h2:has-text('What it holds of others') + ul li").count() === 13);
await page.click("text=Example Vendor Deutschland");
check("books were attested", await page.locator("td", { hasText: "2025-H1" }).count() === 1);
await page.goto(`${base}/entity/example-vendor-it?lang=de`);
check("in German, too", await page.locator("td .badge.bad").innerText() === "rot: letzte Übung zu alt");
await browser.close();
process.exit(result());
