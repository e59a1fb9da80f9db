// SPDX-License-Identifier: Apache-2.0
// node attach.mjs BASE DIR PELLUCID: people send files in at BASE, and somebody of the desk takes them out. DIR holds sessions, and the
// scanner's test file. With PL_SHOTS=DIR pictures are kept.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { check, launch, look, result, visitor } from "./browser.mjs";

const [base, dir, pellucid] = process.argv.slice(2);
const browser = await launch();
const heading = async (page) => (await page.locator("h1").innerText()).trim();
const alert = async (page) => await page.locator("[role=alert]").innerText();
const file = (name, content) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });
const ticket = () => execFileSync(pellucid, ["intake", "ticket", "tips", "--bits", "10"]).toString().trim();

// ---- without JavaScript ----
const plain = await visitor(browser, base, { javaScriptEnabled: false });
await plain.goto(`${base}/intake/tips`);
check("the form says what it takes", /Up to 2 files of at most 98 KiB each|Up to 2 files/.test(await plain.locator("#h-files").innerText()));
check("and in words of its own", /Documents/.test(await plain.locator("label[for=files]").innerText()));
await look(plain, "form with files");
const send = async (files, message) => {
	await plain.selectOption("#f-kind", "bad");
	await plain.fill("#message", message);
	await plain.setInputFiles("#files", files);
	await plain.fill("#ticket", ticket());
	await plain.click("main button");
};
await send([file("tool.pdf", "MZ\0\0")], "stays <b>");
check("a kind that is not taken is named", /tool\.pdf is of a kind/.test(await alert(plain)));
check("what was typed stays", await plain.inputValue("#message") === "stays <b>" && await plain.inputValue("#f-kind") === "bad");
check("and the files must be chosen again", /choose your files again/.test(await plain.locator("#e-files").innerText()));
await look(plain, "a file was refused");
await send([{ name: "harmless.txt", mimeType: "text/plain", buffer: readFileSync(join(dir, "eicar.com")) }], "x");
check("what the scanner finds is refused", /harmless\.txt something harmful/.test(await alert(plain)));
await send([file("long.txt", "x".repeat(100001))], "x");
check("so is what is too long", /long\.txt is larger/.test(await alert(plain)));
await send([file("a.txt", "a"), file("b.txt", "b"), file("c.txt", "c")], "x");
check("and too many", /too many files/.test(await alert(plain)));
await send([file("report.txt", "first line\nsecond line\n"), file("<b>&amp;.txt", "words")], "with two files");
check("what is taken is entered", await heading(plain) === "Entered as number 1");
const secret = (await plain.locator("code.secret").innerText()).trim();

// ---- with JavaScript, in German ----
const anna = await visitor(browser, base);
await anna.goto(`${base}/intake/tips?lang=de`);
check("German where the form has no words of its own", /Bis zu 2 Dateien/.test(await anna.locator("#h-files").innerText()));
await look(anna, "form with files in German");
await anna.selectOption("#f-kind", "good");
await anna.setInputFiles("#files", [file("Übersicht.txt", "Größe")]);
await anna.click("main button");
await anna.waitForSelector("code.secret", { timeout: 60000 });
check("the browser's work counts for a form with files", /2/.test(await heading(anna)));

