#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 240
# The clock of an instance: a step back holds its log until somebody accepts the new time, and what he signs says truly from which time to which; a jump
# ahead is held as long as no witness says that it is that late.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/clock.sh
. "$PL_SRC/tests/lib/clock.sh"
# An object store refuses what is signed in another time than its own.
[[ $PL_ENGINES != scale ]] || PL_TEST_BLOB=dir:$PL_TMP/blobs
statement() { "$pellucid" statement "$@" --instance inst; }
# accepted MEMBER...: of the last statement that accepted a time
accepted() {
	statement show "$(field "$(statement list --type urn:pellucid:time-accept/v1 --json)" statements.0.index)" --raw | python3 -c 'import base64, json, sys
p = json.loads(base64.b64decode(json.load(sys.stdin)["payload"]))["predicate"]
print(*(p[m] for m in sys.argv[1:]))' "$@"
}

# ---- nobody witnesses ----
clock_is 2026-03-27T12:00:00Z
make_instance log.example/time --quorum 0 >/dev/null
check "a statement" document 0 first
clock_is 2026-03-27T11:59:10Z
check "a step back of less than a minute is nothing" document 0 second
clock_is 2026-03-27T11:00:00Z
check "one of an hour holds the log" document 3 third 5
check "and says why" grep -q 'system time' err
answers "a reason that nobody knows is none" 2 'reason' statement log-time-accept because
check "the time is accepted" statement log-time-accept clock-corrected
check "the log goes on" document 0 fourth
same "what was signed says from where to where, and why" "2026-03-27T12:00:00Z 2026-03-27T11:00:00Z clock-corrected" "$(accepted before accepted reason)"
check "the tables are what the log says" tables_fit

# ---- with a witness that has a clock of its own ----
mv inst unwitnessed
pellucid=$clock_program
make_witness w1
start_witness w1
witness_lines w1 >witnesses
pellucid=$PL_TMP/in-time
fresh=$("$PL_SRC/tests/engines/fresh.sh" "$PL_TMP")
eval "$fresh"
[[ $PL_ENGINES != scale ]] || PL_TEST_BLOB=dir:$PL_TMP/blobs-again
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
clock_is "$now"
make_instance log.example/witnessed --witnesses witnesses --quorum 1 >vkey 2>err
each_witness add-log "$(cat vkey)" w1
start sequencer "$pellucid" log serve --instance inst
check "a log process runs" soon grep -q "^evt=log\." sequencer.log
check "a statement that is witnessed" document 0 first
clock_is "$(date -u -d "$now + 3 days" +%Y-%m-%dT%H:%M:%SZ)"
check "three days later, by this clock alone, the state of the log says that it is held" soon log_status 'last witness time'
check "what is stated is stored" document 3 second 5
check "and what ends that" log_status 'log-time-accept'
# Whoever accepts it need not have the log's directory.
check "what the log knows of the time stands in the database" test "$(sql 'select time_witnessed > 0 and time_used > 0 from log_report' | tr t 1)" = 1
mv inst/log/private/time time.away
check "the time is accepted" statement log-time-accept machine-was-off
# The witness, whose clock was wrong, is set right: from then on it says the same.
stop w1
printf '#!/bin/sh\nLD_PRELOAD=%s FAKETIME=+3d FAKETIME_DONT_FAKE_MONOTONIC=1 exec "%s" "$@"\n' "$(faketime_library)" "$clock_program" >set-right
chmod 755 set-right
pellucid=$PL_TMP/set-right
start_witness w1
pellucid=$PL_TMP/in-time
check "the log goes on" document 0 third
read -r before after <<<"$(accepted before accepted)"
same "from the witness's time" 1 "$((($(date -u -d "$before" +%s) - $(date -u -d "$now" +%s)) / 600 + 1))"
same "to the accepted one" "$(date -u -d "$now + 3 days" +%s)" "$(date -u -d "$after" +%s)"
exit "$failed"
