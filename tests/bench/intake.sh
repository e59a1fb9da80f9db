#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# alone: long
# Cases a second that come in from many senders at once, against one sender alone, in one run.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
seconds=2 goal=1
if [ "${PL_BENCH:-smoke}" = full ]; then seconds=20 goal=2; fi

make_instance log.example/intake >/dev/null
tips_register 'retain 0' 'field kind enum open good,bad' 'field words text sealed' >tips.register
"$pellucid" register add tips.register >/dev/null
for senders in 1 64; do
	"$PL_BUILD/tests/bench/bench_intake" inst tips "$senders" "$seconds" | tee "rate.$senders"
done
ratio=$(sed -n 's/.*: \([0-9]*\) cases.*/\1/p' rate.1 rate.64 | paste -sd' ' | awk '{ printf "%.2f", $2 / $1 }')
echo "64 senders that share rounds reach $ratio times what one reaches (goal 2; 500 cases/s)"
check "sharing rounds pays" awk "BEGIN { exit !($ratio >= $goal) }"
answers "a head over all of them" 0 'leaves' "$pellucid" register head tips
exit "$failed"
