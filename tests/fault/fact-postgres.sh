#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# alone: long
# timeout: 1500
# PostgreSQL is killed with -9 while four clients submit statements to an instance: single backends, and the whole server.
set -eu
engine=/var/tmp/pellucid-fact-postgres.$$
rounds=3
[ "${PL_LONG:-0}" = 0 ] || rounds=30
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/kills.sh
. "$PL_SRC/tests/lib/kills.sh"
# shellcheck disable=SC2317 # called by the trap
finish() {
	stop_clients
	stop_keepers
	"$PL_SRC/tests/engines/pg-down.sh" "$engine" || true
	rm -rf -- "$engine"
}
trap finish EXIT
PL_ENGINE_OWNER=$$ "$PL_SRC/tests/engines/pg-up.sh" "$engine"
# shellcheck source=/dev/null
. "$engine/env"

check "an instance is made" make_instance fault.example/postgres --db "$PL_PG_URL"
keep sequencer "$pellucid" log serve --instance inst
for i in 1 2 3 4; do client submit "c$i"; done
"$tool" watch inst >>roots.acks 2>/dev/null &
clients+=($!)
check "clients get acknowledgements" soon test -s c4.acks
for ((round = 0; round < rounds; round++)); do
	sleep "1.$((RANDOM % 10))"
	if [ $((round % 3)) = 1 ]; then
		# One backend: the server ends all connections and recovers by itself.
		kill -9 "$(psql -X -q -t -A "$PL_PG_URL" -c \
			"SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1")" || true
	else
		kill -9 "$(head -n 1 "$engine/data/postmaster.pid")"
		PL_ENGINE_OWNER=none "$PL_SRC/tests/engines/pg-up.sh" "$engine"
	fi
done
soon_tenths=60 check "after $rounds kills clients still get them" soon grows
[ "$failed" = 0 ] || tail -n 20 "$engine/log"
verdict
exit "$failed"
