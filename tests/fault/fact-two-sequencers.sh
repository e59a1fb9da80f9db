#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 240
# A sequencer is stopped (SIGSTOP) past its lease; another one, on a copy of the log's directory and the same database, takes
# over; the first is continued. Exactly one acknowledges, and there is one history.
# shellcheck disable=SC2317 # functions are called by check
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$PL_BUILD/src/cli/pellucid
fresh=$("$root/tests/engines/fresh.sh" "$PL_TMP")
eval "$fresh"
cd "$PL_TMP"
failed=0
first='' second=''
check() {
	local what=$1
	shift
	if "$@"; then echo "ok - $what"; else
		echo "FAIL - $what"
		cat out err first.log second.log 2>/dev/null || true
		failed=1
	fi
}
finish() {
	for p in $first $second; do
		kill -CONT "$p" 2>/dev/null || true
		kill "$p" 2>/dev/null || true
		wait "$p" 2>/dev/null || true
	done
}
trap finish EXIT
running() { # log of a sequencer
	for ((i = 0; i < 300; i++)); do
		grep -q log.running "$1" && return 0
		sleep 0.1
	done
	return 1
}
document() { # instance, name
	echo "$2" >"$2.txt"
	"$program" statement document "$2.txt" --instance "$1" --wait 60 >out 2>err
}
init() {
	local extra=()
	[ "${PL_ENGINES:-embedded}" = embedded ] || extra=(--db "$PL_TEST_DB" --blob "$PL_TEST_BLOB")
	"$program" init one --origin fault.example/two --purpose test "${extra[@]}" >out 2>err
}
refused_at_once() {
	local code=0
	timeout 20 "$program" log serve --instance one >out 2>err || code=$?
	[ "$code" != 0 ] && [ "$code" != 124 ]
}
ended() { # seconds
	for ((i = 0; i < $1 * 10; i++)); do
		kill -0 "$first" 2>/dev/null || return 0
		sleep 0.1
	done
	return 1
}

check "an instance is made" init
"$program" log serve --instance one 2>first.log &
first=$!
check "the first sequencer runs" running first.log
check "and logs" document one before
check "a second one on the same directory is refused" refused_at_once
kill -STOP "$first"
cp -a one two
if [ "${PL_ENGINES:-embedded}" = embedded ]; then
	rm -f two/pellucid.db*
	sed -i "s|^database = .*|database = sqlite:$PWD/one/pellucid.db|; s|^blobs = .*|blobs = dir:$PWD/one/blobs|" two/pellucid.conf
fi
"$program" log serve --instance two >out 2>second.log &
second=$!
sleep 1
if kill -0 "$second" 2>/dev/null; then sleep 16; else wait "$second" || true; fi
if ! grep -q log.running second.log; then
	sleep 16 # the lease of the stopped one runs out
	"$program" log serve --instance two >out 2>second.log &
	second=$!
fi
check "past the lease the other one takes over" running second.log
check "and logs" document two after
before=$(cat one/log/public/checkpoint)
kill -CONT "$first"
code=0
check "the first one ends when it is continued" ended 30
wait "$first" || code=$?
first=''
check "with a failure" test "$code" != 0
check "and has published nothing more" test "$(cat one/log/public/checkpoint)" = "$before"
check "the other one goes on" document two again
check "and the tables are what the log says" "$program" fsck --rebuild --instance two
exit "$failed"
