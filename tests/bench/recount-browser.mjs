// SPDX-License-Identifier: Apache-2.0
// node recount-browser.mjs PAGES OPENINGS: the portal's scripts count an openings file in Chromium, with their workers; wall time and memory.
import { createReadStream, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import vm from "node:vm";
import { check, launch, result } from "../browser/browser.mjs";

const [pages, openings] = process.argv.slice(2), names = ["hash", "core", "commit", "count"].map((n) => `recount-${n}.js`);
for (const name of names)
	vm.runInThisContext(readFileSync(join(pages, name), "utf8"), name);

// What the log would say: counted once here, in one thread, which is the other figure.
const R = globalThis.PellucidRecount, text = readFileSync(openings, "utf8"), cpu = process.cpuUsage();
const counted = R.recountText(text), alone = process.cpuUsage(cpu).user / 1e6;
const word = (d) => `sha256:${R.hex(d)}`, rfc3339 = (t) => new Date(t * 1000).toISOString().replace(".000Z", "Z");
const end = (e) => ({ size: e.size, highest: e.highest, days: e.days, time: rfc3339(e.time), root: word(e.root), chain: word(e.chain) });
const predicate = { ...counted.result, register: counted.head.declaration.name, declaration: word(R.sha256(R.utf8.encode(counted.head.declaration.text))),
	from: rfc3339(counted.head.from), to: rfc3339(counted.head.to), first: end(counted.head.first), last: end(counted.head.last),
	openings: { digest: word(R.sha256(R.utf8.encode(text))) } };

const server = createServer((req, res) => {
	const name = req.url.slice(1);
	if (name === "openings") {
		res.writeHead(200, { "Content-Length": statSync(openings).size });
		createReadStream(openings).pipe(res);
	} else if (/^recount-[a-z]+\.js$/.test(name)) {
		res.writeHead(200, { "Content-Type": "text/javascript" });
		res.end(readFileSync(join(pages, name)));
	} else {
		res.writeHead(200, { "Content-Type": "text/html" });
		res.end("<!doctype html><title>recount</title>");
	}
}).listen(0, "127.0.0.1");
await new Promise((ready) => server.once("listening", ready));
const base = `http://127.0.0.1:${server.address().port}/`;

const browser = await launch(), page = await (await browser.newContext()).newPage();
await page.goto(base);
const session = await browser.newBrowserCDPSession();
const renderers = async () => (await session.send("SystemInfo.getProcessInfo")).processInfo.filter((p) => p.type === "renderer").map((p) => p.id);
const field = (pid, name) => {
	try {
		return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
	} catch {
		return 0;
	}
};
const memory = async () => (await renderers()).reduce((sum, pid) => sum + field(pid, "RssAnon"), 0);
const processor = async () => (await renderers()).reduce((sum, pid) => {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
		return sum + (Number(stat[11]) + Number(stat[12])) / 100;
	} catch {
		return sum;
	}
}, 0);

const before = await memory(), used = await processor();
let peak = before, done = false;
const sampling = (async () => {
	while (!done) {
		peak = Math.max(peak, await memory());
		await new Promise((r) => setTimeout(r, 50));
	}
})();
const data = await page.evaluate(({ base: at, names: scripts, predicate: said }) => new Promise((resolve, reject) => {
	const started = performance.now(), worker = new Worker(`${at}recount-worker.js`);
	worker.onmessage = ({ data: d }) => d.done === undefined && resolve({ ...d, seconds: (performance.now() - started) / 1000, processors: navigator.hardwareConcurrency });
	worker.onerror = (e) => reject(new Error(e.message));
	worker.postMessage({ scripts: scripts.map((n) => at + n), self: `${at}recount-worker.js`, openings: `${at}openings`, predicate: said });
}), { base, names, predicate });
const spent = await processor() - used;
done = true;
await sampling;
check("the browser counts what one thread counts", !data.refused && !data.error && data.result.rows === counted.result.rows &&
	JSON.stringify(data.result.totals) === JSON.stringify(counted.result.totals), data.refused || data.error);
const mega = (n) => (n / 1048576).toFixed(0);
console.log(`script   ${alone.toFixed(2)} s of processor in one thread under Node`);
console.log(`browser  ${data.seconds.toFixed(2)} s, ${spent.toFixed(2)} s of processor, ${data.processors} processors; ${mega(peak)} MB at the most, ${mega(before)} MB before: ${(counted.result.rows / data.seconds).toFixed(0)} rows/s`);
await browser.close();
server.close();
process.exit(result());
