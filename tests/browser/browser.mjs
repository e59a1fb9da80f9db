// SPDX-License-Identifier: Apache-2.0
// Chromium as every browser test starts it, and the counting of results.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(import.meta.url); // honours NODE_PATH
export const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const everything = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const colours = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

export const launch = () => chromium.launch({
	executablePath: process.env.PL_CHROMIUM ?? "/usr/bin/chromium",
	args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync"],
});

let failed = 0;

export function check(what, holds, more = "") {
	if (!holds)
		failed++;
	console.log(holds ? `ok - ${what}` : `FAIL - ${what} ${more}`);
}

export const result = () => (failed ? 1 : 0);

// What axe finds on a page. In the dark only colours differ from the light page, which was asked for everything.
export async function accessible(page, scheme = "light") {
	if (!(await page.evaluate(() => "axe" in globalThis)))
		await page.evaluate(axe);
	// Only what is wrong is described in full.
	const { violations } = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly, resultTypes: ["violations"], preload: false }),
		scheme === "dark" ? colours : everything);
	return violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`);
}

const shown = new Set();

// What no page may do, and each page once: axe in light and dark, wide and narrow, nothing sticks out; with PL_SHOTS=DIR a picture.
export async function look(page, name) {
	if (shown.has(name))
		return;
	shown.add(name);
	const problems = [];
	for (const scheme of ["light", "dark"])
		for (const width of [1280, 360]) {
			await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" }); // no colour on its way to another
			await page.setViewportSize({ width, height: 900 });
			if (await page.evaluate(() => document.documentElement.scrollWidth - innerWidth) > 0)
				problems.push(`sticks out at ${width} px`);
			if (process.env.PL_SHOTS)
				await page.screenshot({ path: join(process.env.PL_SHOTS, `${name.replace(/[^a-z0-9]/gi, "-")}-${scheme}-${width}.png`), fullPage: true });
			if (page.scripted && !(scheme === "dark" && width === 360))
				problems.push(...(await accessible(page, scheme)).map((v) => `${v} (${scheme}, ${width})`));
		}
	await page.emulateMedia({ colorScheme: "light" });
	await page.setViewportSize({ width: 1280, height: 900 });
	check(`${name}: axe finds nothing, nothing sticks out`, problems.length === 0, problems.join("; "));
}

// Somebody with a browser of his own; what no page may do is kept in .notes.
export async function visitor(browser, base, options = {}) {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
	const page = await context.newPage();
	page.scripted = options.javaScriptEnabled !== false;
	page.notes = [];
	page.on("console", (m) => ["error", "warning"].includes(m.type()) && !/status of 4\d\d/.test(m.text()) && page.notes.push(m.text()));
	page.on("pageerror", (e) => page.notes.push(e.message));
	page.on("request", (r) => !r.url().startsWith(base) && !/^(data|blob):/.test(r.url()) && page.notes.push(`foreign request: ${r.url()}`));
	return page;
}
