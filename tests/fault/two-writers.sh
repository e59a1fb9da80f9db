#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 300
# Two writers at once: of one directory only one opens; of two copies that share a record only one acknowledges, also when
# it was stopped meanwhile.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
"$pellucid" log init log --origin fault.example/two >/dev/null 2>&1
seq 1 100 | "$pellucid" log append log --lines >/dev/null

# One directory.
mkfifo hold
"$pellucid" log append log --lines <hold >first 2>first.err &
pid[first]=$!
exec 9>hold
echo "from the first" >&9
soon test -s first
echo "from the second" >second
check "the second writer of a directory is refused" code 3 "$pellucid" log append log --lines <second
check "and says why" grep -q "another process" err
check "and printed nothing" test ! -s out

# A stopped writer: a copy of the directory, with the same record, takes over.
kill -STOP "${pid[first]}"
cp -a log copy
: >copy/private/lock
ln log.record copy.record
echo "from the copy" | "$pellucid" log append copy --lines >taken 2>taken.err
check "the copy took over and answered" grep -qx 101 taken
kill -CONT "${pid[first]}"
echo "from the first again" >&9
exec 9>&-
check "the continued writer fails" code 3 ended first
check "without an answer" test "$(wc -l <first)" = 1
check "and says that it has lost the record" grep -q "taken over" first.err
check "the copy is whole" "$pellucid" log fsck copy
echo "again" >third
answers "the old directory does not open any more: an older copy or another history" 1 'older copy\|two histories' \
	"$pellucid" log append log --lines <third
exit "$failed"
