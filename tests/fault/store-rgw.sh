#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The object gateway is killed with -9 while processes put blobs, and started again: every acknowledged blob is there and
# right; what broken-off uploads leave behind is swept.
# alone: yes
# timeout: 900
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
tool=$PL_BUILD/tests/fault/store-tool
engine=/var/tmp/pellucid-store-rgw.$$
rounds=1
[ "${PL_LONG:-0}" = 0 ] || rounds=10
pids=()
# shellcheck disable=SC2317 # called by the trap
finish() {
	[ "${#pids[@]}" = 0 ] || kill -9 "${pids[@]}" 2>/dev/null || true
	"$PL_SRC/tests/engines/rgw-down.sh" "$engine" || true
	rm -rf -- "$engine"
}
trap finish EXIT
PL_ENGINE_OWNER=$$ "$PL_SRC/tests/engines/rgw-up.sh" "$engine"
set -a
# shellcheck source=/dev/null
. "$engine/env"
set +a
blobs=$PL_S3_URL/faults

"$tool" blob-sweep "$blobs" >/dev/null # makes the bucket
i=0
for size in 1000 300000 9000000 90000000; do
	"$tool" blob-put "$blobs" "$size" 1000000 >>"acks.$i" &
	pids[i]=$!
	i=$((i + 1))
done
for ((round = 0; round < rounds; round++)); do
	sleep "3.$((RANDOM % 10))"
	kill -9 "$(cat "$engine/run/client.rgw.pid")"
	sleep "0.$((RANDOM % 10))"
	PL_ENGINE_OWNER=none "$PL_SRC/tests/engines/rgw-up.sh" "$engine"
done
sleep 2
for i in 0 1 2 3; do # the largest takes its time on a busy machine
	soon_tenths=1200 check "putter $i succeeds" soon grep -q '^ack' "acks.$i"
done
kill -9 "${pids[@]}" 2>/dev/null || true
wait "${pids[@]}" 2>/dev/null || true
pids=()
cat acks.* >promises
check "every acknowledged blob is there and right" code 0 "$tool" blob-check "$blobs" <promises
echo "# $(head -n 1 out) after $rounds kills"
# An upload in parts, broken off under way.
"$tool" blob-put "$blobs" 3000000000 1 >/dev/null &
pids=($!)
sleep 4
kill -9 "${pids[@]}"
wait "${pids[@]}" 2>/dev/null || true
pids=()
sleep 1.5
swept=$("$tool" blob-sweep "$blobs")
again=$("$tool" blob-sweep "$blobs")
check "leftovers are swept: $swept" test "${swept##*removed=}" -ge 1
same "once" 0 "${again##*removed=}"
exit "$failed"
