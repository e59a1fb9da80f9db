#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# watchdog.sh PID STARTED DIR DOWN: wait until process PID, started at STARTED, is gone; then run DOWN on DIR and remove DIR.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/lib.sh"
cd /
while [ -d "$3" ] && [ "$(start_of "$1")" = "$2" ]; do
	sleep 1
done
[ -d "$3" ] || exit 0
# Twice, because a start may still have been under way.
for _ in 1 2; do
	[ ! -d "$3" ] || PL_WATCHDOG=$$ "$4" "$3"
	rm -rf -- "$3"
	sleep 3
done
