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
tool=$PL_BUILD/tests/fault/store-tool
disk=$PL_TMP/disk
failed=0
mkdir -p "$disk"
mount -t tmpfs -o size=12m tmpfs "$disk"
blobs=dir:$disk/blobs
db=sqlite:$disk/rows.db

expect() { # WHAT TEXT FILE
	if grep -q -- "$2" "$3"; then
		printf 'ok - %s\n' "$1"
	else
		printf 'FAIL - %s: %s\n' "$1" "$(tail -n 2 "$3")"
		failed=1
	fi
}

"$tool" blob-put "$blobs" 3000000 1 >"$PL_TMP/first"
expect 'a blob fits' '^ack' "$PL_TMP/first"
"$tool" blob-put "$blobs" 20000000 1 >"$PL_TMP/second" || true
expect 'a larger one is refused for want of space' '^fail nospace' "$PL_TMP/second"
find "$disk/blobs/tmp" -type f >"$PL_TMP/left"
if [ -s "$PL_TMP/left" ]; then
	printf 'FAIL - left behind: %s\n' "$(cat "$PL_TMP/left")"
	failed=1
else
	printf 'ok - nothing is left of it\n'
fi
"$tool" blob-check "$blobs" <"$PL_TMP/first" >"$PL_TMP/check"
expect 'the first is unharmed' 'good=1 bad=0' "$PL_TMP/check"
"$tool" blob-put "$blobs" 5000000 1 >"$PL_TMP/third"
expect 'one that fits goes in again' '^ack' "$PL_TMP/third"

"$tool" make "$db"
"$tool" write "$db" before 20 >"$PL_TMP/rows"
dd if=/dev/zero of="$disk/ballast" bs=64k 2>/dev/null || true
"$tool" write "$db" during 300 >>"$PL_TMP/rows" || true
expect 'a row is refused for want of space' '^fail nospace' "$PL_TMP/rows"
"$tool" check "$db" <"$PL_TMP/rows" >"$PL_TMP/check" || true
expect 'no row is lost while the disk is full' 'lost=0' "$PL_TMP/check"
rm "$disk/ballast"
"$tool" write "$db" after 20 >"$PL_TMP/after"
expect 'rows go on when space returns' '^ack' "$PL_TMP/after"
if cat "$PL_TMP/rows" "$PL_TMP/after" | "$tool" check "$db" >"$PL_TMP/check"; then
	printf 'ok - %s\n' "$(cat "$PL_TMP/check")"
else
	printf 'FAIL - %s\n' "$(cat "$PL_TMP/check")"
	failed=1
fi
umount "$disk"
exit "$failed"
