#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# watchdog.sh PID STARTED DIR DOWN: wait until process PID, started at STARTED, is gone; then run DOWN on DIR and remove DIR.
set -u
. "$(dirname "$0")/lib.sh"
cd /
while [ -d "$3" ] && [ "$(start_of "$1")" = "$2" ]; do
	sleep 1
done
[ -d "$3" ] || exit 0
PL_WATCHDOG=$$ "$4" "$3"
rm -rf -- "$3"
