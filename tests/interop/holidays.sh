#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Our tables of public holidays against those of the npm package date-holidays: every Monday to Friday of twelve years.
set -eu
here=$(dirname "$0")
[ -d "${NODE_PATH:-/nowhere}/date-holidays" ] || { echo "date-holidays is not installed"; exit 1; }
failed=0
check() {
	what=$1
	shift
	if "$@"; then
		echo "ok - $what"
	else
		echo "FAIL - $what"
		failed=1
	fi
}
# shellcheck disable=SC2317 # called through check
refuses() {
	if "$@" >"$PL_TMP/refused" 2>&1; then return 1; fi
}

"$PL_BUILD/tests/interop/holidays/holidays_table" >"$PL_TMP/ours"
check "31 countries, 12 years" node "$here/holidays/compare.mjs" "$PL_TMP/ours"
sed 's/^AT 2026-05-14/AT 2026-05-13/' "$PL_TMP/ours" >"$PL_TMP/moved"
check "a day that moved is noticed" refuses node "$here/holidays/compare.mjs" "$PL_TMP/moved"
check "and named" grep -q "AT 2026-05-13 only ours" "$PL_TMP/refused"
sed '/^FI 2026/d' "$PL_TMP/ours" >"$PL_TMP/missing"
check "a missing year is noticed" refuses node "$here/holidays/compare.mjs" "$PL_TMP/missing"
sed '/^NL ....-05-05/d' "$PL_TMP/ours" >"$PL_TMP/agrees"
check "an explanation of nothing is noticed" refuses node "$here/holidays/compare.mjs" "$PL_TMP/agrees"
exit $failed
