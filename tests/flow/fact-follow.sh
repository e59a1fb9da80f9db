#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The monitor of an instance asks the instance which entries it knows: what was signed with a stolen key and appended behind
# its back is alarmed on, what it made is not, and a database that does not answer is neither an alarm nor silence.
# shellcheck disable=SC2317 # functions are called by check
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$PL_BUILD/src/cli/pellucid
fresh=$("$root/tests/engines/fresh.sh" "$PL_TMP")
eval "$fresh"
cd "$PL_TMP"
failed=0
check() {
	local what=$1
	shift
	if "$@"; then echo "ok - $what"; else
		echo "FAIL - $what"
		cat out err 2>/dev/null || true
		failed=1
	fi
}
follow() { # exit code, state, regular expression in the output, further arguments
	local want=$1 state=$2 words=$3 code=0
	shift 3
	"$program" log follow "$@" --once --json --state "$state" >out 2>err || code=$?
	[ "$code" = "$want" ] && { [ -z "$words" ] || grep -Eq "$words" out; }
}
document() {
	echo "$1" >"$1.txt"
	"$program" statement document "$1.txt" --instance inst >out 2>err
}
"$program" init inst --origin flow.example/follow --purpose test --db "$PL_TEST_DB" --blob "$PL_TEST_BLOB" >/dev/null 2>&1
check "a statement" document one
check "entries that the instance made are no alarm" follow 0 s '"size":4,"entries":4,"ours":4,"alarms":0' --instance inst
check "neither with the log's address given" follow 0 s2 '"ours":4,"alarms":0' inst/log/public --instance inst
index=$("$PL_BUILD/tests/fault/fact-tool" smuggle inst stolen 2>err) || true
check "an entry is appended behind its back" test "$index" = 4
check "which is alarmed on" follow 1 s '"alarm":"entry".*"index":4' --instance inst
check "by its index, and kept" grep -rq '^index 4$' s/alarms
check "once" follow 0 s '"size":5,"entries":0' --instance inst
check "the instance goes on" document two
check "and its own entries stay known" follow 0 s '"size":6,"entries":1,"ours":1,"alarms":0' --instance inst
check "one who had seen nothing finds the same" follow 1 s3 '"entries":6,"ours":6,"alarms":1' --instance inst
# A key that is introduced and used between two looks is ours as well.
new_key() {
	"$program" key new helper --role service --instance inst >out 2>err
}
check "a new key" new_key
check "is taken in on the way" follow 0 s '"alarms":0' --instance inst
check "wrong usage: known entries in two places" follow 2 s '' --instance inst --known one.txt
check "wrong usage: whom to trust" follow 2 s '' inst/log
check "one more statement, unseen yet" document three
if [ "${PL_ENGINES:-embedded}" = scale ]; then
	psql -q -X -v ON_ERROR_STOP=1 "$PL_PG_URL" -c "ALTER DATABASE ${PL_TEST_DB##*/} RENAME TO ${PL_TEST_DB##*/}_away"
else
	mkdir away && mv "${PL_TEST_DB#sqlite:}"* away/
fi
check "the database is away: could not find out" follow 3 s '' --instance inst
check "with words" test -s err
check "no alarm" bash -c '! grep -q alarm out'
if [ "${PL_ENGINES:-embedded}" = scale ]; then
	psql -q -X -v ON_ERROR_STOP=1 "$PL_PG_URL" -c "ALTER DATABASE ${PL_TEST_DB##*/}_away RENAME TO ${PL_TEST_DB##*/}"
else
	mv away/* .
fi
check "with it back the entry is looked at" follow 0 s '"entries":1,"ours":1,"alarms":0' --instance inst
exit "$failed"
