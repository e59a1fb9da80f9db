#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 300
# A padded register as an outsider reads it: of the sealed cases that were changed most are none, and the file that says so is counted alike by
# `report verify` and by the page's recount.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
check "an instance is made" make_instance log.example/padded --quorum 0
cat >orders.register <<'END'
pellucid-register v1
name orders
source intake
existence padded
opens rows
late-after 7
open-after 0
retain 0
field received time generalised month
field kind enum open good,bad
field note text sealed
total cases count
END
today=$(date -u +%FT00:00:00Z)
month=$(date -u +%Y-%m | awk -F- '{ print $1 "-H" ($2 > 6 ? 2 : 1) }')
check "a padded register" "$pellucid" register add orders.register
{ echo received,kind,note; for n in 1 2 3 4; do echo "$today,good,n$n"; done; } >cases.csv
answers "cases" 0 'entered as 1 to 4' "$pellucid" register enter orders cases.csv
check "one is sealed" "$pellucid" register seal orders 1
for i in {1..40}; do
	"$pellucid" register change orders 2 "note=a$i" >/dev/null
	"$pellucid" register change orders 3 "note=b$i" >/dev/null
	[[ $((i % 4)) != 0 ]] || "$pellucid" register change orders 1 "note=c$i" >/dev/null
	"$pellucid" register head orders >/dev/null 2>&1 || true
done
check "the last head" "$pellucid" register head orders
answers "a report" 0 "orders $month: 3 cases" "$pellucid" report make orders "$month"
check "an outsider takes it home" "$pellucid" report take orders "$month"
file=orders-$month.openings
answers "and counts every row again" 0 'every row was counted again' "$pellucid" report verify "$file" --bundle "orders-$month.tlog-proof" --trust inst/trust.policy
cat >read.mjs <<'END'
import fs from "node:fs";
import vm from "node:vm";
const [pages, file] = process.argv.slice(2), text = fs.readFileSync(file, "utf8");
for (const script of ["recount-hash.js", "recount-core.js", "recount-commit.js", "recount-count.js"])
	vm.runInThisContext(fs.readFileSync(`${pages}/${script}`, "utf8"));
const { result } = PellucidRecount.recountText(text);
const shut = new Map(), open = new Set();
for (const line of text.split("\n")) {
	const w = line.split(" ");
	if (w[0] === "row" && w[5] === "open")
		open.add(w[1]);
}
for (const line of text.split("\n")) {
	const w = line.split(" ");
	if (w[0] === "row" && !open.has(w[1]))
		shut.set(w[1], Number(w[2]));
}
const changed = [...shut].filter(([, revision]) => revision > 0).map(([number]) => number);
console.log(`cases ${result.cases} unopened ${result.unopened} shut ${shut.size} changed ${changed.length} one ${changed.includes("1")}`);
END
answers "so does the page's script" 0 '^cases 3 unopened' node read.mjs "$PL_SRC/pages" "$file"
read -r _ _ _ unopened _ shut _ changed _ one <out
same "what is not opened is the same" "$unopened" "$shut"
same "the sealed case was changed" true "$one"
check "and most of those that were are none" test "$changed" -gt 2
exit "$failed"
