#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# What two persons decide about a case, in Chromium: the form of facts that does not do it, proposing with a reason, opening the reason, declining, agreeing;
# wide and narrow, light and dark, without JavaScript, in German; axe finds nothing.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"
tips_register 'field decision enum open pending,full,rejected' 'field ground enum open none,not-held,no-legal-basis' \
	'field person text sealed' 'eyes decision rejected' >tips.register
make_desk
check "a register is declared" "$pellucid" register add tips.register
printf 'received,decision,ground,person\n%s,pending,none,Zo\n' "$(date -u +%FT00:00:00Z)" >cases.csv
check "a case" "$pellucid" register enter tips cases.csv
check "people with each role" "$PL_BUILD/tests/unit/web/desk_tool" people inst
# shellcheck disable=SC2119 # its options are its own
start_desk
[[ $failed == 0 ]] || exit 1
node "$PL_SRC/tests/browser/decide.mjs" "$desk" "$PL_TMP" || failed=1
answers "that is the state of the case" 0 'decision *rejected' "$pellucid" register show tips 1
answers "the vault says who opened the case to decide" 0 '/legal .*case 1: ok' "$pellucid" vault reads
exit "$failed"
