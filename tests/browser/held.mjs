// SPDX-License-Identifier: Apache-2.0
// node held.mjs BASE NAME ENGLISH GERMAN: the note about the state of the log, wide and narrow. With PL_SHOTS=DIR pictures are
// kept.
import { join } from "node:path";
import { accessible, check, launch, result } from "./browser.mjs";

const [base, name, english, german] = process.argv.slice(2), shots = process.env.PL_SHOTS;
const browser = await launch();
for (const scheme of ["light", "dark"])
	for (const width of [1280, 360]) {
		const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
		const page = await context.newPage(), where = `${name} (${scheme}, ${width} px)`;
		await page.goto(`${base}/log?lang=en`);
		check(`${where}: the note is there`, await page.getByText(english).isVisible());
		check(`${where}: inside the region that says how the log is`,
			await page.getByRole("region", { name: "State of the log" }).getByText(english).isVisible());
		const found = await accessible(page, scheme);
		check(`${where}: axe finds nothing`, found.length === 0, found.join("; "));
		check(`${where}: nothing sticks out`,
			await page.evaluate(() => document.documentElement.scrollWidth - innerWidth) <= 0);
		if (shots)
			await page.screenshot({ path: join(shots, `${name}-${scheme}-${width}.png`), fullPage: true });
		await page.goto(`${base}/?lang=de`);
		check(`${where}: in German`, await page.getByText(german).isVisible());
		await context.close();
	}
await browser.close();
process.exit(result());
