#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# PostgreSQL is killed with -9 while four processes write, and started again: no acknowledged row is lost, no number is
# missing, and a broken commit is reported as unknown, never as done or refused.
# alone: long
# timeout: 900
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tool=$PL_BUILD/tests/fault/store-tool
engine=/var/tmp/pellucid-store-postgres.$$
rounds=3 failed=0
[ "${PL_LONG:-0}" = 0 ] || rounds=30
pids=()
# shellcheck disable=SC2317 # called by the trap
finish() {
	[ "${#pids[@]}" = 0 ] || kill -9 "${pids[@]}" 2>/dev/null || true
	"$here/../engines/pg-down.sh" "$engine" || true
	rm -rf -- "$engine"
}
trap finish EXIT
PL_ENGINE_OWNER=$$ "$here/../engines/pg-up.sh" "$engine"
# shellcheck source=/dev/null
. "$engine/env"
db=$PL_PG_URL

"$tool" make "$db"
for i in 0 1 2 3; do
	"$tool" write "$db" "w$i" 100000000 >>"$PL_TMP/acks.$i" &
	pids[i]=$!
done
for ((round = 0; round < rounds; round++)); do
	sleep "1.$((RANDOM % 10))"
	kill -9 "$(head -n 1 "$engine/data/postmaster.pid")"
	PL_ENGINE_OWNER=none "$here/../engines/pg-up.sh" "$engine"
done
acks() { cat "$PL_TMP"/acks.* | grep -c '^ack' || true; }
last=$(acks)
goes_on() { [ "$(acks)" -gt "$last" ]; }
check "the writers go on after $rounds kills" soon goes_on
kill -9 "${pids[@]}" 2>/dev/null || true
wait "${pids[@]}" 2>/dev/null || true
pids=()
if cat "$PL_TMP"/acks.* | "$tool" check "$db" >"$PL_TMP/check.log"; then
	printf 'ok - %s, %s unknown, %s refused\n' "$(cat "$PL_TMP/check.log")" \
		"$(cat "$PL_TMP"/acks.* | grep -c '^unknown' || true)" "$(cat "$PL_TMP"/acks.* | grep -c '^fail' || true)"
else
	printf 'FAIL - %s\n' "$(cat "$PL_TMP/check.log")"
	failed=1
fi
# A row whose writing was called refused must not be there.
sed -n 's/^fail [a-z]* //p' "$PL_TMP"/acks.* | while read -r name; do
	printf "SELECT 'there' FROM thing WHERE name = '%s';\n" "$name"
done >"$PL_TMP/refused.sql"
if psql -X -q -t -A "$db" -f "$PL_TMP/refused.sql" | grep -q there; then
	printf 'FAIL - a refused row is there\n'
	failed=1
else
	printf 'ok - what was refused is not there\n'
fi
exit "$failed"
