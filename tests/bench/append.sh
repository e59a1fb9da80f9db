#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# alone: yes
# Durable appends: 64 submitters, each waiting, against 64 threads that only write and fdatasync, in one run.
set -eu
mkdir -p "$PL_TMP/append"
if [ "${PL_BENCH:-smoke}" = full ]; then rounds=7 seconds=5; else rounds=3 seconds=1; fi
out=$("$PL_BUILD/tests/bench/bench_append" "$PL_TMP/append" "$rounds" "$seconds")
printf '%s\n' "$out"
# A full run is held to the goals. A smoke run on a busy machine is held to half of the rate, so that only a real regression fails;
# of how long one submitter waits beside others' work it says nothing.
least=0.25 most=1000
[ "${PL_BENCH:-smoke}" != full ] || least=0.5 most=3
ratio=$(printf '%s\n' "$out" | sed -n 's/^ratio.*two: \([0-9.]*\) of the rate.*/\1/p')
times=$(printf '%s\n' "$out" | sed -n 's/^ratio.*, \([0-9.]*\) times the p50.*/\1/p')
failed=0
# goal WORDS VALUE COMPARISON LIMIT
goal() {
  if [ -n "$2" ] && awk "BEGIN { exit !($2 $3 $4) }"; then
    echo "ok - $1: $2 (held to $3 $4)"
  else
    echo "FAIL - $1: ${2:-nothing measured} (held to $3 $4)"
    failed=1
  fi
}
goal "durable appends, of the rate of bare write+fdatasync (goal 0.5)" "$ratio" '>=' "$least"
goal "their p50, in times of that of bare write+fdatasync (goal 3)" "$times" '<=' "$most"
exit "$failed"
