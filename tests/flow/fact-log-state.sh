#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 400
# The log process says of itself how it is: held for want of witnesses, running, held because a witness is ahead, silent
# after a kill, stopped; `log status`, `doctor` and the portal say the same.
# shellcheck disable=SC2317 # functions are called by check
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$PL_BUILD/src/cli/pellucid
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
		cat out err log.err web.err 2>/dev/null || true
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
# shellcheck disable=SC2154 # pid is an array
trap 'stop log web w1 w2' EXIT
witness() {
	: >"$1.log"
	"$program" witness serve "$1" --listen "127.0.0.1:${port[$1]:-0}" >"$1.log" 2>&1 &
	pid[$1]=$!
	soon grep -q witness.serving "$1.log"
	port[$1]=$(sed -n 's/^evt=witness.serving.* port=\([0-9]*\) .*/\1/p' "$1.log")
}
soon() {
	for ((i = 0; i < 300; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	"$@"
}
serve() {
	"$program" log serve --instance inst 2>>log.err &
	pid[log]=$!
}
status() { # exit code, regular expression in the JSON
	local code=0
	"$program" log status --instance inst --json >out 2>err || code=$?
	[ "$code" = "$1" ] && grep -Eq "$2" out
}
says() { # words for people
	"$program" log status --instance inst >out 2>err || true
	grep -q "$1" out
}
doctor() { # exit code, words
	local code=0
	"$program" doctor --instance inst >out 2>err || code=$?
	[ "$code" = "$1" ] && grep -q "$2" out
}
page() { # words, language
	curl -sS "http://127.0.0.1:${port[web]}/log?lang=${2:-en}" >out 2>err && grep -q "$1" out
}
document() { # exit code, name
	local code=0
	echo "$2" >"$2.txt"
	"$program" statement document "$2.txt" --instance inst --wait "${3:-60}" >out 2>err || code=$?
	[ "$code" = "$1" ]
}

for w in w1 w2; do
	key[$w]=$("$program" witness init $w --name flow.example/$w)
	witness $w
	echo "witness $w ${key[$w]} http://127.0.0.1:${port[$w]}"
done >witnesses
"$program" init inst --origin flow.example/state --witnesses witnesses --quorum 2 --purpose test --db "$PL_TEST_DB" \
	--blob "$PL_TEST_BLOB" >vkey 2>err
check "before anybody ran the log: no report" status 1 '"process":"none"'
for w in w1 w2; do "$program" witness add-log $w "$(cat vkey)" >/dev/null; done
"$program" web --instance inst --listen 127.0.0.1:0 --rate 1000000 2>web.err &
pid[web]=$!
soon grep -q web.serving web.err
port[web]=$(sed -n 's/.*port=//p' web.err)
check "statements wait and nobody runs the log: the portal says it" page "The log process is not running"
serve
check "with both witnesses it runs" soon status 0 '"process":"running".*"answered":2,"needed":1'
check "in words" says "the log process runs"
check "doctor agrees" doctor 0 "log process *the log process runs"
check "a statement goes through" document 0 first
check "the portal is quiet" soon bash -c "! curl -sS http://127.0.0.1:${port[web]}/log | grep -q 'The log is held\|log process'"
first=$(sed -n 's/^reported *//p' <("$program" log status --instance inst))
check "it gives a sign of life although nothing happens" soon bash -c \
	"[ \"\$(\"$program\" log status --instance inst | sed -n 's/^reported *//p')\" != '$first' ]"

# Nobody answers: held, for that reason.
stop log
check "an orderly end is said" status 1 '"process":"stopped"'
check "and is no trouble" doctor 0 "not running; commands run the log themselves"
stop w1 w2
serve
check "without witnesses it is held" soon status 1 '"process":"held".*"answered":0,"needed":1.*"reason":"witnesses"'
check "and says what to do" says "bring the witnesses up"
check "doctor warns" doctor 0 "0 of the 1 witnesses"
check "the portal says why" page "rule out an older copy: 0 of 1 so far"
check "in German too" page "auszuschließen: bisher 0 von 1" de
check "statements are stored" document 3 second 3
check "and counted" soon status 1 '"waiting":1'
witness w1
witness w2
check "the hold ends by itself when they are back" soon status 0 '"process":"running"'
check "what waited is published" soon status 0 '"waiting":0'

# The witnesses go while it runs: it is not held, and nothing larger is published.
stop w1 w2
check "a statement is logged and not published" document 3 alone 3
check "in words" grep -q "logged, not yet published: too few witnesses have answered" err
check "doctor says how many wait" doctor 0 "warning *record *6 entries acknowledged, 5 published"
witness w1
witness w2
check "it is published when they are back" soon doctor 0 "good *record *6 entries acknowledged"

# A kill leaves a report that grows old.
kill -9 "${pid[log]}"
wait "${pid[log]}" 2>/dev/null || true
pid[log]=
check "right after a kill the last word still counts" status 0 '"process":"running"'
sleep 21
check "a report that is too old: it does not answer" status 1 '"process":"silent"'
check "doctor calls it bad" doctor 1 "the log process does not answer"
check "the portal says it" page "The log process does not answer"
check "and since when" page "<time datetime=\"20[0-9-]*T[0-9:]*Z\""

# A witness is ahead: an older copy. Its log and record are put back together, as a restored backup would be.
stop web
if [ "${PL_ENGINES:-embedded}" = scale ]; then
	name=${PL_TEST_DB##*/}
	psql -q -X -v ON_ERROR_STOP=1 "$PL_PG_URL" -c "CREATE DATABASE ${name}_old TEMPLATE $name"
else
	mkdir db.old && cp -a "${PL_TEST_DB#sqlite:}"* db.old/
fi
cp -a inst/log log.old
check "the log goes on" document 0 third
rm -rf inst/log && mv log.old inst/log
if [ "${PL_ENGINES:-embedded}" = scale ]; then
	psql -q -X -v ON_ERROR_STOP=1 "$PL_PG_URL" -c "DROP DATABASE $name" -c "CREATE DATABASE $name TEMPLATE ${name}_old"
else
	rm -f "${PL_TEST_DB#sqlite:}"* && cp -a db.old/. "$(dirname "${PL_TEST_DB#sqlite:}")/"
fi
"$program" web --instance inst --listen 127.0.0.1:0 --rate 1000000 2>web.err &
pid[web]=$!
soon grep -q web.serving web.err
port[web]=$(sed -n 's/.*port=//p' web.err)
serve
check "a witness ahead holds it" soon status 1 '"process":"held".*"aheadSize":7.*"reason":"ahead"'
check "doctor calls that bad" doctor 1 "a witness has seen 7 entries and this log has 6"
check "the portal says it" page "A witness has seen 7 entries and this log has 6"
stop log

# What cannot even be opened.
mv inst/log/private/journal inst/log/private/journal.away
serve
wait "${pid[log]}" 2>/dev/null || true
pid[log]=
check "a log that cannot be opened" status 1 '"process":"refused","since".*"trouble":"[^"]'
check "the portal says it without details" page "The log could not be opened"
mv inst/log/private/journal.away inst/log/private/journal
exit "$failed"
