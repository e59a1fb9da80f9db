// SPDX-License-Identifier: Apache-2.0
// node attach.mjs BASE PELLUCID EICAR: people send files in at BASE. With PL_SHOTS=DIR pictures are kept.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { check, launch, look, result, visitor } from "./browser.mjs";

const [base, pellucid, eicar] = process.argv.slice(2);
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
await send([{ name: "harmless.txt", mimeType: "text/plain", buffer: readFileSync(eicar) }], "x");
check("what the scanner finds is refused", /harmless\.txt something harmful/.test(await alert(plain)));
await send([file("long.txt", "x".repeat(100001))], "x");
check("so is what is too long", /long\.txt is larger/.test(await alert(plain)));
await send([file("a.txt", "a"), file("b.txt", "b"), file("c.txt", "c")], "x");
check("and too many", /too many files/.test(await alert(plain)));
await send([file("report.txt", "first line\nsecond line\n"), file("<b>&amp;.txt", "words")], "with two files");
check("what is taken is entered", await heading(plain) === "Entered as number 1");

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

for (const [name, page] of [["without script", plain], ["with script", anna]])
	check(`${name}: no errors, no foreign requests`, page.notes.length === 0, page.notes.join("; "));
await browser.close();
process.exit(result());
