#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# alone: long
# timeout: 900
# Statements a second through the whole path: built, signed, outbox, judged, logged, published, verified, projected. Medians
# of the rounds, with 1, 16 and 64 statements per transaction of the one who states. Figures are for people; the test is
# that all of them arrive.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
rounds=1 count=2000
if [ "${PL_BENCH:-smoke}" = full ]; then rounds=5 count=20000; fi
for per in 1 16 64; do
	for ((i = 0; i < rounds; i++)); do
		fresh=$("$root/tests/engines/fresh.sh" "$PL_TMP")
		eval "$fresh"
		database=()
		[ "${PL_ENGINES:-embedded}" = embedded ] || database=("$PL_TEST_DB")
		"$PL_BUILD/tests/bench/bench_statement" "$PL_TMP/inst" "$count" "$per" "${database[@]}" >>"$PL_TMP/result.$per" 2>"$PL_TMP/err" || {
			cat "$PL_TMP/err"
			echo "FAIL - $count statements, $per per transaction"
			exit 1
		}
		rm -rf "$PL_TMP/inst"
	done
	median=$(sed -n 's/.*: \([0-9]*\)\/s whole path.*/\1/p' "$PL_TMP/result.$per" | sort -n | sed -n "$((rounds / 2 + 1))p")
	cpu=$(sed -n 's/.*, \([0-9.]*\) ms of CPU.*/\1/p' "$PL_TMP/result.$per" | sort -n | sed -n "$((rounds / 2 + 1))p")
	echo "ok - $count statements, $per per transaction, ${PL_ENGINES:-embedded}: $median/s whole path (goal 1500/s on SQLite), $cpu ms of CPU each"
done
