#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# alone: long
# From an entry's answer to the checkpoint that both of two witnesses have cosigned; the witnesses are processes of their
# own on this machine. Figures are for people; the test is that every entry gets its quorum, in less than ten seconds.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
samples=20
[ "${PL_BENCH:-smoke}" != full ] || samples=200
vkey=$("$pellucid" log init log --origin bench.example/quorum 2>/dev/null)
make_witness w1 w2
each_witness add-log "$vkey" w1 w2
start_witness w1 w2
{
	echo "log $vkey"
	witness_lines w1 w2
	printf 'group both all w1 w2\nquorum both\n'
} >policy
cp policy log/private/policy
"$PL_BUILD/tests/bench/bench_quorum" log "$samples" || failed=1
check "every entry had its quorum (goal p50 under 1 s)" "$pellucid" log verify log/public --policy policy
exit "$failed"
