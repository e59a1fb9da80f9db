#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The monitor of an instance asks the instance which entries it knows: what was signed with a stolen key and appended behind
# its back is alarmed on, what it made is not, and a database that does not answer is neither an alarm nor silence.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
follow() { # exit code, state, regular expression in the output, further arguments
	local want=$1 state=$2 words=$3
	shift 3
	code "$want" "$pellucid" log follow "$@" --once --json --state "$state" && { [ -z "$words" ] || grep -Eq "$words" out; }
}
make_instance flow.example/follow >vkey 2>err
check "a statement" document 0 one
check "entries that the instance made are no alarm" follow 0 s '"size":4,"entries":4,"ours":4,"alarms":0' --instance inst
check "neither with the log's address given" follow 0 s2 '"ours":4,"alarms":0' inst/log/public --instance inst
index=$("$PL_BUILD/tests/fault/fact-tool" smuggle inst stolen 2>err) || true
check "an entry is appended behind its back" test "$index" = 4
check "which is alarmed on" follow 1 s '"alarm":"entry".*"index":4' --instance inst
check "by its index, and kept" grep -rq '^index 4$' s/alarms
check "once" follow 0 s '"size":5,"entries":0' --instance inst
check "the instance goes on" document 0 two
check "and its own entries stay known" follow 0 s '"size":6,"entries":1,"ours":1,"alarms":0' --instance inst
check "one who had seen nothing finds the same" follow 1 s3 '"entries":6,"ours":6,"alarms":1' --instance inst
# A key that is introduced and used between two looks is ours as well.
check "a new key" code 0 "$pellucid" key new helper --role service --instance inst
check "is taken in on the way" follow 0 s '"alarms":0' --instance inst
check "wrong usage: known entries in two places" follow 2 s '' --instance inst --known one.txt
check "wrong usage: whom to trust" follow 2 s '' inst/log
check "one more statement, unseen yet" document 0 three
database_away
check "the database is away: could not find out" follow 3 s '' --instance inst
check "with words" test -s err
check "no alarm" not grep -q alarm out
database_back
check "with it back the entry is looked at" follow 0 s '"entries":1,"ours":1,"alarms":0' --instance inst
exit "$failed"
