#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# Reports of flaws at the desk in Chromium: steps, history, parties, deadlines, rating, embargo, rewards and releases by four eyes; wide and narrow, light and
# dark, without JavaScript, in German; axe finds nothing. What was done there is what the terminal and the books say, and outsiders recount it.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/flaws.sh
. "$PL_SRC/tests/lib/flaws.sh"
make_desk
set_conf web intake yes
make_flaws
sed "s/EXPIRES/$(date -u -d '+300 days' +%Y-%m-%dT00:00:00Z)/" "$PL_VECTORS/advisory/provider.conf" >provider.conf
check "whose advisories they will be" "$pellucid" advisory provider provider.conf
check "people with each role" "$PL_BUILD/tests/unit/web/desk_tool" people inst
# shellcheck disable=SC2119 # its options are its own
start_desk
[[ $failed == 0 ]] || exit 1
node "$PL_SRC/tests/browser/flaws.mjs" "$desk" "$PL_TMP" || failed=1
answers "the terminal says the same of it" 0 'resolved (fixed)' "$pellucid" vuln show 1
check "with who did what" grep -qE 'Z 01[0-9A-Z]* state new triaged none' out
answers "the books have paid" 0 'Expenses:Bounty  *15000.00 USD' "$pellucid" book balance example-vendor-de
answers "and fit the awards" 0 '^1 bounties paid, 0 of them without' "$pellucid" bounty check
half=$(date -u -d "$flaw_received" +%Y-%m | awk -F- '{ print $1 "-H" ($2 > 6 ? 2 : 1) }')
"$pellucid" register head vulnerabilities >/dev/null
answers "a report opens what was released" 0 '' "$pellucid" report make vulnerabilities "$half"
mkdir public
"$pellucid" report take vulnerabilities "$half" --out public >/dev/null
answers "outsiders recount it, step by step" 0 '^  4 steps from revision to revision' "$pellucid" report verify "public/vulnerabilities-$half.openings" --bundle \
	"public/vulnerabilities-$half.tlog-proof" --trust inst/trust.policy
for word in "$flaw_summary" Erlenzeisig Girlitzlocke 'Example Library' CVE-2026-1234; do
	check "\"$word\" stands in no log" not grep -rqF -e "$word" web.log public
done
exit "$failed"
