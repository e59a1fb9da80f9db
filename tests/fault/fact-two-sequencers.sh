#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 240
# A sequencer is stopped (SIGSTOP) past its lease; another one, on a copy of the log's directory and the same database, takes
# over; the first is continued. Exactly one acknowledges, and there is one history.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
refused_at_once() {
	local got=0
	timeout 20 "$pellucid" log serve --instance inst >out 2>err || got=$?
	[[ $got != 0 && $got != 124 ]]
}
# The other one runs, as soon as the lease of the stopped one has run out; until then it may wait or end.
takes_over() {
	grep -q log.running second.log && return
	kill -0 "${pid[second]}" 2>/dev/null || start second "$pellucid" log serve --instance two
	return 1
}
first_has_ended() { ! kill -0 "${pid[first]}" 2>/dev/null; }

check "an instance is made" make_instance fault.example/two
start first "$pellucid" log serve --instance inst
ready first log.running
check "the first sequencer logs" document 0 before
check "a second one on the same directory is refused" refused_at_once
kill -STOP "${pid[first]}"
cp -a inst two
start second "$pellucid" log serve --instance two
check "past the lease the other one takes over" soon takes_over
check "and logs" document 0 after 60 two
before=$(cat inst/log/public/checkpoint)
kill -CONT "${pid[first]}"
check "the first one ends when it is continued" soon first_has_ended
check "with a failure" not ended first
check "and has published nothing more" test "$(cat inst/log/public/checkpoint)" = "$before"
check "the other one goes on" document 0 again 60 two
check "and the tables are what the log says" "$pellucid" fsck --rebuild --instance two
exit "$failed"
