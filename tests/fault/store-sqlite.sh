#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Four writing processes, one that checkpoints, and kill -9 at random: no acknowledged row is lost, none is there without its
# number, and SQLite finds its file sound.
# alone: yes
# timeout: 400
set -eu
tool=$PL_BUILD/tests/fault/store-tool
db=sqlite:$PL_TMP/stress.db
rounds=60 failed=0
[ "${PL_LONG:-0}" = 0 ] || rounds=1500
pids=()
trap 'kill -9 "${pids[@]}" 2>/dev/null || true' EXIT

start() { # INDEX: 0-3 write, 4 checkpoints
	if [ "$1" = 4 ]; then
		"$tool" checkpoint "$db" &
	else
		"$tool" write "$db" "w$1" 1000000 >>"$PL_TMP/acks.$1" &
	fi
	pids[$1]=$!
}

"$tool" make "$db"
for i in 0 1 2 3 4; do start "$i"; done
for ((round = 0; round < rounds; round++)); do
	sleep "0.$((RANDOM % 15 + 5))"
	victim=$((RANDOM % 5))
	kill -9 "${pids[victim]}" 2>/dev/null || { printf 'FAIL - process %s ended by itself\n' "$victim"; failed=1; }
	wait "${pids[victim]}" 2>/dev/null || true
	start "$victim"
done
kill -9 "${pids[@]}" 2>/dev/null || true
wait 2>/dev/null || true
pids=()
if cat "$PL_TMP"/acks.* | "$tool" check "$db" >"$PL_TMP/check.log"; then
	printf 'ok - %s after %s kills\n' "$(cat "$PL_TMP/check.log")" "$rounds"
else
	printf 'FAIL - %s\n' "$(cat "$PL_TMP/check.log")"
	failed=1
fi
for i in 0 1 2 3; do
	n=$(grep -c '^ack' "$PL_TMP/acks.$i" || true)
	if [ "$n" -ge "$rounds" ]; then
		printf 'ok - writer %s had its turn %s times\n' "$i" "$n"
	else
		printf 'FAIL - writer %s had its turn only %s times\n' "$i" "$n"
		failed=1
	fi
done
if grep -h '^fail\|^unknown' "$PL_TMP"/acks.* >"$PL_TMP/failures"; then
	printf 'FAIL - a writer was refused: %s\n' "$(sort "$PL_TMP/failures" | cut -d ' ' -f 1-2 | uniq -c | tr '\n' ';')"
	failed=1
else
	printf 'ok - no writer was refused\n'
fi
exit "$failed"
