#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# alone: long
# timeout: 1800
# Anonymous memory of the writing process while a log grows to 10 million entries (1 million in the short run), and again
# when it is opened at that size.
set -eu
program=$PL_BUILD/src/cli/pellucid
cd "$PL_TMP"
entries=1000000
[ "${PL_BENCH:-smoke}" = full ] && entries=10000000
"$program" log init log --origin bench.example/memory >/dev/null 2>&1
peak() { # pid: largest RssAnon in KiB until it ends
	local most=0 now
	while now=$(awk '/^RssAnon/ { print $2 }' "/proc/$1/status" 2>/dev/null) && [ -n "$now" ]; do
		[ "$now" -gt "$most" ] && most=$now
		sleep 0.1
	done
	echo "$most"
}
began=$EPOCHREALTIME
seq -f "entry %.0f of a benchmark, with some bytes more to be of a likely length........................." 1 $entries >in
"$program" log append log --lines <in >/dev/null &
growing=$(peak $!)
wait $!
took=$(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $began }")
(head -n 50000 in; sleep 1) | "$program" log append log --lines >/dev/null &
again=$(peak $!)
wait $!
echo "$entries entries in $took s; peak anonymous memory $((growing / 1024)) MiB growing, $((again / 1024)) MiB opened again with 50,000 repeats"
if [ "$growing" -lt 102400 ] && [ "$again" -lt 102400 ]; then
	echo "ok - below 100 MiB"
else
	echo "FAIL - not below 100 MiB"
	exit 1
fi
