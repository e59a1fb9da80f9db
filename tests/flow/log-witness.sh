#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 300
# A log with three witnesses of which two make the quorum: publishing, holding, coming back, and the six ways of restoring
# an older copy (log, record, both; witnesses up, down), each with its stated outcome.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
append() { # code, lines...
	local want=$1
	shift
	printf '%s\n' "$@" >lines
	code "$want" timeout 60 "$pellucid" log append log --lines <lines
}
size() { sed -n 2p "$1/public/checkpoint"; }
out_is() { [ "$(tr '\n' ' ' <out)" = "$1 " ]; }

vkey=$("$pellucid" log init log --origin flow.example/witnessed 2>/dev/null)
make_witness w1 w2 w3
each_witness add-log "$vkey" w1 w2 w3
start_witness w1 w2 w3
{
	echo "log $vkey"
	witness_lines w1 w2 w3
	echo 'group two 2 w1 w2 w3'
	echo 'quorum two'
} >policy
cp policy log/private/policy

check "with all witnesses entries are numbered" append 0 a b c
check "from 0 on" out_is "0 1 2"
check "and the published checkpoint has its quorum" "$pellucid" log verify log --policy policy
stop w3
check "one witness may be away" append 0 d
check "and the checkpoint still moves" test "$(size log)" = 4

stop w2 w3
check "with one of three the log is held" append 3 e
check "it stores without an index" out_is held
check "and says what is missing" grep -q "^1 entry is stored and not yet published; the log is held: 1 of the 2 witnesses needed" err
check "and publishes nothing larger" test "$(size log)" = 4
mv log/private/policy away
answers "a missing policy is no policy without witnesses" 3 'private/policy' "$pellucid" log append log --lines <lines
same "still nothing larger is published" "$(size log)" 4
mv away log/private/policy
check "what it has, it still answers" append 0 b
check "with the old index" out_is 1
start_witness w2
check "with two of three the hold is over" append 0 f
check "and what was stored came first" out_is 5
check "all of it published" test "$(size log)" = 6
check "and whole" bash -c '"$0" log fsck log >report' "$pellucid"

answers "fsck counts the witnesses that the policy asks for" 0 '^witnesses 2$' "$pellucid" log fsck log --policy policy
check "and does not say that there are none" not grep -qi 'not witnessed' err
sed 's/^group two 2/group two 3/' policy >strict
answers "and refuses a checkpoint without their quorum" 1 'quorum' "$pellucid" log fsck log --policy strict

answers "its own directory says whose cosignatures it wants" 0 'Cosigned by w1' "$pellucid" log verify log
cp strict log/private/policy
answers "and every verb asks for them" 1 'quorum' "$pellucid" log verify log
cp policy log/private/policy

echo "# restoring older copies"
start_witness w3
cp -a log old.log
cp -a log.record old.record
check "the log goes on" append 0 g h
cp -a log new.log
cp -a log.record new.record
restore() { # log: old|new, record: old|new
	rm -rf log log.record
	cp -a "$1.log" log
	cp -a "$2.record" log.record
}
for witnesses in up down; do
	[ $witnesses = up ] || stop w1 w2 w3
	restore old new
	check "log alone, witnesses $witnesses: refused" append 1 x
	check "as an older copy of the log" grep -q "this directory is an older copy" err
	restore new old
	check "record alone, witnesses $witnesses: refused" append 1 x
	check "as an older copy of the record" grep -q "the record is an older copy" err
done
restore old old
check "both, witnesses down: held" append 3 x
check "for want of witnesses" grep -q "witnesses needed to rule out" err
start_witness w1 w2 w3
restore old old
check "both, witnesses up: held" append 3 x
check "because a witness has seen more" grep -q "the witness [a-z0-9-]* has seen 8 entries" err
check "nothing larger is signed" test "$(size log)" = 6
stop w1 w2 w3
check "that is not forgotten when the witnesses are gone" append 3 y
check "and said again" grep -q "the witness [a-z0-9-]* has seen 8 entries" err
check "and no resume helps" not "$pellucid" log resume log --without-witnesses "hurry"
start_witness w1 w2 w3
restore new new
check "the newer copy is taken at once" append 0 i
check "with the next index" out_is 8

echo "# an operator ends a hold"
stop w1 w2 w3
check "without witnesses the log is held" append 3 j
check "resume answers with an index" bash -c '"$0" log resume log --without-witnesses "the witnesses are moving house" >out 2>err' "$pellucid"
check "the next one" out_is 9
"$pellucid" log export log --to 9 >/dev/null
start_witness w1 w2 w3
check "the stored entry followed it" append 0 j
check "at the index behind it" out_is 10
check "all published with quorum" "$pellucid" log verify log --policy policy
check "the reason stands in the log" bash -c '"$0" log prove log 9 | sed -n "s/^extra //p" | base64 -d | grep -q "moving house"' "$pellucid"
exit "$failed"
