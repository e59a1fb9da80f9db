#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# alone: long
# timeout: 1800
# Every file-system call of an append is made to fail in turn (EIO, ENOSPC, EINTR). After each: the log goes on, fsck finds
# nothing wrong, no acknowledged entry is lost or moved, and no size ever has two roots.
set -eu
program=$PL_BUILD/src/cli/pellucid
cd "$PL_TMP"
log=log

"$program" log init $log --origin fault.example/strace >/dev/null 2>&1
seq 1 300 | "$program" log append $log --lines >/dev/null

calls="openat openat2 newfstatat fstatfs fcntl read pread64 write pwrite64 fsync fdatasync ftruncate renameat renameat2 unlinkat
mkdirat getdents64 lseek close"
fails_with() { # which errors make sense for the call
	case $1 in
	write | pwrite64 | fsync | fdatasync | openat | renameat | renameat2 | mkdirat | ftruncate) echo EIO ENOSPC EINTR ;;
	*) echo EIO EINTR ;;
	esac
}

: >acked
: >roots
number=0 runs=0 refused=0

note_root() {
	local size root
	{ read -r _ && read -r size && read -r root; } <$log/public/checkpoint
	if grep -q "^$size " roots && ! grep -qxF "$size $root" roots; then
		echo "FAIL - two roots for size $size ($1)"
		exit 1
	fi
	grep -qxF "$size $root" roots || echo "$size $root" >>roots
}

# Append three new lines and an old one; what was printed is what was promised.
append() {
	number=$((number + 1))
	printf 'run %d a\nrun %d b\n17\nrun %d c\n' $number $number $number >in
	"$@" "$program" log append $log --lines <in >out 2>err || return 1
}

keep_promises() {
	paste out in | while IFS=$'\t' read -r index line; do
		case $index in '' | - | held) ;; *[!0-9]*) ;; *) [ -n "$line" ] && printf '%s\t%s\n' "$index" "$line" ;; esac
	done >>acked
}

# How often each call is made, counted once.
# shellcheck disable=SC2086 # the list is joined here
append strace -f -qq -o trace -e trace="$(echo $calls | tr ' \n' ',,')"
keep_promises
for call in $calls; do
	count=$(grep -c -E "^[0-9]+ +$call\(" trace || true)
	# Reading is repeated for every library; the first ones of those are no concern of ours.
	[ "$count" -gt 0 ] || continue
	case $call in
	write | pwrite64 | fsync | fdatasync | ftruncate | rename* | mkdirat | unlinkat) most=40 ;;
	*) most=10 ;;
	esac
	[ "${PL_LONG:-0}" = 1 ] || [ "$count" -le $most ] || count=$most
	for error in $(fails_with "$call"); do
		for ((n = 1; n <= count; n++)); do
			runs=$((runs + 1))
			append timeout 60 strace -f -qq -o /dev/null -e trace="$call" -e inject="$call:error=$error:when=$n" ||
				refused=$((refused + 1))
			keep_promises
			note_root "$call $error $n"
			if ! append timeout 60; then
				echo "FAIL - after $call failed with $error (call $n) the log does not go on: $(cat err)"
				exit 1
			fi
			keep_promises
			note_root "after $call $error $n"
			if ! "$program" log fsck $log >report 2>&1; then
				echo "FAIL - fsck after $call $error (call $n): $(grep problem report)"
				exit 1
			fi
		done
	done
done
"$program" log export $log >all
sort -n acked | uniq | while IFS=$'\t' read -r index line; do
	if [ "$(sed -n "$((index + 1))p" all)" != "$line" ]; then
		echo "FAIL - \"$line\" was acknowledged at $index and is not there"
		exit 1
	fi
done
if [ "$(sort all | uniq -d | wc -l)" != 0 ]; then
	echo "FAIL - an entry stands twice in the log"
	exit 1
fi
echo "ok - $runs failed calls ($refused appends refused): $(sort acked | uniq | wc -l) promises kept, $(wc -l <roots) sizes with one root each"
