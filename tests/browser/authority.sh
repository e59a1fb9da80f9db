#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# A request of an authority in Chromium: its form, the case with its row, its deadlines by a calendar and what was looked up, saying why something is not held, the
# look-up that is ordered, words that are looked through before they go, a package of expertise, the
# decision beside which that stands, the queue with a report that is owed, and the report with its columns, recounted; wide and narrow, light and dark, in German.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
name=authority-requests
make_desk
set_conf web intake yes
sed 's/^retain 60$/&\ncalendar DE/' "$PL_SRC/demo/$name.register" >decl
check "the register, by the calendar of Germany" "$pellucid" register add decl
for lang in en de; do check "its words, $lang" "$pellucid" register words "$PL_SRC/demo/$name.words.$lang"; done
check "its form" "$pellucid" intake open "$PL_SRC/demo/$name.form"
now=$(date -u +%FT00:00:00Z)
came=$(date -u -d '-20 days' +%FT00:00:00Z)
printf '%s\n' received,channel,country,authority,instrument,category,data-type,emergency,decision,authority-name \
	"$came,post,de,prosecutor,production-order,user-data,subscriber,yes,pending,StA Beispiel" "$now,post,fr,police,informal,technical-expertise,none,no,pending,Police" >cases.csv
check "two requests" "$pellucid" register enter $name cases.csv --promises secrets
check "the clock of an order, which ended ten days ago" "$pellucid" case happened $name 1 order-received --at "$came"
check "the stores are asked" "$pellucid" case look-up $name 1 email=somebody@mail.example
check "people with each role" "$PL_BUILD/tests/unit/web/desk_tool" people inst
check "a head" "$pellucid" register head $name
# Its first head was signed 400 days ago, for as long as the desk is looked at: a report is owed then.
signed=$(sqlite3 inst/pellucid.db "SELECT time FROM register_end")
sqlite3 inst/pellucid.db "UPDATE register_end SET time = $(date -u -d '400 days ago' +%s)"
# shellcheck disable=SC2119 # its options are its own
start_desk
[[ $failed == 0 ]] || exit 1
node "$PL_SRC/tests/browser/authority.mjs" "$desk" "$PL_TMP" || failed=1
answers "that is the state of the case" 0 'decision *rejected' "$pellucid" register show $name 2
sqlite3 inst/pellucid.db "UPDATE register_end SET time = $signed"
check "another head" "$pellucid" register head $name
period=$(date -u +%Y)-H$((($(date -u +%-m) + 5) / 6))
check "the report" "$pellucid" report make $name "$period"
entry=$("$pellucid" report list $name --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["reports"][0]["index"])')
node "$PL_SRC/tests/browser/authority.mjs" "$desk" "$PL_TMP" "$entry" || failed=1
exit "$failed"
