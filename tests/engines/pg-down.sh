#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# pg-down.sh DIR: stop the server of pg-up.sh. DIR stays.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/lib.sh"
D=${1:?usage: pg-down.sh DIR}
stop_watchdog "$D"
if [ -s "$D/data/postmaster.pid" ]; then
	pid=$(head -n 1 "$D/data/postmaster.pid")
	if alive "$pid" "$D/data"; then
		kill -INT "$pid" || true # fast shutdown
		for ((i = 0; i < 150; i++)); do
			alive "$pid" "$D/data" || exit 0
			sleep 0.1
		done
		stop_pid "$pid" "$D/data" 1
	fi
fi
