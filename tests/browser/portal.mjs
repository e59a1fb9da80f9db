// SPDX-License-Identifier: Apache-2.0
// node portal.mjs BASE SCRATCH: look at every page of the portal at BASE as people do. With PL_SHOTS=DIR pictures are kept.
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { createServer, request as ask } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { accessible, check, launch, result } from "./browser.mjs";
import { key } from "./maker.mjs";

const [base, scratch] = process.argv.slice(2), shots = process.env.PL_SHOTS;
const get = async (path) => Buffer.from(await (await fetch(base + path)).arrayBuffer());
const release = (await get("/product/hello/1.0")).toString();
const digest = /\/body\/([0-9a-f]{64})\?name=hello"/.exec(release)[1];
const number = /id="origins"[^]*?href="\/statement\/(\d+)"/.exec(release)[1];
const pages = ["/", "/products", "/product/hello", "/product/hello/1.0", "/product/hello/2.0", "/advisories", "/advisories/thanks", "/rewards", "/disclosure", "/log", "/log?type=urn:pellucid:key-end/v1", "/search", "/search?q=1",
	`/search?q=${digest}`, "/search?q=nonsense", `/statement/${number}`, "/statement/0", "/keys", "/registers", "/claims", "/witnesses", "/verify", "/about", "/nowhere"];
const browser = await launch(), stranger = key("nobody of this log");

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
			const found = scheme === "dark" && width === 360 ? [] : await accessible(page, scheme);
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
		await page.evaluate(() => { document.documentElement.style.fontSize = ""; });
		await onPaper(page, path);
	}
	const payload = page.locator("main pre, main .hash");
	check("a statement's page prints its digests", await payload.count() > 0);
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

// Paper is white and as wide as A4, nobody can click it, scroll it or copy from it; pictures of the night do not come through. What is
// in @kept must be legible, in both schemes.
async function onPaper(page, name, kept = "h1", gone = ".top nav, .search, .actions, .skip") {
	for (const colorScheme of ["light", "dark"]) {
		await page.setViewportSize({ width: 794, height: 1123 });
		await page.emulateMedia({ media: "print", colorScheme });
		const { pale, cut, ...seen } = await page.evaluate(([keep, drop]) => {
			const light = (c) => (/[\d.]+/g.exec(c) && c.match(/[\d.]+/g).slice(0, 3).map((v) => {
				const s = v / 255;
				return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
			}).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0));
			const shown = (e) => e.getClientRects().length > 0;
			const behind = (e) => {
				for (; e; e = e.parentElement) {
					const c = getComputedStyle(e).backgroundColor;
					if (!/, 0\)$/.test(c))
						return light(c);
				}
				return 1;
			};
			const all = [...document.querySelectorAll("main *")].filter((e) => shown(e) && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
			return {
				kept: [...document.querySelectorAll(keep)].filter(shown).length, gone: [...document.querySelectorAll(drop)].filter(shown).length,
				wide: document.documentElement.scrollWidth - innerWidth, ground: behind(document.body),
				pale: all.filter((e) => (behind(e) + 0.05) / (light(getComputedStyle(e).color) + 0.05) < 4.5).map((e) => e.outerHTML.slice(0, 80)),
				cut: all.filter((e) => e.scrollHeight > e.clientHeight + 1 && ["auto", "scroll", "hidden"].includes(getComputedStyle(e).overflowY) && !e.matches(".hidden"))
					.map((e) => e.outerHTML.slice(0, 80)),
			};
		}, [kept, gone]);
		check(`${name}: on paper (${colorScheme}) it is there, and nothing to click`, seen.kept > 0 && seen.gone === 0, JSON.stringify(seen));
		check(`${name}: on paper (${colorScheme}) nothing sticks out or is cut off`, seen.wide <= 0 && cut.length === 0, `${seen.wide} ${cut.join("; ")}`);
		check(`${name}: on paper (${colorScheme}) all of it is dark on white`, seen.ground > 0.9 && pale.length === 0, pale.join("; "));
	}
	await page.emulateMedia({ media: null, colorScheme: null });
	await page.setViewportSize({ width: 1280, height: 900 });
}

// ---- the verify page ----
writeFileSync(join(scratch, "hello.bin"), await get(`/body/${digest}`));
writeFileSync(join(scratch, "other"), "other");
writeFileSync(join(scratch, "bundle"), await get("/product/hello/1.0/bundle"));
writeFileSync(join(scratch, "all"), await get("/products/hello/bundle"));
writeFileSync(join(scratch, "trust"), await get("/trust"));
const download = /href="(\/assets\/pellucid-verify[^"]*)"/.exec((await get("/verify")).toString())[1];
const alone = join(scratch, "pellucid-verify.html");
writeFileSync(alone, await get(download));

