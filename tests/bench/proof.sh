#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# alone: long
# Inclusion proofs in the process, tiles and interior nodes in memory, on one core, against the floor of whoever only copies as
# many hashes, in one run; beside them the same from tiles that must be read and hashed first. Goal to report: 100,000/s.
set -eu
entries=20000 seconds=1 least=0.05
if [ "${PL_BENCH:-smoke}" = full ]; then entries=1000000 seconds=10 least=0.1; fi
"$PL_BUILD/tests/bench/bench_proof" "$entries" "$seconds" | tee "$PL_TMP/out"
value() { sed -n "s|^$1 ||p" "$PL_TMP/out"; }
rate=$(value inclusion-proofs/s) ratio=$(value inclusion-of-copy)
echo "$entries entries: $rate inclusion proofs a second of one core (goal 100,000), $ratio of copying 20 hashes"
if awk "BEGIN { exit !(${ratio:-0} >= $least) }"; then
  echo "ok - inclusion proofs reach $ratio of copying their hashes (at least $least)"
else
  echo "FAIL - inclusion proofs reach only ${ratio:-nothing} of copying their hashes, not $least"
  exit 1
fi