// ---- at the desk ----
const text = (page) => page.locator("main").innerText();
async function somebody(name, options = {}) {
	const page = await visitor(browser, base, options);
	const value = readFileSync(join(dir, `${name}.session`), "utf8").trim();
	await page.context().addCookies([{ name: "pl-desk", value, url: base, httpOnly: true, sameSite: "Strict" }]);
	return page;
}
async function download(page, button) {
	const [got] = await Promise.all([page.waitForEvent("download"), button.click()]);
	return { name: got.suggestedFilename(), content: readFileSync(await got.path()) };
}
const desk = await somebody("desk", { javaScriptEnabled: false });
const files = desk.locator("section[aria-labelledby=files]");
await desk.goto(`${base}/desk/case/samples/1`);
check("the page warns of a harmful file", /found something in a file/.test(await files.innerText()) && /harmful/.test(await files.innerText()));
check("and keeps its name to itself", !/Prüfung/.test(await text(desk)));
await look(desk, "case with a harmful file");
await desk.click("text=Open what is private");
check("the name is read with what is private", /Prüfung _1_\.exe/.test(await files.innerText()) && /Pellucid\.Marker/.test(await files.innerText()));
check("and the story names it, and no key", !/[0-9a-f]{64}/.test(await desk.locator("section[aria-labelledby=file]").innerText()));
const sample = await download(desk, files.locator("button"));
check("it is handed out under another name", sample.name === "Prüfung _1_.exe.flagged", sample.name);
check("byte for byte", sample.content.equals(readFileSync(join(dir, "sample.exe"))));
const big = Buffer.alloc(300000, 0).map((_, i) => i * 7 + (i >> 9));
await desk.goto(`${base}/desk/case/samples/1`);
await desk.click("text=Add a file >> xpath=.. >> button");
check("no file is chosen", /Choose one file/.test(await text(desk)));
await desk.setInputFiles("#attach-files", { name: "memory.bin", mimeType: "text/html", buffer: big });
await desk.fill("#attach-note", "taken from the sender's machine");
await desk.click("text=Add a file >> xpath=.. >> button");
check("a file is added", /Noted\./.test(await text(desk)));
await desk.click("text=Open what is private");
check("with its note", /taken from the sender/.test(await text(desk)) && /memory\.bin/.test(await files.innerText()));
await look(desk, "case with files opened");
const added = await download(desk, files.locator("tr", { hasText: "memory.bin" }).locator("button"));
check("and comes out as it went in", added.name === "memory.bin" && added.content.equals(big));
const auditor = await somebody("auditor", { javaScriptEnabled: false });
await auditor.goto(`${base}/desk/case/samples/1`);
check("an auditor adds nothing", await auditor.locator("#attach-files").count() === 0);

// ---- a message with files, without JavaScript ----
async function receipt(page) {
	await page.goto(`${base}/receipt`);
	await page.fill("#secret", secret);
	await page.locator("form.search button").click();
}
const write = async (page, message, files) => {
	await page.fill("#message", message);
	if (files.length)
		await page.setInputFiles("#files", files);
	await page.locator("form.sheet button").click();
};
await receipt(plain);
check("the page of receipts takes files as the form does", /Documents/.test(await plain.locator("label[for=files]").innerText()) &&
	/Up to 2 files/.test(await plain.locator("#h-files").innerText()));
await write(plain, "stays <i>", [file("tool.pdf", "MZ\0\0")]);
check("a kind that is not taken is named", /tool\.pdf is of a kind/.test(await alert(plain)));
check("what was typed stays, and files must be chosen again", await plain.inputValue("#message") === "stays <i>" &&
	/choose your files again/.test(await plain.locator("#e-files").innerText()));
await look(plain, "a file of a message was refused");
await write(plain, "x", [{ name: "harmless.txt", mimeType: "text/plain", buffer: readFileSync(join(dir, "eicar.com")) }]);
check("what the scanner finds is refused", /harmless\.txt something harmful/.test(await alert(plain)));
await write(plain, "x", [file("long.txt", "x".repeat(100001))]);
check("so is what is too long", /long\.txt is larger/.test(await alert(plain)));
await write(plain, "x", [file("a.txt", "a"), file("b.txt", "b"), file("c.txt", "c")]);
check("and too many", /too many files/.test(await alert(plain)));
await write(plain, "words alone", []);
check("words alone are taken", /Your message is with/.test(await plain.locator("[role=status]").innerText()));
await plain.reload();
check("a page that is loaded again sends nothing twice", /came before/.test(await plain.locator("[role=status]").innerText()));
const later = Buffer.from("found later\n".repeat(5000));
await write(plain, "I found more", [{ name: "später <1>.txt", mimeType: "text/plain", buffer: later }, file("b.txt", "b")]);
check("what is taken is said", /Your message is with/.test(await plain.locator("[role=status]").innerText()));

// ---- the desk reads it and answers ----
const story = desk.locator("section[aria-labelledby=file]");
await desk.goto(`${base}/desk/case/tips/1`);
check("its files stand with the message, without their names", await story.locator("ul.with li").count() === 2 && !/später/.test(await text(desk)));
await desk.click("text=Open what is private");
check("opened, with them", /später _1_\.txt/.test(await story.locator("ul.with").innerText()) && /I found more/.test(await story.innerText()));
check("the table says with what it came", /with a message/.test(await files.locator("tr", { hasText: "später" }).innerText()) &&
	await desk.locator(await files.locator("tr", { hasText: "später" }).locator("a").getAttribute("href")).innerText().then((t) => /I found more/.test(t)));
check("and the story leads to it, and names it once", (await story.innerText()).split("später _1_.txt").length === 2 &&
	await story.locator("ul.with a").first().getAttribute("href") === `#${await files.locator("tr", { hasText: "später" }).getAttribute("id")}`);