// Let somebody drag the file at @path from his desktop onto the step of the field #@id. Answers whether the page took it.
async function drop(page, id, path) {
	return page.evaluate(([field, name, data]) => {
		const step = document.getElementById(field).closest(".drop"), dataTransfer = new DataTransfer();
		dataTransfer.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name));
		// One that nobody wants is not prevented: the browser would leave the page and show the file.
		const give = (type) => !step.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
		const over = give("dragover") && step.classList.contains("over");
		return over && give("drop") && !step.classList.contains("over");
	}, [id, path.replace(/.*\//, ""), readFileSync(path).toString("base64")]);
}

async function judge(page, file, bundle, trust, hand = (id, path) => page.setInputFiles(`#${id}`, path)) {
	for (const [id, path] of [["v-file", file], ["v-bundle", bundle], ["v-trust", trust]])
		if (path)
			await hand(id, path);
	if (bundle)
		await page.waitForFunction(() => document.querySelector("#v-bundle-text").value && document.querySelector("#v-trust-text").value);
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
	check(`${name}: the file belongs to its release`, /hello\.bin belongs to release 1\.0 of hello/.test(words) && /Not witnessed/.test(words), words);
	check(`${name}: says who signed the release, with which key, and who approved it`,
		/Release\. It names this file as hello\. Version 1\.0 of hello\. Signed by service with the key of entry 1\. Officers who approved it: 1; needed: 1\./.test(words), words);
	check(`${name}: says who introduced the keys`, /Entry 1: Key introduced\. It is about the key of service\. Root keys of your trust file that signed it: 1; needed: 1\./.test(words), words);
	check(`${name}: says what a rebuilder found, and which verdict gave way`, /Built again at university-of-somewhere: identical\. Signed by university-of-somewhere/.test(words) &&
		/Built again at second-sandbox: not attempted\. Entry \d+ replaces this verdict\./.test(words), words);
	check(`${name}: says what is not proved`, /Not proved[^]*key was ended in an entry that the proof leaves out[^]*rebuilder of your trust file/.test(words), words);
	const bad = await page.locator("#v-result .note.good, #v-result .badge.bad").allInnerTexts();
	check(`${name}: nothing is bad but that nobody witnesses it`, bad.length === 1, bad.join("; "));
	await onPaper(page, `${name}, the result`, "#v-file-out code, #v-result li strong", ".top nav, button, input, textarea, label");

	await page.reload();
	const taken = [], fields = words;
	words = await judge(page, at("hello.bin"), at("bundle"), at("trust"), async (id, path) => taken.push(await drop(page, id, path)));
	check(`${name}: file, proof and trust file can be dropped`, taken.join() === "true,true,true" && words === fields, `${taken} ${words}`);
	check(`${name}: what was dropped stands in its field`, await page.locator("#v-trust-text").inputValue() === readFileSync(at("trust"), "utf8"));

	words = await judge(page, at("other"), at("bundle"), at("trust"));
	check(`${name}: another file is not`, /not about this file/.test(words), words);
	const bundle = readFileSync(at("bundle"), "utf8"), trust = readFileSync(at("trust"), "utf8");
	let changes = 0; // a field that gets the same file again does not look at it
	const withTrust = async (text) => {
		writeFileSync(at(`trust-${++changes}`), text);
		return judge(page, at("hello.bin"), at("bundle"), at(`trust-${changes}`));
	};
	writeFileSync(at("bad"), bundle.replace(/index (\d+)\n(.)/, (_, i, c) => `index ${i}\n${c === "A" ? "B" : "A"}`));
	words = await judge(page, at("hello.bin"), at("bad"), at("trust"));
	check(`${name}: an altered proof is refused`, /Refused/.test(words) && /tree/.test(words), words);
	words = await withTrust(trust.replace("quorum none", ""));
	check(`${name}: a trust file without quorum is refused`, /no quorum line/.test(words), words);
	words = await withTrust(trust.replace(/(#pellucid root \S+) \S+/, `$1 ${stranger.text}`));
	check(`${name}: with other root keys nobody was entitled`, /nobody entitled to it said so/.test(words) && /Release\. It does not count: nobody signed it whose key/.test(words) &&
		/Key introduced\. It does not count: no root key of your trust file signed it/.test(words), words);
	check(`${name}: which is bad`, await page.locator("#v-result .note.bad").count() === 1);
	words = await withTrust(trust.replace("#pellucid rebuilders 0", `#pellucid rebuilder x ${stranger.text}\n#pellucid rebuilders 1`));
	check(`${name}: rebuilders that the trust file asks for must have found it identical`, /0 of the 1 rebuilders/.test(words) && await page.locator("#v-result .note.bad").count() === 1, words);
	words = await withTrust(trust.replace(/^#.*\n/gm, ""));
	check(`${name}: a policy without root keys judges nothing`, /names no root keys/.test(words) && /Release\. It names this file as hello\. Who made it was not judged/.test(words) &&
		await page.locator("#v-result .note.warn").count() === 1 && await page.locator("#v-result .note.good").count() === 0, words);
	for (const [what, text] of [["a misspelt line", trust.replace("#pellucid roots", "#pellucid root's")], ["carriage returns", trust.replaceAll("\n", "\r\n")],
		["a last line that was cut off", trust.slice(0, -1)]]) {
		words = await withTrust(text);
		check(`${name}: ${what} in the trust file refuses it`, /Refused/.test(words) && /trust file/.test(words), words);
	}
	await page.reload();
	await page.locator("#v-product").fill("hello");
	words = await judge(page, null, at("all"), at("trust"));
	check(`${name}: all releases are counted again`, /These are all releases of hello: 2 of 2, as of entry \d+, 20/.test(words) && /Not witnessed/.test(words) &&
		/Release 1 \(entry \d+\): Version 1\.0\. Signed by service/.test(words) && /Not proved[^]*only the log itself shows/.test(words), words);
	words = await judge(page, at("hello.bin"), null, null);
	check(`${name}: and a file that belongs to one`, /hello\.bin belongs to version 2\.0, release number 2\./.test(words) && await page.locator("#v-result .note.warn").count() === 1, words);
	if (shots)
		await page.screenshot({ path: join(shots, `verify-releases-${name.replace(/ /g, "-")}.png`), fullPage: true });
	const odd = name === "in the portal" ? await accessible(page) : [];
	check(`${name}: axe finds nothing in what was counted`, odd.length === 0, odd.join("; "));
	words = await judge(page, at("other"), null, null);
	check(`${name}: or to none`, /other belongs to none of these releases/.test(words) && await page.locator("#v-result .note.bad").count() === 1, words);
	const first = /c2sp\.org\/tlog-proof@v1\nextra \S+\nindex \d+\n(?:\S+\n)*\n/g, isRelease = (head, number) => {
		const { predicate, predicateType } = JSON.parse(atob(JSON.parse(atob(/extra (\S+)/.exec(head)[1])).payload));
		return predicateType === "urn:pellucid:release/v1" && predicate.number === number;
	};
	writeFileSync(at("without"), readFileSync(at("all"), "utf8").replace(first, (head) => isRelease(head, 1) ? "" : head));
	words = await judge(page, null, at("without"), null);
	check(`${name}: one left out is missed`, /1 of 2 releases of hello\. Missing numbers: 1\./.test(words) && await page.locator("#v-result .note.bad").count() === 1, words);
	await page.locator("#v-product").fill("torch");
	check(`${name}: a result is about what was asked then`, await page.locator("#v-result").innerText() === "");
	words = await judge(page, null, null, null);
	check(`${name}: another product has no list`, /No list of the releases of torch that counts is in the proof/.test(words), words);
	await page.locator("#v-product").fill("No Name");
	words = await judge(page, null, null, null);
	check(`${name}: no product's name`, /cannot be the name of a product/.test(words), words);
	await page.locator("#v-product").fill("");
	words = await judge(page, at("hello.bin"), at("all"), null);
	check(`${name}: the proof of all proves a file, too`, /hello\.bin belongs to release 1\.0 of hello/.test(words), words);
	await page.locator("#v-trust-text").fill(`${trust}# pasted`);
	await page.locator("#v-go").click();
	await page.waitForFunction(() => /belongs to release/.test(document.querySelector("#v-result").innerText));
	check(`${name}: pasted text may lack its last line break`, true);
	const found = name === "in the portal" ? await accessible(page) : [];
	check(`${name}: axe finds nothing in the result`, found.length === 0, found.join("; "));
	check(`${name}: no errors, no request`, notes.length === 0, notes.join("; "));
	if (shots)
		await page.screenshot({ path: join(shots, `verify-result-${name.replace(/ /g, "-")}.png`), fullPage: true });
	await context.close();
}

// Between a browser and the portal: what was asked of it, by pages and by their workers, and how many bytes came along.
async function between(target) {
	const seen = { methods: new Set(), body: 0 };
	const server = createServer((q, a) => {
		seen.methods.add(q.method);
		q.on("data", (d) => (seen.body += d.length));
		q.pipe(ask(new URL(q.url, target), { method: q.method, headers: q.headers }, (r) => {
			a.writeHead(r.statusCode, r.headers);
			r.pipe(a);
		}).on("error", () => a.destroy()));
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	return { seen, url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

// ---- a large file: memory stays small, how far it is shows, and nothing of it is sent ----
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
	const way = await between(base);
	await page.goto(`${way.url}/verify`);
	await page.evaluate(() => {
		const bar = document.querySelector("#v-progress");
		window.bars = [];
		setInterval(() => bar.hidden || window.bars.push(bar.value), 20);
	});
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
	const bars = await page.evaluate(() => window.bars), steps = new Set(bars).size;
	check(`how far it is shows (${steps} steps)`, steps > 5 && bars.every((b, i) => b >= 0 && b <= 1 && (!i || b >= bars[i - 1])));
	check("and goes when it is done", await page.locator("#v-progress").isHidden());
	check("nothing is sent", [...way.seen.methods].join() === "GET" && way.seen.body === 0, `${[...way.seen.methods]} ${way.seen.body}`);
	await page.evaluate(() => fetch("/verify", { method: "POST", body: new Uint8Array(1000) }).catch(() => 0));
	check("which would be seen", way.seen.methods.has("POST") && way.seen.body === 1000, `${[...way.seen.methods]} ${way.seen.body}`);
	way.close();
	check(`with less than 64 MB of memory (${grown.toFixed(0)} MB, ${seconds.toFixed(1)} s)`, grown < 64);
	await context.close();
}
await browser.close();
process.exit(result());
