#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# An instance with two witnesses, restored from an older copy in six ways: the log alone, the database alone, both; witnesses
# up and down. Each has its stated outcome (docs/manual/recovery.md).
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"

make_witness w1 w2
start_witness w1 w2
witness_lines w1 w2 >witnesses
make() { make_instance flow.example/restored --witnesses witnesses --quorum 2 >vkey 2>err; }
check "an instance is made" make
each_witness add-log "$(cat vkey)" w1 w2
check "a statement is published with both witnesses" document 0 first 60
check "under a checkpoint with quorum" test "$(grep -c '^— witness.example/w' inst/log/public/checkpoint)" = 2
check "and a second one" document 0 second 60
cp -a inst/log log.old
database save old
check "the instance goes on" document 0 third 60
check "and on" document 0 fourth 60
cp -a inst/log log.new
database save new
restore() { # log, database
	rm -rf inst/log
	cp -a "log.$1" inst/log
	database load "$2"
}
for witnesses in up down; do
	[ $witnesses = up ] || stop w1 w2
	restore old new
	check "log alone, witnesses $witnesses: refused" document 1 "a-$witnesses" 5
	check "as an older copy of the log" grep -q "this directory is an older copy" err
	restore new old
	check "database alone, witnesses $witnesses: refused" document 1 "b-$witnesses" 5
	check "as an older copy of the record" grep -q "the record is an older copy" err
	check "and nothing new is published" test "$(published)" = 7
done
restore old old
check "both, witnesses down: held" document 3 c-down 8
check "for want of witnesses" grep -q "witness" err
check "and nothing larger is signed" test "$(published)" = 5
start_witness w1 w2
restore old old
check "both, witnesses up: held" document 3 c-up 15
check "because a witness has seen more" grep -q "has seen 7 entries" err
check "and nothing larger is signed" test "$(published)" = 5
check "and no resume helps" not "$pellucid" statement log-resume witness-unreachable --instance inst --wait 5
restore new new
check "with the newer copies back everything goes on" document 0 fifth 60
check "from where it was" test "$(published)" = 8
check "and the tables are what the log says" "$pellucid" fsck --rebuild --instance inst
exit "$failed"
