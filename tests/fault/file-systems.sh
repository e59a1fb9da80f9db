#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 300
# What locks and syncs a file asks first on which file system that lies, and refuses NFS and its like: the directory of a log when it is
# made, its writer, its record, its repair, a witness, a database, blobs. fstatfs tells the program what we like (fake_statfs.c).
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
so=$PL_BUILD/tests/fault/fake-statfs.so
[[ -f $so ]] || { bad "there is no $so" && exit 1; }
# The numbers of linux/magic.h and of those outside it, as statfs(2) has them.
remote=(6969:NFS c36400:CephFS 65735546:FUSE ff534d42:CIFS fe534d42:SMB2 517b:SMB 5346414f:AFS 1021997:9P 47504653:GPFS bd00bd0:Lustre
	1161970:GFS2 7461636f:OCFS2)
local=(ef53 58465342 9123683e 2fc12fc1 1021994)

# on TYPE PLACE COMMAND...: $but is a place below it that is not there
on() {
	local type=$1 place=$2
	shift 2
	LD_PRELOAD=$so PL_FAKE_TYPE=$type PL_FAKE_PLACE=$PWD/$place PL_FAKE_BUT=${but:+$PWD/$but} timeout 60 "$@"
}
# Every name below the place, with what it holds.
everything() { (cd "$1" && find . -printf '%y %m %p %l\n' -type f -exec sha256sum {} + | sort); }
# refused WHAT PLACE WORLD COMMAND...: on every such file system the command ends with 3, says which one it is, where, and what to do; WORLD
# stays as it was.
refused() {
	local what=$1 place=$2 world=$3 one before
	shift 3
	before=$(everything "$world")
	for one in "${remote[@]}"; do
		if ! code 3 on "${one%%:*}" "$place" "$@" || ! grep -q "is on ${one#*:}, whose locks and fsync cannot be relied on" err ||
			! grep -qF "$PWD/${place%/*}" err || ! grep -q "put the directory on a local disk" err; then
			bad "$what is refused on ${one#*:}"
			show
			return
		fi
		if [[ $(everything "$world") != "$before" ]]; then
			bad "$what on ${one#*:} leaves everything as it was"
			diff <(echo "$before") <(everything "$world") | head
			return
		fi
	done
	good "$what is refused on each of ${#remote[@]} file systems, and nothing is written"
}

mkdir -p share/log
echo "an entry" >entry
refused "a new log" share share "$pellucid" log init share/new --origin fs.example/a
refused "a new log in an empty directory" share/log share "$pellucid" log init share/log --origin fs.example/a
but=share/log refused "the record of a new log that is a mount point" share share "$pellucid" log init share/log --origin fs.example/a
for type in "${local[@]}"; do
	check "a log is made and written where fstatfs says $type" on "$type" share "$pellucid" log init "share/on-$type" --origin fs.example/a
	check "and takes an entry" on "$type" share "$pellucid" log append "share/on-$type" --lines <entry
done
rm -r share/on-*
"$pellucid" log init share/log --origin fs.example/b >/dev/null 2>&1
"$pellucid" log append share/log --lines <entry >/dev/null
refused "the writer of a log" share/log share "$pellucid" log append share/log --lines <entry
refused "the writer whose private directory alone lies there" share/log/private share "$pellucid" log append share/log --lines <entry
refused "the writer whose record alone lies there" share/log.record share "$pellucid" log append share/log --lines <entry
refused "repairing a log" share/log/private share "$pellucid" log repair share/log
refused "a new key of a log" share/log share "$pellucid" log rotate-key share/log
refused "a new witness" share share "$pellucid" witness init share/witness --name w.example/1
"$pellucid" witness init share/witness --name w.example/1 >/dev/null 2>&1
refused "a witness" share/witness share "$pellucid" witness serve share/witness --listen 127.0.0.1:0
echo "another entry" >entry
check "the log goes on as if nothing had been" "$pellucid" log append share/log --lines <entry
check "and is whole" "$pellucid" log fsck share/log

mkdir -p world/db world/blobs
init() { "$pellucid" init inst --origin fs.example/i --purpose test --db "sqlite:$PWD/world/db/pellucid.db" --blob "dir:$PWD/world/blobs" "$@"; }
export -f init
export pellucid
refused "the database of a new instance" world/db world bash -c init
refused "the blobs of a new instance" world/blobs world/blobs bash -c init
check "no instance was begun" test ! -e inst
exit "$failed"
