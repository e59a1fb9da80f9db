#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 400
# The log process says of itself how it is: held for want of witnesses, running, held because a witness is ahead, silent
# after a kill, stopped; `log status`, `doctor` and the portal say the same.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
serve() { start log "$pellucid" log serve --instance inst; }
portal() {
	start web "$pellucid" web --instance inst --listen 127.0.0.1:0 --rate 1000000
	ready web web.serving
}
says() { # words for people
	"$pellucid" log status --instance inst >out 2>err || true
	grep -q "$1" out
}
doctor() { # exit code, words
	local code=0
	"$pellucid" doctor --instance inst >out 2>err || code=$?
	[ "$code" = "$1" ] && grep -q "$2" out
}
page() { # words, language
	curl -sS "http://127.0.0.1:${port[web]}/log?lang=${2:-en}" >out 2>err && grep -q "$1" out
}

# Without witnesses, and the record beside the log or away from it.
beside='warning *record *the log and its record lie on one file system and nobody witnesses'
doctor_of() { # INSTANCE: it must be well but for warnings
	code 0 "$pellucid" doctor --instance "$1"
}
check "an instance without witnesses, its record on the log's own disk" "$pellucid" init beside --origin flow.example/beside --purpose test --quorum 0
check "doctor looks" doctor_of beside
check "warns of the record" grep -q "$beside" out
check "says what to do" grep -q 'move the database to another disk, or find witnesses' out
check "and that nobody witnesses" grep -q 'warning *witnesses *quorum none' out
away=$(mktemp -d /dev/shm/pellucid-record.XXXXXX)
trap 'rm -rf "$away"; stop_all' EXIT
if [[ $(stat -c %d "$away") == "$(stat -c %d .)" ]]; then
	bad "/dev/shm is another file system than $PL_TMP"
fi
check "another one, its record on another disk" "$pellucid" init apart --origin flow.example/apart --purpose test --quorum 0 --db "sqlite:$away/record.db"
check "doctor looks there" doctor_of apart
check "and does not warn of the record" not grep -q "$beside" out
check "but that nobody witnesses" grep -q 'warning *witnesses *quorum none' out

make_witness w1 w2
start_witness w1 w2
witness_lines w1 w2 >witnesses
make_instance flow.example/state --witnesses witnesses --quorum 2 >vkey 2>err
check "before anybody ran the log: no report" log_status '"process":"none"' 1
each_witness add-log "$(cat vkey)" w1 w2
portal
check "statements wait and nobody runs the log: the portal says it" page "The log process is not running"
serve
check "with both witnesses it runs" soon log_status '"process":"running".*"answered":2,"needed":1' 0
check "in words" says "the log process runs"
check "doctor agrees" doctor 0 "log process *the log process runs"
check "and does not warn of the record, which lies beside the log with the embedded engines: others witness" not grep -q "$beside" out
check "a statement goes through" document 0 first
check "the portal is quiet" soon bash -c "! curl -sS http://127.0.0.1:${port[web]}/log | grep -q 'The log is held\|log process'"
first=$(sed -n 's/^reported *//p' <("$pellucid" log status --instance inst))
check "it gives a sign of life although nothing happens" soon bash -c \
	"[ \"\$(\"$pellucid\" log status --instance inst | sed -n 's/^reported *//p')\" != '$first' ]"

# Nobody answers: held, for that reason.
stop log
check "an orderly end is said" log_status '"process":"stopped"' 1
check "and is no trouble" doctor 0 "not running; commands run the log themselves"
stop w1 w2
serve
check "without witnesses it is held" soon log_status '"process":"held".*"answered":0,"needed":1.*"reason":"witnesses"' 1
check "and says what to do" says "bring the witnesses up"
check "doctor warns" doctor 0 "0 of the 1 witness needed"
check "the portal says why" page "rule out an older copy: 0 of 1 so far"
check "in German too" page "auszuschließen: bisher 0 von 1" de
check "statements are stored" document 3 second 3
check "and counted" soon log_status '"waiting":1' 1
start_witness w1 w2
check "the hold ends by itself when they are back" soon log_status '"process":"running"' 0
check "nothing waits any more" soon log_status '"waiting":0' 0
check "what waited is published" soon published_is 5

# The witnesses go while it runs: it is not held, and nothing larger is published.
stop w1 w2
check "a statement is logged and not published" document 3 alone 3
check "in words" grep -q "logged, not yet published: too few witnesses have answered" err
check "doctor says how many wait" doctor 0 "warning *record *6 entries acknowledged, 5 published"
start_witness w1 w2
check "it is published when they are back" soon doctor 0 "good *record *6 entries acknowledged"

# A kill leaves a report that grows old.
end KILL log
check "right after a kill the last word still counts" log_status '"process":"running"' 0
sleep 21
check "a report that is too old: it does not answer" log_status '"process":"silent"' 1
check "doctor calls it bad" doctor 1 "the log process does not answer"
check "the portal says it" page "The log process does not answer"
check "and since when" page "<time datetime=\"20[0-9-]*T[0-9:]*Z\""

# A witness is ahead: an older copy. Its log and record are put back together, as a restored backup would be.
stop web
database save old
cp -a inst/log log.old
check "the log goes on" document 0 third
database save new
mv inst/log log.new && mv log.old inst/log
database load old
portal
serve
check "a witness ahead holds it" soon log_status '"process":"held".*"aheadSize":7.*"reason":"ahead"' 1
check "doctor calls that bad, and names one" doctor 1 "the witness w[12] has seen 7 entries and this log has 6"
check "the portal says it" page "The witness w[12] has seen 7 entries and this log has 6"
stop log

# A witness goes back: its operator put an older copy of its directory in place. Nobody is held by it; it is told.
stop w2
cp -a w2 w2.old
start_witness w2
stop web
rm -rf inst/log && cp -a log.new inst/log
database load new
portal
serve
check "with the newer copy it runs" soon log_status '"process":"running"' 0
check "on it goes" document 0 fourth
check "a witness that is there is known" soon sh -c '"$0" log status --instance inst --json >/dev/null; grep -q "^8 [0-9]* - witness.example/w2$" inst/log/private/witnesses' "$pellucid"
stop log w2
rm -rf w2 && mv w2.old w2
start_witness w2
serve
check "one with an older memory is told" soon log_status '"process":"running".*"reason":"witness-back"' 0
check "in words" says "the witness w2 said that it has seen 7 entries, after it had cosigned 8"
check "doctor warns" doctor 0 "w2 said that it has seen 7 entries"
check "the page of witnesses says it" soon sh -c 'curl -sS "$0/witnesses?lang=en" | grep -q "had seen 7 entries after it had cosigned 8"' "http://127.0.0.1:${port[web]}"
stop log
serve
check "a restart does not forget it" soon log_status '"process":"running".*"reason":"witness-back"' 0
stop log

# What cannot even be opened.
mv inst/log/private/journal inst/log/private/journal.away
serve
ended log || true
check "a log that cannot be opened" log_status '"process":"refused","since".*"trouble":"[^"]' 1
check "the portal says it without details" page "The log could not be opened"
mv inst/log/private/journal.away inst/log/private/journal
exit "$failed"
