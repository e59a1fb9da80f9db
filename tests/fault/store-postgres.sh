#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# PostgreSQL is killed with -9 while four processes write, and started again: no acknowledged row is lost, no number is
# missing, and a broken commit is reported as unknown, never as done or refused.
# alone: long
# timeout: 900
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
tool=$PL_BUILD/tests/fault/store-tool
engine=/var/tmp/pellucid-store-postgres.$$
rounds=3
[ "${PL_LONG:-0}" = 0 ] || rounds=30
pids=()
# shellcheck disable=SC2317 # called by the trap
finish() {
	[ "${#pids[@]}" = 0 ] || kill -9 "${pids[@]}" 2>/dev/null || true
	"$PL_SRC/tests/engines/pg-down.sh" "$engine" || true
	rm -rf -- "$engine"
}
trap finish EXIT
PL_ENGINE_OWNER=$$ "$PL_SRC/tests/engines/pg-up.sh" "$engine"
# shellcheck source=/dev/null
. "$engine/env"
db=$PL_PG_URL

"$tool" make "$db"
for i in 0 1 2 3; do
	"$tool" write "$db" "w$i" 100000000 >>"acks.$i" &
	pids[i]=$!
done
for ((round = 0; round < rounds; round++)); do
	sleep "1.$((RANDOM % 10))"
	kill -9 "$(head -n 1 "$engine/data/postmaster.pid")"
	PL_ENGINE_OWNER=none "$PL_SRC/tests/engines/pg-up.sh" "$engine"
done
acks() { cat acks.* | grep -c '^ack' || true; }
last=$(acks)
goes_on() { [ "$(acks)" -gt "$last" ]; }
check "the writers go on after $rounds kills" soon goes_on
kill -9 "${pids[@]}" 2>/dev/null || true
wait "${pids[@]}" 2>/dev/null || true
pids=()
cat acks.* >promises
check "every acknowledged row is there, and no number is missing" code 0 "$tool" check "$db" <promises
echo "# $(cat out), $(grep -c '^unknown' promises || true) unknown, $(grep -c '^fail' promises || true) refused"
# A row whose writing was called refused must not be there.
sed -n 's/^fail [a-z]* //p' promises | while read -r name; do
	printf "SELECT 'there' FROM thing WHERE name = '%s';\n" "$name"
done >refused.sql
psql -X -q -t -A "$db" -f refused.sql >there
check "what was refused is not there" not grep -q there there
exit "$failed"
