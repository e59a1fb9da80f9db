// SPDX-License-Identifier: Apache-2.0
// recount.mjs PAGES OPENINGS: what the pages' own script counts in an openings file, a total a line. Exit 1 with words: it refuses the file.
import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";

const [pages, file] = process.argv.slice(2);
for (const script of ["recount-hash.js", "recount-core.js", "recount-commit.js", "recount-count.js"])
	vm.runInThisContext(fs.readFileSync(path.join(pages, script), "utf8"));
try {
	const { result } = PellucidRecount.recountText(fs.readFileSync(file, "utf8"));
	for (const t of result.totals)
		console.log(t.name, t.value);
} catch (e) {
	if (!(e instanceof PellucidRecount.RecountRefusal))
		throw e;
	console.log(e.message);
	process.exit(1);
}
