// SPDX-License-Identifier: Apache-2.0
// node portal.mjs BASE SCRATCH: look at every page of the portal at BASE as people do. With PL_SHOTS=DIR pictures are kept.
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { axe, check, launch, result } from "./browser.mjs";

const [base, scratch] = process.argv.slice(2), shots = process.env.PL_SHOTS;
const get = async (path) => Buffer.from(await (await fetch(base + path)).arrayBuffer());
const release = (await get("/product/hello/1.0")).toString();
const digest = /\/body\/([0-9a-f]{64})\?name=hello"/.exec(release)[1];
const number = /id="origins"[^]*?href="\/statement\/(\d+)"/.exec(release)[1];
const pages = ["/", "/products", "/product/hello", "/product/hello/1.0", "/product/hello/2.0", "/advisories", "/advisories/thanks", "/rewards", "/disclosure", "/log", "/log?type=urn:pellucid:key-end/v1", "/search", "/search?q=1",
	`/search?q=${digest}`, "/search?q=nonsense", `/statement/${number}`, "/statement/0", "/keys", "/registers", "/claims", "/witnesses", "/verify", "/about", "/nowhere"];
const browser = await launch();

// What no page may do, noted for every page of a context.
function watch(page, notes) {
	page.on("console", (m) => {
		// The error page's own 404 is what we asked for.
		if (["error", "warning"].includes(m.type()) && !/404/.test(m.text()))
			notes.push(`console: ${m.text()}`);
	});
	page.on("pageerror", (e) => notes.push(`script: ${e.message}`));
	page.on("request", (r) => {
		if (!r.url().startsWith(base) && !/^(data|blob):/.test(r.url()))
			notes.push(`foreign request: ${r.url()}`);
	});
}