const sent = await download(desk, files.locator("tr", { hasText: "später" }).locator("button"));
check("and they come out as they went in", sent.content.equals(later));
const answerForm = desk.locator("form[action$='/answer']");
const reply = async (words, list) => {
	await desk.fill("#answer", words);
	await desk.setInputFiles("#answer-files", list);
	await answerForm.locator("button").click();
};
check("the form says what may go out", /Up to 5 files of at most 16/.test(await desk.locator("#answer-files-hint").innerText()));
await reply("typed once", [{ name: "harmless.txt", mimeType: "text/plain", buffer: readFileSync(join(dir, "eicar.com")) }]);
check("nothing harmful goes out", /something harmful was found/.test(await text(desk)));
check("and the words stay in their form alone", await desk.inputValue("#answer") === "typed once" && await desk.inputValue("#note") === "");
await reply("x", [{ name: "x.bin", mimeType: "application/pdf", buffer: big }]);
check("nor what is of another kind", /does not go out with answers/.test(await text(desk)));
await reply("x", [1, 2, 3, 4, 5, 6].map((n) => file(`${n}.txt`, "x")));
check("nor too many", /too many files/.test(await text(desk)));
const decision = Buffer.concat([Buffer.from("%PDF-1.7\n"), big]);
await reply("The decision is enclosed.", [{ name: "decision with a long name that says what it is about, 2026-11-29.pdf", mimeType: "text/html", buffer: decision },
	file("Anlage <2>.txt", "Größe")]);
check("an answer with two files goes out", /Noted\./.test(await text(desk)));
await desk.click("text=Open what is private");
check("and the case keeps what went", /given to the sender with an answer/.test(await files.locator("tr", { hasText: "decision" }).innerText()));
await look(desk, "case with a message and an answer that have files");
await desk.goto(`${base}/desk/case/matters/1`);
await desk.click("text=Open what is private");
await reply("typed twice", [file("indicators.txt", "evil.example.com")]);
check("where packages of expertise go out, nothing else does", /only packages of expertise go out/.test(await text(desk)) && /Nothing was sent/.test(await text(desk)));
check("and the words stay", await desk.inputValue("#answer") === "typed twice");
await look(desk, "a file that is no package was refused");
await desk.goto(`${base}/desk/case/matters/1`);
await desk.click("text=Open what is private");
await desk.fill("#f-package", `sha256:${"0".repeat(64)}`);
await desk.locator("form[action$='/change'] button").click();
check("nor is the digest of another package noted", /takes the digest of a package/.test(await text(desk)));
await look(desk, "a digest of no package was refused");
await desk.goto(`${base}/desk/case/matters/1`);
await desk.click("text=Open what is private");
await reply("words alone", []);
check("words go", /Noted\./.test(await text(desk)));
await desk.goto(`${base}/desk/case/tips/1`);

// ---- the sender fetches them ----
const phone = await visitor(browser, base, { javaScriptEnabled: false, viewport: { width: 360, height: 740 }, hasTouch: true, acceptDownloads: true });
await receipt(phone);
const handed = phone.locator("ul.handed > li");
check("on a phone, without JavaScript: each file with name, size and digest", await handed.count() === 2 &&
	/decision with a long name/.test(await handed.nth(0).innerText()) && /292\.9\sKiB/.test(await handed.nth(0).innerText()) &&
	(await handed.nth(0).innerText()).includes(`sha256:${createHash("sha256").update(decision).digest("hex")}`), await handed.allInnerTexts());
check("nothing sticks out", await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
const fetched = await download(phone, handed.nth(0).locator("button"));
check("it is handed out under its name, byte for byte", fetched.name === "decision with a long name that says what it is about, 2026-11-29.pdf" &&
	fetched.content.equals(decision), fetched.name);
const second = await download(phone, handed.nth(1).locator("button"));
check("the other one, too", second.name === "Anlage _2_.txt" && second.content.toString() === "Größe", second.name);
check("the page stays where it was", await handed.count() === 2);
check("a button says which file it fetches", /decision with a long name/.test(await handed.nth(0).locator("button").getAttribute("aria-label")));
await receipt(anna);
check("German, too", /Herunterladen/.test(await anna.locator("ul.handed").innerText()));
await look(anna, "answer with files in German");
const greta = await visitor(browser, base);
await receipt(greta);
await look(greta, "answer with files");

for (const [name, page] of [["without script", plain], ["with script", anna], ["desk", desk], ["phone", phone], ["another one", greta]])
	check(`${name}: no errors, no foreign requests`, page.notes.length === 0, page.notes.join("; "));
await browser.close();
process.exit(result());
