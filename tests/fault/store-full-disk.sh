#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A full disk refuses with a clear status, leaves nothing half done, harms nothing that was there, and all goes on when space
# returns. The disk is a small tmpfs in a mount namespace of our own.
# alone: no
set -eu
if [ -z "${PL_STORE_INSIDE:-}" ]; then
	flags=-m
	[ "$(id -u)" = 0 ] || flags=-Urm
	PL_STORE_INSIDE=1 exec unshare "$flags" "$0"
fi
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
tool=$PL_BUILD/tests/fault/store-tool
disk=$PL_TMP/disk
mkdir -p "$disk"
mount -t tmpfs -o size=12m tmpfs "$disk"
blobs=dir:$disk/blobs
db=sqlite:$disk/rows.db

"$tool" blob-put "$blobs" 3000000 1 >first
check 'a blob fits' grep -q -e '^ack' first
"$tool" blob-put "$blobs" 20000000 1 >second || true
check 'a larger one is refused for want of space' grep -q -e '^fail nospace' second
find "$disk/blobs/tmp" -type f >left
check 'nothing is left of it' test ! -s left
"$tool" blob-check "$blobs" <first >found
check 'the first is unharmed' grep -q -e 'good=1 bad=0' found
"$tool" blob-put "$blobs" 5000000 1 >third
check 'one that fits goes in again' grep -q -e '^ack' third

"$tool" make "$db"
"$tool" write "$db" before 20 >rows
dd if=/dev/zero of="$disk/ballast" bs=64k 2>/dev/null || true
"$tool" write "$db" during 300 >>rows || true
check 'a row is refused for want of space' grep -q -e '^fail nospace' rows
"$tool" check "$db" <rows >found || true
check 'no row is lost while the disk is full' grep -q -e 'lost=0' found
rm "$disk/ballast"
"$tool" write "$db" later 20 >after
check 'rows go on when space returns' grep -q -e '^ack' after
cat rows after >all
check 'every acknowledged row is there' code 0 "$tool" check "$db" <all
echo "# $(cat out)"
umount "$disk"
exit "$failed"
