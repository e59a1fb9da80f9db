#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# A gag at the desk, in Chromium: sealed until a day, in the queue, another end, opened by two persons, the next edition, and how the portal says why there is
# one; wide and narrow, light and dark, without JavaScript, in German; axe finds nothing.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
cat >orders.register <<'END'
pellucid-register v1
name orders
source intake
existence exact
opens rows
late-after 7
open-after 0
retain 24
field received time generalised month
field kind enum open court,police
field person text sealed
total cases count
total court count kind=court
END
period=$(date -u +%Y)-H$((($(date -u +%-m) + 5) / 6))
make_desk
check "a register is declared" "$pellucid" register add orders.register
printf 'received,kind,person\n%s,court,Zo\n%s,police,Ada\n%s,court,Max\n' "$(date -u +%FT00:00:00Z)"{,,} >cases.csv
check "cases" "$pellucid" register enter orders cases.csv
check "one is sealed without an end" "$pellucid" register seal orders 3
check "people with each role" "$PL_BUILD/tests/unit/web/desk_tool" people inst
# shellcheck disable=SC2119 # its options are its own
start_desk
[[ $failed == 0 ]] || exit 1
node "$PL_SRC/tests/browser/seals.mjs" "$desk" "$PL_TMP" "$pellucid" "$period" || failed=1
answers "the case is open" 0 'entered' "$pellucid" register show orders 1
answers "its file tells all of it" 0 'seal ' "$pellucid" case show orders 1
same "four ends and the opening" 5 "$(grep -cE ' (un)?seal ' out)"
exit "$failed"
