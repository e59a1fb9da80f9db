#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 300
# The bare command line: init, append, the answers to odd lines, and everything that reads.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
holds() { [ "$(tr '\n' ' ' <"$1")" = "$2" ]; }

vkey=$("$pellucid" log init log --origin flow.example/lines 2>/dev/null)
check "init prints the verifier key" test "${vkey%%+*}" = flow.example/lines
check "an empty log has a signed checkpoint" bash -c '[ "$("$0" log checkpoint log | sed -n 2p)" = 0 ]' "$pellucid"
check "a second init is refused" code 2 "$pellucid" log init log --origin flow.example/lines
rm -rf again && cp -a log.record again.record
check "a used name is refused" code 2 "$pellucid" log init again --origin flow.example/lines
check "a bad name is refused" code 2 "$pellucid" log init bad --origin "two words"

printf 'a\nb\na\n\nlast without line feed' | "$pellucid" log append log --lines >out
check "every line gets its index, a repeated one the earlier" holds out "0 1 0 2 3 "
check "nothing appended prints nothing" bash -c '[ -z "$("$0" log append log --lines </dev/null)" ]' "$pellucid"
(
	echo fine
	head -c 65536 /dev/zero | tr '\0' x
	printf '\nnever\n'
) >in
check "an over-long line is an error" bash -c '"$0" log append log --lines <in >out 2>err; [ $? = 2 ]' "$pellucid"
check "that names the line" grep -q "line 2 is too long" err
check "after the lines before it were answered" holds out "4 "
head -c 65535 /dev/zero | tr '\0' y >in
check "the longest entry is taken" bash -c '"$0" log append log --lines <in | grep -qx 5' "$pellucid"

seq -f "entry %.0f" 0 69999 >in
"$pellucid" log init many --origin log.example/releases >/dev/null 2>&1
"$pellucid" log append many --lines <in >out
check "70,000 lines are numbered in order" bash -c 'seq 0 69999 | cmp - out'
check "and have the root of the vectors" grep -qx "o5IPun8jmgcam9EHIfE0Gt3vuu3ttBx+JEN6nRa98Ao=" many/public/checkpoint
check "and their tiles" bash -c 'sha256sum many/public/tile/1/001.p/17 | grep -q ^5a8eb2fe63c90ddf'
"$pellucid" log append many --lines <in >indices
check "appended again they get the same indices" cmp out indices
check "and the log has not grown" bash -c '[ "$(sed -n 2p many/public/checkpoint)" = 70000 ]'
check "export gives them back" bash -c '"$0" log export many | cmp - in' "$pellucid"
check "a part of them" bash -c '[ "$("$0" log export many --from 69999)" = "entry 69999" ]' "$pellucid"
check "a proof has 17 hashes" bash -c '"$0" log prove many 12345 >p && [ "$(sed "/^$/,\$d" p | tail -n +4 | wc -l)" = 17 ]' "$pellucid"
check "that verify" code 0 "$pellucid" log verify many --proof p
check "and says that nobody witnessed it" grep -qi "not witnessed" err
sed 's/^index 12345/index 12344/' p >bad
check "a changed proof does not" code 1 "$pellucid" log verify many --proof bad
check "a consistency proof has 15" bash -c '[ "$("$0" log consistency many 65537 | wc -l)" = 15 ]' "$pellucid"
check "an index beyond the end is refused" code 2 "$pellucid" log prove many 70000
check "fsck finds nothing" code 0 "$pellucid" log fsck many --state state
check "and goes on where it stopped" bash -c '"$0" log fsck many --state state --json | grep -q "\"entries_checked_before\":65536"' "$pellucid"
"$pellucid" log checkpoint many >old
printf 'more\n' | "$pellucid" log append many --lines >/dev/null
check "the log extends its earlier checkpoint" code 0 "$pellucid" log verify many --old old
check "another log does not" code 1 "$pellucid" log verify log --old old
check "another key does not verify it" code 1 "$pellucid" log verify many --vkey "$vkey"
cp -a many damaged
printf x | dd of=damaged/public/tile/entries/017 bs=1 seek=99 conv=notrunc 2>/dev/null
check "fsck finds one changed byte" code 1 "$pellucid" log fsck damaged
check "and names the entry" grep -q "problem entry 43" out
exit "$failed"
