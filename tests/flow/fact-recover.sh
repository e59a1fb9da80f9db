#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# The database of an instance is lost without a backup and made anew from the log's directory: also when that is killed in
# the middle and repeated; held until the witnesses have ruled out an older copy; held for good if it is one.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
tool=$PL_BUILD/tests/fault/fact-tool
serve() { start log "$pellucid" log serve --instance inst; }
recover() { code "$1" "$pellucid" recover database --instance "${2:-inst}" --json; }
dump() { "$pellucid" fsck --rebuild --json --scratch "$PL_TMP" --instance inst | sed 's/.*"dump":"\([^"]*\)".*/\1/'; }
quiet_or() { # nothing in the tables waits
	log_status '"waiting":0' && [ "$(published)" = "$1" ]
}

make_witness w1 w2
start_witness w1 w2
witness_lines w1 w2 >witnesses
make_instance flow.example/recover --witnesses witnesses --quorum 2 >vkey 2>err
each_witness add-log "$(cat vkey)" w1 w2
serve
check "its first entries are published" soon quiet_or 3
check "a statement with a body" document 0 first
"$tool" submit inst many 600 >acks
check "and 600 without" soon quiet_or 604
stop log
cp -a inst/log log.old
serve
check "and one more" document 0 second
stop log
want=$(dump)
check "a database that holds a record is refused" recover 2
check "in words" grep -q "it is not lost" err
"$tool" submit inst late 1 >out
check "one statement waits while nobody runs the log" log_status '"waiting":1'

# Lost.
database_lost
serve
ended log || true
check "without a record the log does not start" grep -q "the record .* is missing" log.log
check "doctor says what to do" code 1 "$pellucid" doctor --instance inst
check "in words" grep -q "pellucid recover database" out
kills=0
for ms in 040 080 120 160 200 240 280; do
	# In a shell of its own, whose words about the kill nobody needs.
	bash -c 'timeout -s KILL "$1" "$2" recover database --instance inst >out 2>err; exit $?' - "0.$ms" "$pellucid" 2>/dev/null ||
		kills=$((kills + 1))
done
echo "# $kills of 7 killed in the middle"
check "some attempts are killed in the middle" test "$kills" -gt 0
if [ "$kills" = 7 ]; then
	check "the database is made anew from the log" recover 0
	check "all of it" grep -q '"recorded":605,"behind":0,"projected":605,"known":605,"foreign":0' out
fi
check "the public tables are what they were" test "$(dump)" = "$want"
check "once more is refused: there is a record now" recover 2
check "the statement that waited is lost" log_status '"waiting":0'
check "what the instance made is still known" code 0 "$pellucid" log follow --instance inst --state watch --once

# Held until it is ruled out that this is an older copy.
stop w1 w2
serve
check "witnesses down: held" soon log_status '"process":"held".*"reason":"witnesses"'
check "a statement is only stored" document 3 third 3
check "and nothing larger is signed" test "$(published)" = 605
start_witness w1 w2
check "witnesses up: it goes on" soon log_status '"process":"running"'
check "with what was stored" soon quiet_or 606
check "and statements are published" document 0 fourth
stop log
check "the tables are what the log says" tables_fit
check "the log is whole" code 0 "$pellucid" log fsck inst/log
check "every acknowledged statement is there once" code 0 "$tool" check inst <acks

# An older directory.
mv inst/log log.new
cp -a log.old inst/log
database_lost
check "an older directory gives a record, too" recover 0
check "of its own size" grep -q '"recorded":604' out
serve
check "but a witness has seen more: held" soon log_status '"process":"held".*"aheadSize":607.*"reason":"ahead"'
check "no statement goes through" document 3 fifth 3
check "and no resume helps" bash -c '! "$0" statement log-resume witness-unreachable --instance inst --wait 5 >out 2>err' "$pellucid"
stop log w1 w2
serve
check "neither do witnesses that are gone" soon log_status '"process":"held".*"reason":"ahead"'
check "nothing larger was signed" test "$(published)" = 604
stop log
rm -rf inst/log
mv log.new inst/log
database_lost
start_witness w1 w2
check "with the newest directory it is made anew again" recover 0
check "and goes on" document 0 sixth
check "from where it was" test "$(published)" = 608

# Without witnesses nobody can tell.
check "an instance without witnesses" code 0 "$pellucid" init alone --origin flow.example/alone --purpose test
check "states something" document 0 seventh 60 alone
rm -f alone/pellucid.db*
check "recovering it is refused" recover 1 alone
check "with the reason" grep -q "can be forked by whoever restores it" err
check "unless it is written out" code 0 "$pellucid" recover database --instance alone --accept-that-nobody-witnesses
check "and the warning is printed" grep -q "NOT WITNESSED" err
check "it goes on" document 0 eighth 60 alone
check "and its tables are right" code 0 "$pellucid" fsck --rebuild --scratch "$PL_TMP" --instance alone
exit "$failed"
