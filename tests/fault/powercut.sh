#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 1800
# Power cuts: a run's changes to its files, replayed with every kind of loss that a disk allows. A sample of the cuts here,
# far more with --long.
set -eu
small=${PL_CUTS:-120} large=$(((${PL_CUTS:-120} + 7) / 8))
[ "${PL_LONG:-0}" = 1 ] && small=4000 large=300
# In memory where there is room: what counts as synced is decided by the test, not by the disk.
work=$PL_TMP
if [ -d /dev/shm ] && [ "$(df --output=avail -k /dev/shm | tail -1)" -gt 500000 ]; then
	work=$(mktemp -d /dev/shm/pellucid-powercut.XXXXXX)
	trap 'rm -rf "$work"' EXIT
fi
seed=${PL_SEED:-$(date +%s)}
echo "seed $seed"
mkdir "$work/small" "$work/large"
"$PL_BUILD/tests/fault/powercut" "$work/small" "$small" "$seed" 0
"$PL_BUILD/tests/fault/powercut" "$work/large" "$large" "$seed" 1
