#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# The work on cases in Chromium: queue, file, deadlines, opening what is private, notes, mail; wide and narrow, light and dark, without
# JavaScript, in German; axe finds nothing. Who opened what stands in the vault's lines.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"
tips_register 'field kind enum open good,bad' 'field person text sealed' >tips.register
cat >tips.form <<'END'
pellucid-intake-form v1
register tips
confirm work
bits 8
ask kind required
ask person optional
message required
start request-received
END
make_desk
check "a register is declared" "$pellucid" register add tips.register
set_conf web intake yes
set_conf mail smtp smtp://127.0.0.1:9
set_conf mail from desk@pellucid.example
check "a form is opened" "$pellucid" intake open tips.form
check "people with each role" "$PL_BUILD/tests/unit/web/desk_tool" people inst
# shellcheck disable=SC2119 # its options are its own
start_desk
send() {
	curl -sf -o page --data-urlencode f-kind=bad --data-urlencode "f-person=Zoë" --data-urlencode "message=$1" --data-urlencode contact=who@remote.example \
		--data-urlencode way=work --data-urlencode "ticket=$("$pellucid" intake ticket tips --bits 8)" "$desk/intake/tips"
}
check "somebody sends something in" send "secret words of the sender"
check "and somebody else" send "other words"
[[ $failed == 0 ]] || exit 1
node "$PL_SRC/tests/browser/cases.mjs" "$desk" "$PL_TMP" "$pellucid" || failed=1
answers "the vault says who opened what" 0 'read *.*/desk .*case 1: ok' "$pellucid" vault reads
check "and under which role" grep -q '/legal .*case 1: ok' out
check "and of the other case nothing" bash -c '! grep -q "operator.*case 2: ok" out'
exit "$failed"
