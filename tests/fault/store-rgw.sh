#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The object gateway is killed with -9 while processes put blobs, and started again: every acknowledged blob is there and
# right; what broken-off uploads leave behind is swept.
# alone: yes
# timeout: 900
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tool=$PL_BUILD/tests/fault/store-tool
engine=/var/tmp/pellucid-store-rgw.$$
rounds=1 failed=0
[ "${PL_LONG:-0}" = 0 ] || rounds=10
pids=()
# shellcheck disable=SC2317 # called by the trap
finish() {
	[ "${#pids[@]}" = 0 ] || kill -9 "${pids[@]}" 2>/dev/null || true
	"$here/../engines/rgw-down.sh" "$engine" || true
	rm -rf -- "$engine"
}
trap finish EXIT
PL_ENGINE_OWNER=$$ "$here/../engines/rgw-up.sh" "$engine"
set -a
# shellcheck source=/dev/null
. "$engine/env"
set +a
blobs=$PL_S3_URL/faults

"$tool" blob-sweep "$blobs" >/dev/null # makes the bucket
i=0
for size in 1000 300000 9000000 90000000; do
	"$tool" blob-put "$blobs" "$size" 1000000 >>"$PL_TMP/acks.$i" &
	pids[i]=$!
	i=$((i + 1))
done
for ((round = 0; round < rounds; round++)); do
	sleep "3.$((RANDOM % 10))"
	kill -9 "$(cat "$engine/run/client.rgw.pid")"
	sleep "0.$((RANDOM % 10))"
	PL_ENGINE_OWNER=none "$here/../engines/rgw-up.sh" "$engine"
done
sleep 4
# The largest takes its time on a busy machine.
for ((t = 0; t < 1200; t++)); do
	grep -q '^ack' "$PL_TMP/acks.3" && break
	sleep 0.1
done
kill -9 "${pids[@]}" 2>/dev/null || true
wait "${pids[@]}" 2>/dev/null || true
pids=()
if cat "$PL_TMP"/acks.* | "$tool" blob-check "$blobs" >"$PL_TMP/check.log"; then
	printf 'ok - %s after %s kills\n' "$(head -n 1 "$PL_TMP/check.log")" "$rounds"
else
	printf 'FAIL - %s\n' "$(cat "$PL_TMP/check.log")"
	failed=1
fi
for i in 0 1 2 3; do
	grep -q '^ack' "$PL_TMP/acks.$i" || { printf 'FAIL - putter %s never succeeded\n' "$i"; failed=1; }
done
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
if [ "${swept##*removed=}" -ge 1 ] && [ "${again##*removed=}" = 0 ]; then
	printf 'ok - leftovers are swept: %s, then %s\n' "$swept" "$again"
else
	printf 'FAIL - leftovers: %s, then %s\n' "$swept" "$again"
	failed=1
fi
exit "$failed"
