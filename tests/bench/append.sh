#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# alone: yes
# Durable appends: 64 submitters, each waiting, against 64 threads that only write and fdatasync, in one run.
set -eu
mkdir -p "$PL_TMP/append"
if [ "${PL_BENCH:-smoke}" = full ]; then rounds=7 seconds=5; else rounds=3 seconds=1; fi
out=$("$PL_BUILD/tests/bench/bench_append" "$PL_TMP/append" "$rounds" "$seconds")
printf '%s\n' "$out"
# A smoke run on a busy machine is held to half of each goal, so that only a real regression fails.
ratio=$(printf '%s\n' "$out" | sed -n 's/^ratio.*two: \([0-9.]*\) of the rate.*/\1/p')
if [ -n "$ratio" ] && awk "BEGIN { exit !($ratio >= 0.25) }"; then
  echo "ok - durable appends reach $ratio of bare write+fdatasync"
else
  echo "FAIL - durable appends reach only ${ratio:-nothing} of bare write+fdatasync"
  exit 1
fi
