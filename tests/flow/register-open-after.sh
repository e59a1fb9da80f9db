#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 240
# A register that waits before it opens: no report shows a case before its days are over, though it was entered and stands in the tree; then the next
# edition opens it, and the one before still holds.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/clock.sh
. "$PL_SRC/tests/lib/clock.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
# An object store refuses what is signed in another time than its own.
[[ $PL_ENGINES != scale ]] || PL_TEST_BLOB=dir:$PL_TMP/blobs
register() { "$pellucid" register "$@"; }
report() { "$pellucid" report "$@"; }
take() { mkdir "$1" && report take orders 2026-H1 --out "$1"; }
verified() { report verify "$1/orders-2026-H1.openings" --bundle "$1/orders-2026-H1.tlog-proof" --trust inst/trust.policy; }
enter() { # KIND: a case of now
	printf 'received,kind\n%s,%s\n' "$1" "$2" >case.csv && register enter orders case.csv
}

cat >decl <<'END'
pellucid-register v1
name orders
source intake
existence exact
opens rows
late-after 7
open-after 30
retain 24
field received time generalised month
field kind enum open court,police
total cases count
total court count kind=court
END
clock_is 2026-03-01T12:00:00Z
make_instance log.example/waits --quorum 0 >/dev/null
check "a register that waits for thirty days" register add decl
check "a case" enter 2026-02-27T08:00:00Z court
clock_is 2026-03-11T12:00:00Z
check "ten days later another one" enter 2026-03-10T08:00:00Z police
clock_is 2026-03-30T23:59:59Z
check "a head" register head orders
answers "a second before the thirtieth day after the day on which it was entered no case is opened" 0 'edition 1' report make orders 2026-H1
check "a report" take first
answers "an outsider counts none" 0 '^  cases *0' verified first
check "and two that are not opened" has '^  2 not opened'
answers "nothing is renewed" 0 '' report renew orders
check "and it says so" grep -q 'no report of orders left out' err
clock_is 2026-03-31T00:00:00Z
answers "then the first one is, in the next edition" 0 'edition 2, replaces edition 1: 1 case more' report renew orders
check "a report" take second
answers "an outsider counts it" 0 '^  cases *1' verified second
check "for what it is" has '^  court *1'
answers "and the one before still holds" 0 '^  cases *0' verified first
clock_is 2026-04-09T23:59:59Z
answers "the second one waits for its own days" 0 '' report renew orders
clock_is 2026-04-10T00:00:00Z
answers "and is opened after them" 0 'edition 3, replaces edition 2: 1 case more' report renew orders
start web "$pellucid" web --listen 127.0.0.1:0
ready web web.serving
base=http://127.0.0.1:${port[web]}
serves "the page says why there is another edition" 200 'Because its time has come: 1 case more' "$base/report/$(field "$(report list orders --json)" reports.0.index)"
check "and speaks of no gag" not grep -q 'gag was lifted' body
check "and what the rule is" grep -q '30 days' body
exit "$failed"
