#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# alone: long
# timeout: 900
# An openings file counted again: in C with all processors, and by the browser's script in one thread under Node. Beside it the floor
# of whoever only hashes the file. Goals to report: 100,000 rows under 2 s in C, under 5 s in the browser, under 200 MB.
set -eu
rows=5000
[[ ${PL_BENCH:-smoke} != full ]] || rows=100000
tool=$PL_BUILD/tests/interop/recount/openings-tool
file=$PL_TMP/openings
"$tool" make "$rows" >"$file"
cat >"$PL_TMP/recount.mjs" <<'JS'
import fs from "node:fs";
import vm from "node:vm";
for (const name of ["recount-hash.js", "recount-core.js", "recount-commit.js", "recount-count.js"])
	vm.runInThisContext(fs.readFileSync(`${process.argv[2]}/${name}`, "utf8"));
const { result } = PellucidRecount.recountText(fs.readFileSync(process.argv[3], "utf8"));
console.log(result.rows, result.cases);
JS
# measure NAME COMMAND...: wall seconds, processor seconds and resident megabytes; what it says is in NAME.out.
measure() {
	local name=$1
	shift
	/usr/bin/time -f '%e %U %S %M' -o "$PL_TMP/$name.time" "$@" >"$PL_TMP/$name.out"
	awk -v name="$name" -v rows="$counted" '{ printf "%-8s %.2f s, %.2f s of processor, %.0f MB: %.0f rows/s\n", name, $1, $2 + $3, $4 / 1024, rows / $1 }' \
		"$PL_TMP/$name.time"
}
counted=$(grep -c '^row ' "$file")
echo "$counted rows, $(($(stat -c %s "$file") / 1000000)) MB"
measure floor sha256sum "$file"
measure c bash -c 'echo "$2" | "$1" count' - "$tool" "$file"
measure script node --max-old-space-size=1500 "$PL_TMP/recount.mjs" "$PL_SRC/pages" "$file"
[[ $(cut -d' ' -f2,3 "$PL_TMP/c.out") == "$(cat "$PL_TMP/script.out")" ]] || {
	echo "FAIL - the two count differently: $(cut -c1-60 "$PL_TMP/c.out"); $(cat "$PL_TMP/script.out")"
	exit 1
}
echo "ok - both count $(cut -d' ' -f3 "$PL_TMP/c.out") cases"
# Of a few rows a process that starts is most of the time.
[[ ${PL_BENCH:-smoke} == full ]] || exit 0
# within NAME WHAT COLUMN FACTOR: of what the floor takes
within() {
	if awk -v most="$4" -v column="$3" 'FNR == 1 { v[++n] = $column } END { exit !(v[2] <= most * v[1]) }' "$PL_TMP/floor.time" "$PL_TMP/$1.time"; then
		echo "ok - $2: at most $4 times the time in which the file is hashed once"
	else
		echo "FAIL - $2: more than $4 times the time in which the file is hashed once"
		failed=1
	fi
}
failed=0
within c "counted in C" 1 12
within script "counted by the browser's script in one thread" 1 40
if [[ $(awk '{ print $4 }' "$PL_TMP/c.time") -lt 195312 ]]; then
	echo "ok - in C with less than 200 MB"
else
	echo "FAIL - in C with 200 MB or more"
	failed=1
fi
exit "$failed"
