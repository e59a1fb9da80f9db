#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# The database of an instance is lost without a backup and made anew from the log's directory: also when that is killed in
# the middle and repeated; held until the witnesses have ruled out an older copy; held for good if it is one.
# shellcheck disable=SC2317 # functions are called by check
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$PL_BUILD/src/cli/pellucid
tool=$PL_BUILD/tests/fault/fact-tool
fresh=$("$root/tests/engines/fresh.sh" "$PL_TMP")
eval "$fresh"
cd "$PL_TMP"
failed=0
declare -A pid port key
check() {
	local what=$1
	shift
	if "$@"; then echo "ok - $what"; else
		echo "FAIL - $what"
		cat out err log.err 2>/dev/null || true
		failed=1
	fi
}
stop() { # names
	for w in "$@"; do
		[ -n "${pid[$w]:-}" ] || continue
		kill "${pid[$w]}" 2>/dev/null || true
		wait "${pid[$w]}" 2>/dev/null || true
		pid[$w]=
	done
}
trap 'stop log w1 w2' EXIT
soon() {
	for ((i = 0; i < 300; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	"$@"
}
witnesses_up() {
	for w in w1 w2; do
		: >"$w.log"
		"$program" witness serve "$w" --listen "127.0.0.1:${port[$w]:-0}" >"$w.log" 2>&1 &
		pid[$w]=$!
		soon grep -q witness.serving "$w.log"
		port[$w]=$(sed -n 's/^evt=witness.serving.* port=\([0-9]*\) .*/\1/p' "$w.log")
	done
}
serve() {
	"$program" log serve --instance inst 2>log.err &
	pid[log]=$!
}
code() { # exit code, command
	local want=$1 code=0
	shift
	"$@" >out 2>err || code=$?
	[ "$code" = "$want" ]
}
status() { # regular expression in the JSON
	"$program" log status --instance inst --json >out 2>err || true
	grep -Eq "$1" out
}
recover() { code "$1" "$program" recover database --instance "${2:-inst}" --json; }
document() { # exit code, name
	echo "$2" >"$2.txt"
	code "$1" "$program" statement document "$2.txt" --instance "${3:-inst}" --wait "${4:-60}"
}
lose() { # the database, with everything in it
	if [ "${PL_ENGINES:-embedded}" = scale ]; then
		local name=${PL_TEST_DB##*/}
		psql -q -X -v ON_ERROR_STOP=1 "$PL_PG_URL" -c "DROP DATABASE $name" -c "CREATE DATABASE $name TEMPLATE template0 ENCODING 'UTF8'"
	else
		rm -f "${PL_TEST_DB#sqlite:}"*
	fi
}
dump() { "$program" fsck --rebuild --json --scratch "$PL_TMP" --instance inst | sed 's/.*"dump":"\([^"]*\)".*/\1/'; }
tables_fit() { # the tool's documents have no bodies
	"$program" fsck --rebuild --json --scratch "$PL_TMP" --instance inst >out 2>err || true
	grep -q '"different":0' out
}
published() { sed -n 2p inst/log/public/checkpoint; }
quiet_or() { # nothing in the tables waits
	status '"waiting":0' && [ "$(published)" = "$1" ]
}

for w in w1 w2; do key[$w]=$("$program" witness init $w --name flow.example/$w); done
witnesses_up
for w in w1 w2; do echo "witness $w ${key[$w]} http://127.0.0.1:${port[$w]}"; done >witnesses
"$program" init inst --origin flow.example/recover --witnesses witnesses --quorum 2 --purpose test --db "$PL_TEST_DB" \
	--blob "$PL_TEST_BLOB" >vkey 2>err
for w in w1 w2; do "$program" witness add-log $w "$(cat vkey)" >/dev/null; done
serve
check "its first entries are published" soon quiet_or 3
check "a statement with a body" document 0 first
"$tool" submit inst many 600 >acks
check "and 600 without" soon quiet_or 604
stop log
cp -a inst/log log.old
serve
check "and one more" document 0 second
stop log
want=$(dump)
check "a database that holds a record is refused" recover 2
check "in words" grep -q "it is not lost" err
"$tool" submit inst late 1 >out
check "one statement waits while nobody runs the log" status '"waiting":1'

# Lost.
lose
serve
wait "${pid[log]}" 2>/dev/null || true
pid[log]=
check "without a record the log does not start" grep -q "the record .* is missing" log.err
check "doctor says what to do" code 1 "$program" doctor --instance inst
check "in words" grep -q "pellucid recover database" out
kills=0
for ms in 040 080 120 160 200 240 280; do
	# In a shell of its own, whose words about the kill nobody needs.
	bash -c 'timeout -s KILL "$1" "$2" recover database --instance inst >out 2>err; exit $?' - "0.$ms" "$program" 2>/dev/null ||
		kills=$((kills + 1))
done
echo "# $kills of 7 killed in the middle"
check "some attempts are killed in the middle" test "$kills" -gt 0
if [ "$kills" = 7 ]; then
	check "the database is made anew from the log" recover 0
	check "all of it" grep -q '"recorded":605,"behind":0,"projected":605,"known":605,"foreign":0' out
fi
check "the public tables are what they were" test "$(dump)" = "$want"
check "once more is refused: there is a record now" recover 2
check "the statement that waited is lost" status '"waiting":0'
check "what the instance made is still known" code 0 "$program" log follow --instance inst --state watch --once

# Held until it is ruled out that this is an older copy.
stop w1 w2
serve
check "witnesses down: held" soon status '"process":"held".*"reason":"witnesses"'
check "a statement is only stored" document 3 third inst 3
check "and nothing larger is signed" test "$(published)" = 605
witnesses_up
check "witnesses up: it goes on" soon status '"process":"running"'
check "with what was stored" soon quiet_or 606
check "and statements are published" document 0 fourth
stop log
check "the tables are what the log says" tables_fit
check "the log is whole" code 0 "$program" log fsck inst/log
check "every acknowledged statement is there once" code 0 "$tool" check inst <acks

# An older directory.
mv inst/log log.new
cp -a log.old inst/log
lose
check "an older directory gives a record, too" recover 0
check "of its own size" grep -q '"recorded":604' out
serve
check "but a witness has seen more: held" soon status '"process":"held".*"aheadSize":607.*"reason":"ahead"'
check "no statement goes through" document 3 fifth inst 3
check "and no resume helps" bash -c '! "$0" statement log-resume witness-unreachable --instance inst --wait 5 >out 2>err' "$program"
stop log w1 w2
serve
check "neither do witnesses that are gone" soon status '"process":"held".*"reason":"ahead"'
check "nothing larger was signed" test "$(published)" = 604
stop log
rm -rf inst/log
mv log.new inst/log
lose
witnesses_up
check "with the newest directory it is made anew again" recover 0
check "and goes on" document 0 sixth
check "from where it was" test "$(published)" = 608

# Without witnesses nobody can tell.
check "an instance without witnesses" code 0 "$program" init alone --origin flow.example/alone --purpose test
check "states something" document 0 seventh alone
rm -f alone/pellucid.db*
check "recovering it is refused" recover 1 alone
check "with the reason" grep -q "can be forked by whoever restores it" err
check "unless it is written out" code 0 "$program" recover database --instance alone --accept-that-nobody-witnesses
check "and the warning is printed" grep -q "NOT WITNESSED" err
check "it goes on" document 0 eighth alone
check "and its tables are right" code 0 "$program" fsck --rebuild --scratch "$PL_TMP" --instance alone
exit "$failed"