async function accessible(page) {
	await page.evaluate(axe);
	const { violations } = await page.evaluate(() => globalThis.axe.run(document,
		{ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
	return violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`);
}

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

// ---- every page, wide and narrow, light and dark ----
for (const scheme of ["light", "dark"])
	for (const width of [1280, 360]) {
		const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
		const page = await context.newPage(), notes = [];
		watch(page, notes);
		for (const path of pages) {
			await page.goto(base + path);
			const name = `${path} (${scheme}, ${width} px)`;
			// Colours were seen wide, sizes narrow: the fourth combination shows nothing new.
			const found = scheme === "dark" && width === 360 ? [] : await accessible(page);
			check(`${name}: axe finds nothing`, found.length === 0, found.join("; "));
			check(`${name}: nothing sticks out`, await overflow(page) <= 0);
			if (shots)
				await page.screenshot({ path: join(shots, `${path.replace(/[^a-z0-9.]/gi, "_").slice(0, 40)}-${scheme}-${width}.png`), fullPage: true });
		}
		check(`no errors, no foreign requests (${scheme}, ${width} px)`, notes.length === 0, notes.join("; "));
		await context.close();
	}

// ---- 320 px, right to left, large text, print, no script, keyboard ----
{
	const context = await browser.newContext({ viewport: { width: 320, height: 640 } }), page = await context.newPage();
	for (const path of pages) {
		await page.goto(base + path);
		check(`${path}: fits into 320 px`, await overflow(page) <= 0);
		await page.evaluate(() => { document.documentElement.dir = "rtl"; });
		check(`${path}: fits right to left`, await overflow(page) <= 0);
	}
	await page.setViewportSize({ width: 1280, height: 900 });
	for (const path of ["/", `/statement/${number}`]) {
		await page.goto(base + path);
		await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
		check(`${path}: fits with letters twice as large`, await overflow(page) <= 0);
		await page.emulateMedia({ media: "print" });
		check(`${path}: prints without navigation`, await page.locator(".top nav").isHidden() && await page.locator("h1").isVisible());
		await page.emulateMedia({ media: null });
	}
	await page.goto(base);
	await page.keyboard.press("Tab");
	check("the first stop of the keyboard is the skip link", await page.locator(".skip").evaluate((e) => e === document.activeElement));
	await page.keyboard.press("Enter");
	check("which leads to the content", new URL(page.url()).hash === "#content");
	await page.locator("#q").focus();
	check("focus is visible", await page.locator("#q").evaluate((e) => getComputedStyle(e).outlineStyle !== "none"));
	await page.locator("#q").fill(digest);
	await page.keyboard.press("Enter");
	await page.waitForURL(/search/);
	check("search by keyboard", await page.getByText("statements found").isVisible());
	await context.close();
}
{
	const context = await browser.newContext({ javaScriptEnabled: false }), page = await context.newPage();
	for (const path of pages) {
		const answer = await page.goto(base + path);
		check(`${path}: works without JavaScript`, (answer.ok() || path === "/nowhere") && await page.locator("h1").isVisible());
	}
	await page.goto(`${base}/verify`);
	check("the verify page says that it needs JavaScript", await page.locator("noscript p").isVisible());
	await page.goto(`${base}/?lang=de`);
	check("German", (await page.locator("html").getAttribute("lang")) === "de");
	await page.goto(`${base}/log`);
	check("stays German", await page.getByRole("heading", { name: "Das Protokoll" }).isVisible());
	await context.close();
}

// ---- the verify page ----
writeFileSync(join(scratch, "hello.bin"), await get(`/body/${digest}`));
writeFileSync(join(scratch, "other"), "other");
writeFileSync(join(scratch, "bundle"), await get("/product/hello/1.0/bundle"));
writeFileSync(join(scratch, "trust"), await get("/trust"));
const download = /href="(\/assets\/pellucid-verify[^"]*)"/.exec((await get("/verify")).toString())[1];
const alone = join(scratch, "pellucid-verify.html");
writeFileSync(alone, await get(download));

async function judge(page, file, bundle, trust) {
	for (const [id, path] of [["v-file", file], ["v-bundle", bundle], ["v-trust", trust]])
		if (path)
			await page.setInputFiles(`#${id}`, path);
	if (file)
		await page.waitForFunction(() => document.querySelector("#v-file-out code"), null, { timeout: 300000 });
	await page.locator("#v-go").click();
	await page.waitForFunction(() => document.querySelector("#v-result .note"));
	return page.locator("#v-result").innerText();
}

for (const [name, url] of [["in the portal", `${base}/verify`], ["as one file", pathToFileURL(alone).href]]) {
	const context = await browser.newContext(), page = await context.newPage(), notes = [];
	page.on("console", (m) => ["error", "warning"].includes(m.type()) && notes.push(m.text()));
	page.on("pageerror", (e) => notes.push(e.message));
	page.on("request", (r) => !r.url().startsWith(base) && !/^(data|blob|file):/.test(r.url()) && notes.push(r.url()));
	if (url.startsWith("file:"))
		await context.setOffline(true);
	await page.goto(url);
	const at = (f) => join(scratch, f);
	check(`${name}: says what is missing`, /needed/.test(await judge(page, null, null, null)));
	let words = await judge(page, at("hello.bin"), at("bundle"), at("trust"));
	check(`${name}: the file is named in the log`, /named in the log/.test(words) && /Not witnessed/.test(words), words);
	check(`${name}: says what is not proved`, /Not proved/.test(words));
	words = await judge(page, at("other"), at("bundle"), at("trust"));
	check(`${name}: another file is not`, /not about this file/.test(words), words);
	const bundle = readFileSync(at("bundle"), "utf8");
	writeFileSync(at("bad"), bundle.replace(/index (\d+)\n(.)/, (_, i, c) => `index ${i}\n${c === "A" ? "B" : "A"}`));
	words = await judge(page, at("hello.bin"), at("bad"), at("trust"));
	check(`${name}: an altered proof is refused`, /Refused/.test(words) && /tree/.test(words), words);
	writeFileSync(at("bad"), readFileSync(at("trust"), "utf8").replace("quorum none", ""));
	words = await judge(page, at("hello.bin"), at("bundle"), at("bad"));
	check(`${name}: a trust file without quorum is refused`, /no quorum line/.test(words), words);
	const found = name === "in the portal" ? await accessible(page) : [];
	check(`${name}: axe finds nothing in the result`, found.length === 0, found.join("; "));
	check(`${name}: no errors, no request`, notes.length === 0, notes.join("; "));
	if (shots)
		await page.screenshot({ path: join(shots, `verify-result-${name.replace(/ /g, "-")}.png`), fullPage: true });
	await context.close();
}

// ---- a large file: memory stays small ----
{
	const megabytes = process.env.PL_LONG === "1" ? 1024 : 200, path = join(scratch, "large"), hash = createHash("sha256");
	const piece = Buffer.alloc(1048576), fd = openSync(path, "w");
	for (let i = 0; i < megabytes; i++) {
		piece.writeUInt32BE(i, 0);
		writeSync(fd, piece);
		hash.update(piece);
	}
	closeSync(fd);
	const context = await browser.newContext(), page = await context.newPage();
	await page.goto(`${base}/verify`);
	const session = await browser.newBrowserCDPSession();
	const renderers = async () => (await session.send("SystemInfo.getProcessInfo")).processInfo.filter((p) => p.type === "renderer").map((p) => p.id);
	const anonymous = (pid) => {
		try {
			return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
		} catch {
			return 0;
		}
	};
	const memory = async () => (await renderers()).reduce((sum, pid) => sum + anonymous(pid), 0);
	const before = await memory();
	let peak = before, done = false;
	const sampling = (async () => {
		while (!done) {
			peak = Math.max(peak, await memory());
			await new Promise((r) => setTimeout(r, 50));
		}
	})();
	const started = Date.now();
	await page.setInputFiles("#v-file", path);
	await page.waitForFunction(() => document.querySelector("#v-file-out code"), null, { timeout: 580000 });
	const seconds = (Date.now() - started) / 1000;
	done = true;
	await sampling;
	check(`${megabytes} MB are hashed right`, (await page.locator("#v-file-out code").innerText()) === hash.digest("hex"));
	const grown = (peak - before) / 1048576;
	check(`with less than 64 MB of memory (${grown.toFixed(0)} MB, ${seconds.toFixed(1)} s)`, grown < 64);
	await context.close();
}
await browser.close();
process.exit(result());
