#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 300
# Two writers at once: of one directory only one opens; of two copies that share a record only one acknowledges, also when
# it was stopped meanwhile.
set -eu
program=$PL_BUILD/src/cli/pellucid
cd "$PL_TMP"
failed=0
check() { # words, command...
	local what=$1
	shift
	if "$@"; then echo "ok - $what"; else
		echo "FAIL - $what"
		failed=1
	fi
}

"$program" log init log --origin fault.example/two >/dev/null 2>&1
seq 1 100 | "$program" log append log --lines >/dev/null

# One directory.
mkfifo hold
"$program" log append log --lines <hold >first 2>first.err &
first=$!
exec 9>hold
echo "from the first" >&9
for ((i = 0; i < 100; i++)); do
	[ -s first ] && break
	sleep 0.1
done
if echo "from the second" | "$program" log append log --lines >second 2>second.err; then code=0; else code=$?; fi
check "the second writer of a directory is refused" test "$code" = 3
check "and says why" grep -q "another process" second.err
check "and printed nothing" test ! -s second

# A stopped writer: a copy of the directory, with the same record, takes over.
kill -STOP $first
cp -a log copy
: >copy/private/lock
ln log.record copy.record
echo "from the copy" | "$program" log append copy --lines >taken 2>taken.err
check "the copy took over and answered" grep -qx 101 taken
kill -CONT $first
echo "from the first again" >&9
exec 9>&-
if wait $first; then code=0; else code=$?; fi
check "the continued writer ends without an answer" test "$code" = 3 -a "$(wc -l <first)" = 1
check "and says that it has lost the record" grep -q "taken over" first.err
check "the copy is whole" "$program" log fsck copy
if echo "again" | "$program" log append log --lines >third 2>third.err; then code=0; else code=$?; fi
check "the old directory does not open any more" test "$code" != 0
check "because it is an older copy or another history" grep -Eq "older copy|two histories" third.err
exit $failed
