// SPDX-License-Identifier: Apache-2.0
// What the page's scripts find: node browser.mjs PAGES PRODUCT BUNDLE TRUST prints a line as recount.py does, or "refused - - - -".
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [pages, product, bundle, trust] = process.argv.slice(2);
for (const name of ["keys", "signers", "releases", "core"])
	await import(join(pages, `verify-${name}.js`));
try {
	const result = await globalThis.PellucidVerify.verify(readFileSync(trust, "utf8"), readFileSync(bundle, "utf8"), null);
	const r = await globalThis.PellucidReleases.releases(result.entries, product);
	const numbers = r.gaps.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)).join(",") || "-";
	console.log(...(r.head ? [r.finding, r.head.count, r.later.length, numbers, r.root ?? "-"] : [r.finding, "-", "-", "-", "-"]));
} catch (e) {
	if (!(e instanceof globalThis.PellucidVerify.Refusal))
		throw e;
	console.log("refused - - - -");
}
