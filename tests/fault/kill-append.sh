#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# alone: long
# timeout: 3600
# kill -9 at a random moment while several entries are in flight, over and over: every index that was printed stands, and
# the log goes on. One run in four is killed while it starts, the others when the first answers are there: how long a start
# takes depends on what else the machine does.
set -eu
program=$PL_BUILD/src/cli/pellucid
cd "$PL_TMP"
times=20 within=80
[ "${PL_LONG:-0}" = 1 ] && times=1000 within=30 # ms; the log shall not grow beyond a few million entries
"$program" log init log --origin fault.example/kill >/dev/null 2>&1
: >acked
for ((k = 0; k < times; k++)); do
	seq -f "run $k entry %.0f" 1 200000 >in
	: >out # here: a child that is killed before it gets to that would leave the answers of the run before
	"$program" log append log --lines <in >out 2>err &
	pid=$!
	if ((k % 4)); then
		for ((i = 0; i < 2000; i++)); do
			if [ -s out ] || ! kill -0 $pid 2>/dev/null; then break; fi
			sleep 0.005
		done
	fi
	sleep "0.$(printf '%03d' $((RANDOM % within)))"
	kill -9 $pid 2>/dev/null || true
	wait $pid 2>/dev/null || true
	# The last line may be cut short by the kill: only whole lines are promises.
	[ -s out ] && [ -n "$(tail -c 1 out)" ] && sed -i '$d' out
	paste out in | head -n "$(wc -l <out)" | awk -F'\t' 'NR % 97 == 1 || NR > '"$(($(wc -l <out) - 3))" >>acked
done
printf 'the end\n' | "$program" log append log --lines >/dev/null
"$program" log fsck log >report || {
	echo "FAIL - fsck after $times kills: $(cat report)"
	exit 1
}
"$program" log export log >all
promises=$(wc -l <acked)
wrong=$(awk -F'\t' 'NR == FNR { want[$1] = $2; next } (FNR - 1) in want && want[FNR - 1] != $0 { n++ } END { print n + 0 }' acked all)
last=$(sort -n acked | tail -1 | cut -f1)
if [ "$wrong" != 0 ] || [ "${last:-0}" -ge "$(wc -l <all)" ]; then
	echo "FAIL - $wrong of $promises sampled promises broken"
	exit 1
fi
if [ "$promises" -lt "$((times / 2))" ]; then
	echo "FAIL - only $promises promises in $times runs: the kills came too early to mean anything"
	exit 1
fi
[ "$(sort all | uniq -d | wc -l)" = 0 ] || {
	echo "FAIL - an entry stands twice"
	exit 1
}
echo "ok - $times kills in a log of $(wc -l <all) entries: $promises sampled promises kept"
