// SPDX-License-Identifier: Apache-2.0
// Chromium as every browser test starts it, and the counting of results.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url); // honours NODE_PATH
export const { chromium } = require("playwright-core");
export const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

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
