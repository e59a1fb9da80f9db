#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# A log with a quorum of two out of three witnesses, each a process of its own, as they come and go.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# The published checkpoint has size $1 and at least $2 cosignatures.
published() {
	test "$(sed -n 2p log/public/checkpoint)" = "$1" &&
		test "$(grep -c '^— witness.example/' log/public/checkpoint)" -ge "$2"
}
append() {
	timeout 60 "$pellucid" log append log --lines >/dev/null
}

vkey=$("$pellucid" log init log --origin log.example/quorum 2>/dev/null)
make_witness w1 w2 w3
each_witness add-log "$vkey" w1 w2 w3
start_witness w1 w2 w3
{
	echo "log $vkey"
	witness_lines w1 w2 w3
	printf 'group two 2 w1 w2 w3\nquorum two\n'
} >policy
cp policy log/private/policy

seq 1 50 | append
check "with three witnesses the checkpoint has its quorum" published 50 2
# The quorum is there without the third one, who is slow; once nothing else waits its cosignature is put beside theirs.
mkfifo lines
append <lines &
appending=$!
exec 9>lines
seq 1001 1005 >&9
check "a log that stays open has all three, one a moment later" soon published 55 3
kill -STOP "${pid[w3]}"
seq 1006 1010 >&9
check "a slow one keeps nobody waiting" soon published 60 2
kill -CONT "${pid[w3]}"
check "and is on the checkpoint soon after" soon published 60 3
exec 9>&-
wait "$appending"
check "nothing of it is lost when the writer closes" published 60 3
check "an outsider accepts it with all three" "$pellucid" log follow log/public --once --policy policy --state s3
check "an outsider accepts it" "$pellucid" log follow log/public --once --policy policy --state s

end KILL w2
seq 51 80 | append
check "with one of three gone it goes on" published 90 2
check "an outsider accepts that, too" "$pellucid" log follow log/public --once --policy policy \
	--state s

start_witness w2
end KILL w1
seq 81 100 | append
check "the one that was away catches up, and another may go" published 110 2
check "it is the one that was away that cosigned" grep -q '^— witness.example/w2 ' log/public/checkpoint

# With one witness of three nothing larger is published, and nothing is lost.
end KILL w2
seq 101 110 | timeout 20 "$pellucid" log append log --lines >held 2>held.err || true
check "with two of three gone nothing larger is published" published 110 2
start_witness w1 w2
seq 111 120 | append
check "when they are back everything is" published 130 2
check "an outsider sees one history" "$pellucid" log follow log/public --once --policy policy \
	--state s
exit "$failed"
