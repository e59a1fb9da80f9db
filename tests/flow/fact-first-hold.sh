#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# A new instance is served before its witnesses know it: what was stated meanwhile waits, in order, and nothing of it is
# refused when the hold ends. Later the witnesses are gone, and the act that ends the hold is found behind a thousand rows
# that a hostile web process has put in front of it.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"

make_witness w1 w2
start_witness w1 w2
witness_lines w1 w2 >witnesses
vkey=$("$pellucid" init inst --origin log.example/first --purpose test --witnesses witnesses --quorum 2 2>/dev/null)
export PELLUCID_INSTANCE=$PL_TMP/inst
start serve "$pellucid" serve --no-web
check "the log is held while the witnesses do not know it" soon grep -q 'evt=log.held' serve.log
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
python3 - inst/pellucid.db <<'END'
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
with db:
    db.executemany("INSERT INTO outbox VALUES (?, ?, ?, 1, 0, NULL, '', 0, x'00')",
        ((os.urandom(32), os.urandom(32), f"a{i}") for i in range(1200)))
END
start again "$pellucid" serve --no-web
check "without witnesses it is held" soon grep -q 'evt=log.held' again.log
"$pellucid" statement log-resume witness-unreachable --wait 2 >out 2>&1 || true
check "an act behind a thousand other rows ends the hold" soon grep -q 'evt=log.running' again.log
check "and those rows are refused" soon bash -c '"$0" doctor | grep -q "1200 statements were refused"' "$pellucid"
exit "$failed"
