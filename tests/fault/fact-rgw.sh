#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# alone: long
# timeout: 1500
# The object gateway is killed with -9 while clients store bodies and submit the statements about them: no statement is
# acknowledged whose body is not there.
set -eu
engine=/var/tmp/pellucid-fact-rgw.$$
rounds=2
[ "${PL_LONG:-0}" = 0 ] || rounds=10
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
	"$PL_SRC/tests/engines/rgw-down.sh" "$engine" || true
	rm -rf -- "$engine"
}
trap finish EXIT
PL_ENGINE_OWNER=$$ "$PL_SRC/tests/engines/rgw-up.sh" "$engine"
set -a
# shellcheck source=/dev/null
. "$engine/env"
set +a

check "an instance is made" make_instance fault.example/rgw --blob "$PL_S3_URL/instance"
keep sequencer "$pellucid" log serve --instance inst
for i in 1 2 3 4; do client publish "c$i"; done
check "clients get acknowledgements" soon test -s c4.acks
for ((round = 0; round < rounds; round++)); do
	sleep "2.$((RANDOM % 10))"
	kill -9 "$(cat "$engine/run/client.rgw.pid")"
	sleep "0.$((RANDOM % 10))"
	PL_ENGINE_OWNER=none "$PL_SRC/tests/engines/rgw-up.sh" "$engine"
done
soon_tenths=60 check "after $rounds kills clients still get them" soon grows
verdict
check "every body is there and right" "$pellucid" fsck --read-bodies --instance inst
exit "$failed"
