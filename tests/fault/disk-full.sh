#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 300
# A small file system fills up while a log is appended to: a clear error, nothing half done; with room again it goes on.
# It is a tmpfs in a mount namespace of our own.
set -eu
if [ -z "${PL_LOG_INSIDE:-}" ]; then
	flags=-m
	[ "$(id -u)" = 0 ] || flags=-Urm
	PL_LOG_INSIDE=1 exec unshare "$flags" "$0"
fi
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
mkdir small
# story BALLAST: with more of it the journal finds no room first, with less the tiles.
story() {
	mount -t tmpfs -o size=40m tmpfs small
	"$pellucid" log init small/log --origin fault.example/full >/dev/null 2>&1
	echo first | "$pellucid" log append small/log --lines >/dev/null
	head -c "$1" /dev/zero >small/ballast
	check "the append that found no room failed" code 3 timeout 120 "$pellucid" log append small/log --lines <in
	check "and said so: $(head -c 100 err)" grep -Eqi "no space|full|room" err
	rm small/ballast
	check "what was acknowledged can be had again" bash -c 'grep -c "^[0-9]" out >n; head -n 200 in | timeout 120 "$0" log append small/log --lines >again && [ "$(grep "^[0-9]" again | sort -n | uniq | wc -l)" = 200 ]' "$pellucid"
	paste out in | awk -F'\t' '$1 ~ /^[0-9]+$/' >acked
	"$pellucid" log export small/log >all
	wrong=$(awk -F'\t' 'NR == FNR { want[$1] = $2; next } (FNR - 1) in want && want[FNR - 1] != $0 { n++ } END { print n + 0 }' acked all)
	check "of $(wc -l <acked) acknowledged entries none is lost or moved" test "$wrong" = 0
	check "the log is whole" "$pellucid" log fsck small/log
	umount small
}
seq -f "%.0f $(head -c 900 /dev/zero | tr '\0' x)" 1 30000 >in
story 22000000
story 15500000
exit "$failed"
