#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# alone: long
# timeout: 1800
# File-system calls of an append are made to fail in turn (EIO, ENOSPC, EINTR), those that concern the log: not what the dynamic
# loader does. After each: the log goes on, fsck finds nothing wrong, no acknowledged entry is lost or moved, and no size ever has
# two roots. With --long every call fails with every error; otherwise every writing call, and some of those that read, with one.
set -eu
program=$PL_BUILD/src/cli/pellucid
cd "$PL_TMP"
log=log

"$program" log init $log --origin fault.example/strace >/dev/null 2>&1
seq 1 300 | "$program" log append $log --lines >/dev/null

# strace counts a call for each thread apart. Calls of the first kind are made by the loader, too: there only those are counted
# that name a path of the log. Of the second kind all are, because some write files whose names are new each time.
reads="openat openat2 newfstatat fstatfs fcntl read pread64 getdents64 lseek close"
writes="write pwrite64 fsync fdatasync ftruncate renameat renameat2 unlinkat mkdirat"
fails_with() { # which errors make sense for the call
	case $1 in
	write | pwrite64 | fsync | fdatasync | openat | renameat | renameat2 | mkdirat | ftruncate) echo EIO ENOSPC EINTR ;;
	*) echo EIO EINTR ;;
	esac
}
seed=${PL_SEED:-$((RANDOM))}
echo "seed $seed"

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

joined() { tr ' ' ',' <<<"$*"; }
# The paths of the log that an append uses and that will be there the next time, from a trace: options for strace.
# shellcheck disable=SC2086 # the lists are joined here
append strace -f -qq -y -o trace -e trace="$(joined $reads $writes)"
keep_promises
paths=()
while IFS= read -r path; do
	[ ! -e "$path" ] || paths+=(-P "$path")
done < <(grep -oE "<$PWD/${log}[^>]*>" trace | tr -d '<>' | sort -u)

# only CALL: what strace is to look at
only() {
	printf '%s\n' -e "trace=$1"
	[[ " $reads " != *" $1 "* ]] || printf '%s\n' "${paths[@]}"
}
# How often the thread that makes most of them makes a call; counted once, as they will be counted.
most_of() {
	mapfile -t look < <(only "$1")
	append strace -f -qq -o counted "${look[@]}"
	keep_promises
	grep -E "^[0-9]+ +$1\(" counted | awk '{ n[$1]++ } END { for (i in n) if (n[i] > most) most = n[i]; print most + 0 }'
}
# which COUNT MOST: as many numbers from 1 to COUNT, the first and the last among them.
which() {
	awk -v count="$1" -v most="$2" 'BEGIN {
		if (most >= count) most = count
		for (i = 0; i < most; i++) print most == 1 ? 1 : 1 + int(i * (count - 1) / (most - 1))
	}'
}

fail_one() { # CALL ERROR N
	runs=$((runs + 1))
	: >hit
	append timeout 60 strace -f -qq -y -o hit "${look[@]}" -e inject="$1:error=$2:when=$3" || refused=$((refused + 1))
	keep_promises
	if grep INJECTED hit >injected; then
		if grep -qF "$PWD/$log" injected; then concerned=$((concerned + 1)); else strayed=$((strayed + 1)); fi
	fi
	note_root "$1 $2 $3"
	if ! append timeout 60; then
		echo "FAIL - after $1 failed with $2 (call $3) the log does not go on: $(cat err)"
		exit 1
	fi
	keep_promises
	note_root "after $1 $2 $3"
	if ! "$program" log fsck $log >report 2>&1; then
		echo "FAIL - fsck after $1 $2 (call $3): $(grep problem report)"
		exit 1
	fi
}

for call in $reads $writes; do
	count=$(most_of "$call")
	mapfile -t look < <(only "$call")
	[ "$count" -gt 0 ] || continue
	most=1000000
	[ "${PL_LONG:-0}" = 1 ] || [[ " $writes " == *" $call "* ]] || most=4
	read -ra errors <<<"$(fails_with "$call")"
	before=$runs concerned=0 strayed=0
	for n in $(which "$count" $most); do
		for ((e = 0; e < ${#errors[@]}; e++)); do
			[ "${PL_LONG:-0}" = 1 ] || [ $(((n + seed) % ${#errors[@]})) = $e ] || continue
			fail_one "$call" "${errors[e]}" "$n"
		done
	done
	echo "# $call: $((runs - before)) runs, up to $count calls a thread; $concerned on the log and $strayed elsewhere failed"
	# Of the second kind an answer to standard output may fail, too.
	if [ $concerned = 0 ] || { [ $strayed != 0 ] && [[ " $reads " == *" $call "* ]]; }; then
		echo "FAIL - the $call that failed are not those of the log"
		exit 1
	fi
done
if [ $runs -lt 40 ]; then
	echo "FAIL - only $runs calls were made to fail"
	exit 1
fi
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
