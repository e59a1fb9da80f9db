#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 240
# A witnessed log and the time: idle for days it goes on with the first entry, because a witness says that it is that late; a clock
# that only the log's machine has is not believed, and nobody is asked without a pause.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
at() { # TIME COMMAND...: with the machine's clock moved by that much
	local by=$1
	shift
	LD_PRELOAD=$(faketime_library) FAKETIME=$by FAKETIME_DONT_FAKE_MONOTONIC=1 "$@"
}
append() { # LINES...
	printf '%s\n' "$@" | timeout 60 "$pellucid" log append log --lines
}
size() { sed -n 2p log/public/checkpoint; }
witness_at() { # TIME
	stop w1
	at "$1" start_witness w1
}

vkey=$("$pellucid" log init log --origin flow.example/time 2>/dev/null)
make_witness w1
each_witness add-log "$vkey" w1
start_witness w1
{
	echo "log $vkey"
	witness_lines w1
	echo 'quorum w1'
} >log/private/policy
answers "an append" 0 '^0$' append a

echo "# idle for two days, and for another two; all clocks are right"
witness_at +2d
answers "one entry after two days" 0 '^1$' at +2d append b
same "is published" "$(size)" 2
witness_at +4d
answers "and one after four" 0 '^2$' at +4d append c
same "is, too" "$(size)" 3

echo "# a day after the last witness time the witness is away"
stop w1
answers "nobody says that it is that late: the log is held" 3 '^held$' at +6d append d
witness_at +6d
answers "until the witness does" 0 '^4$' at +6d append e
same "what waited is published, too" "$(size)" 5

echo "# the log's clock alone stands two days ahead"
requests() { grep -c 'witness.cosigned' w1.log || true; }
answers "its entries are stored and held" 3 '^held$' at +8d append f
check "the reason is said" grep -q 'the system time' err
same "nothing larger is published" "$(size)" 5
before=$(requests)
(echo g && sleep 6) | at +8d timeout 60 "$pellucid" log append log --lines >out 2>err || true
asked=$(($(requests) - before))
check "in six seconds the witness is asked a few times, not without a pause ($asked)" test "$asked" -le 8
rm log/private/time
answers "nor is it believed when private/time is lost" 3 '^held$' at +8d append g2
answers "with the clock set right again the log goes on" 0 '^8$' at +6d append h
same "with all that waited" "$(size)" 9
exit "$failed"
