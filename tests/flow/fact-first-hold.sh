#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 300
# A new instance is served before its witnesses know it: what was stated meanwhile waits, in order, and nothing of it is
# refused when the hold ends. Later the witnesses are gone, and the act that ends the hold is found behind a thousand rows
# that a hostile web process has put in front of it.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"

make_witness w1 w2
start_witness w1 w2
witness_lines w1 w2 >witnesses
vkey=$(make_instance log.example/first --witnesses witnesses --quorum 2 2>/dev/null)
export PELLUCID_INSTANCE=$PL_TMP/inst
start serve "$pellucid" serve --no-web
check "the witnesses are asked, and do not know it" soon grep -q 'unknown log' w1.log
check "so nothing is published that the trust file accepts" not "$pellucid" log verify inst/log --policy inst/trust.policy
start early "$pellucid" statement document witnesses
sleep 1
check "a statement that comes before the first checkpoint waits for it" kill -0 "${pid[early]}"
each_witness add-log "$vkey" w1 w2
check "the hold ends when they admit it" soon "$pellucid" log verify inst/log --policy inst/trust.policy --json
check "the inception is entry 0" soon bash -c '"$0" statement show 0 | grep -q inception' "$pellucid"
check "and is stated then" ended early
check "keys introduced during the hold may sign" soon "$pellucid" product add lantern
check "nothing was refused" bash -c '! "$0" doctor | grep -qi "refused [1-9]\|[1-9][0-9]* .*refused"' "$pellucid"
check "the tables follow from the log" "$pellucid" fsck --rebuild --scratch "$PL_TMP"

stop_all
# As many as one statement of SQL takes as an argument of psql.
hostile_rows() {
	python3 -c 'import os, sys
q = chr(39)
def row(i): return f"(x{q}{os.urandom(32).hex()}{q}, x{q}{os.urandom(32).hex()}{q}, {q}a{i}{q}, 1, 0, NULL, {q}{q}, 0, x{q}00{q})"
first = int(sys.argv[1])
print("INSERT INTO outbox VALUES " + ",".join(row(i) for i in range(first, first + 300)))' "$1"
}
for first in 0 300 600 900; do sql "$(hostile_rows "$first")"; done
start again "$pellucid" serve --no-web
check "without witnesses it is held" soon grep -q 'evt=log.held' again.log
"$pellucid" statement log-resume witness-unreachable --wait 2 >out 2>&1 || true
check "an act behind a thousand other rows ends the hold" soon grep -q 'evt=log.running' again.log
check "and those rows are refused" soon bash -c '"$0" doctor | grep -q "1200 statements were refused"' "$pellucid"
exit "$failed"
