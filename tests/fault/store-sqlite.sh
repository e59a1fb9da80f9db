#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Four writing processes, one that checkpoints, and kill -9 at random: no acknowledged row is lost, none is there without its
# number, and SQLite finds its file sound.
# alone: yes
# timeout: 1200
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
tool=$PL_BUILD/tests/fault/store-tool
db=sqlite:$PL_TMP/stress.db
rounds=60
[ "${PL_LONG:-0}" = 0 ] || rounds=1500
pids=()
trap 'kill -9 "${pids[@]}" 2>/dev/null || true' EXIT

begin() { # INDEX: 0-3 write, 4 checkpoints
	if [ "$1" = 4 ]; then
		"$tool" checkpoint "$db" &
	else
		"$tool" write "$db" "w$1" 1000000 >>"acks.$1" &
	fi
	pids[$1]=$!
}

"$tool" make "$db"
for i in 0 1 2 3 4; do begin "$i"; done
for ((round = 0; round < rounds; round++)); do
	sleep "0.$((RANDOM % 15 + 5))"
	victim=$((RANDOM % 5))
	kill -9 "${pids[victim]}" 2>/dev/null || bad "process $victim ended by itself"
	wait "${pids[victim]}" 2>/dev/null || true
	begin "$victim"
done
kill -9 "${pids[@]}" 2>/dev/null || true
wait 2>/dev/null || true
pids=()
cat acks.* >promises
check "after $rounds kills no acknowledged row is lost" code 0 "$tool" check "$db" <promises
echo "# $(cat out)"
for i in 0 1 2 3; do
	n=$(grep -c '^ack' "acks.$i" || true)
	check "writer $i had its turn $n times" test "$n" -ge "$rounds"
done
grep -h '^fail\|^unknown' promises >failures || true
check "no writer was refused" bash -c 'head -n 5 failures; test ! -s failures'
exit "$failed"
