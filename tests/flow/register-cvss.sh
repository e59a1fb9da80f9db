#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# engines: none
# CVSS vectors on the terminal: words, JSON, many on standard input, and what is refused.
set -eu
pellucid=$PL_BUILD/src/cli/pellucid
failed=0
is() { # is WHAT WANTED GOT
	if [ "$2" = "$3" ]; then
		echo "ok - $1"
	else
		echo "FAIL - $1: wanted \"$2\", got \"$3\""
		failed=1
	fi
}
run() { # run ARGUMENTS...: output in $PL_TMP/out and $PL_TMP/err, exit code in $code
	code=0
	"$pellucid" cvss "$@" >"$PL_TMP/out" 2>"$PL_TMP/err" || code=$?
}
base31=CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H
base40=CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N

run $base31
is "a 3.1 vector" "0 $base31 8.8 High" "$code $(head -n 2 "$PL_TMP/out" | paste -sd' ' -)"
run $base31/MAV:L/E:P
is "another order is put right" "$base31/E:P/MAV:L" "$(head -n 1 "$PL_TMP/out")"
is "temporal and environmental scores" "Temporal 8.3 High Environmental 7.4 High" \
	"$(sed -n '4,5p' "$PL_TMP/out" | tr -s ' \n' ' ' | sed 's/^ //; s/ $//')"
run $base40/E:P/MSI:S/U:Amber
is "a 4.0 vector with its nomenclature" "0 9.3 Critical  (CVSS-BTE, MacroVector 100010)" "$code $(sed -n 2p "$PL_TMP/out")"
is "every metric in words" "U Provider Urgency Amber" "$(tail -n 1 "$PL_TMP/out" | tr -s ' ' | sed 's/^ //')"
run --json $base40/E:P
is "JSON" '"score":7.4,"severity":"High","nomenclature":"CVSS-BT","macroVector":"100210","scores":{"base":8.7,"threat":7.4}' \
	"$(grep -o '"score".*}' "$PL_TMP/out" | sed 's/,"metrics".*//')"

run CVSS:4.0/AC:L/AV:N/AT:N/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N
is "4.0 in another order is refused with the right one" "2 0 1" \
	"$code $(wc -c <"$PL_TMP/out") $(grep -c "write $base40" "$PL_TMP/err")"
printf '%s\n\n%s\nCVSS:3.1/AV:F' $base31 $base40 >"$PL_TMP/lines"
run - <"$PL_TMP/lines"
is "lines are answered in their places" "2 8.8 High $base31|-|8.7 High $base40|-" "$code $(paste -sd'|' "$PL_TMP/out")"
is "refusals name their lines" "line 2, column 1|line 4, column 13" \
	"$(grep -o 'line [0-9]*, column [0-9]*' "$PL_TMP/err" | paste -sd'|' -)"
run - --json <"$PL_TMP/lines"
is "so does JSON" '2 {"line":4,"column":13' "$code $(tail -n 1 "$PL_TMP/out" | cut -d, -f1,2)"
{ head -c 100000 /dev/zero | tr '\0' A; printf '\n%s\n' $base31; } >"$PL_TMP/lines"
run - <"$PL_TMP/lines"
is "a line that is too long costs only itself" "2 -|8.8 High $base31" "$code $(paste -sd'|' "$PL_TMP/out")"
printf '%s\000/E:P\n' $base31 >"$PL_TMP/lines"
run - <"$PL_TMP/lines"
is "a NUL ends no line" "2 -" "$code $(cat "$PL_TMP/out")"
run - </dev/null
is "no line, no answer" "0 0" "$code $(wc -c <"$PL_TMP/out")"
code=0
echo $base31 | "$pellucid" cvss - >/dev/full 2>"$PL_TMP/err" || code=$?
is "a full disk is no success" 3 "$code"
exit $failed
