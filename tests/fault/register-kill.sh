#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# alone: long
# timeout: 1500
# kill -9 of the portal, the signer, the sequencer, the rhythm, the worker and of PostgreSQL at random moments while 64 senders enter cases, and of
# commands that enter cases and make reports beside them: each case that was answered is there under a number of its own, no number is left
# out, and an outsider counts the same.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/kills.sh
. "$PL_SRC/tests/lib/kills.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
kills=${PL_KILLS:-20}
[ "${PL_LONG:-0}" = 0 ] || kills=300 # on each engine set
engine=''
# shellcheck disable=SC2317 # called by the trap
finish() {
	touch ended
	stop_clients
	stop_keepers
	[[ -z $engine ]] || "$PL_SRC/tests/engines/pg-down.sh" "$engine" || true
	[[ -z $engine ]] || rm -rf -- "$engine"
}
trap finish EXIT
if [[ $PL_ENGINES == scale ]]; then # a server of our own, to be killed
	engine=/var/tmp/pellucid-register-kill.$$
	PL_ENGINE_OWNER=$$ "$PL_SRC/tests/engines/pg-up.sh" "$engine"
	# shellcheck source=/dev/null
	. "$engine/env"
	PL_TEST_DB=$PL_PG_URL
fi
kill_server() {
	kill -9 "$(head -n 1 "$engine/data/postmaster.pid")"
	PL_ENGINE_OWNER=none "$PL_SRC/tests/engines/pg-up.sh" "$engine"
}
kill_backend() {
	kill -9 "$(psql -X -q -t -A "$PL_PG_URL" -c \
		"SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1")" || true
}
# A command that is killed while it works, or before, or after.
killed() { timeout -s KILL "0.$(printf '%03d' $((RANDOM % 400)))" "$pellucid" "$@" >>killed.log 2>&1 || true; }
period=$(date -u +%Y)-H$((10#$(date -u +%m) > 6 ? 2 : 1))
senders=$PL_SRC/tests/fault/register_senders.py
at=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')

tips_register 'field kind enum open good,bad' >tips.register
cat >tips.form <<'END'
pellucid-intake-form v1
register tips
confirm work
bits 8
ask kind required
END
check "an instance is made" make_instance fault.example/register --quorum 0
check "a register is declared" "$pellucid" register add tips.register
set_conf web port "$at"
set_conf web intake yes
check "a form is opened" "$pellucid" intake open tips.form
keep signer "$pellucid" signer
keep sequencer "$pellucid" log serve
keep rhythm "$pellucid" register keep
keep worker "$pellucid" worker run
soon grep -q signer.ready signer.log
keep web "$pellucid" web --rate 1000000
check "the portal answers" soon curl -fs -o /dev/null "http://127.0.0.1:$at/intake/tips"
[ "$failed" = 0 ] || exit 1

python3 "$senders" send "$at" tips 8 64 ended >>senders.acks 2>senders.log &
clients+=($!)
check "senders are answered" soon test -s senders.acks
{
	echo received,kind
	for ((k = 0; k < 40; k++)); do echo "$(date -u +%Y-%m-%d)T00:00:00Z,good"; done
} >forty.csv
for ((k = 0; k < kills; k++)); do
	sleep "0.$(printf '%03d' $((RANDOM % 700)))"
	case $((RANDOM % 12)) in
	0) kill_kept signer ;;
	1) kill_kept sequencer ;;
	2) kill_kept rhythm ;;
	3) kill_kept worker ;;
	4 | 5) killed register enter tips forty.csv ;;
	6) killed report make tips "$period" ;;
	7) [[ -z $engine ]] || kill_backend ;;
	*) kill_kept web ;;
	esac
	[[ -z $engine || $((k % (kills / 2))) != 5 ]] || kill_server
	"$tool" leases inst || true
done
soon_tenths=100 check "after $kills kills they still are" soon grows
touch ended
wait "${clients[@]}" || true
clients=()
echo "# $(acks) cases answered; $(tail -n 1 senders.log)"

# A head over all of them, by the processes that are left to run.
check "the register's head is stated" soon "$pellucid" register head tips
python3 "$senders" look "$at" <senders.acks >found
check "every case that was answered is there" not grep -q lost found
same "under a number of its own" "$(cut -d' ' -f2 found | sort -u | wc -l)" "$(wc -l <senders.acks)"
shuf -n 5 found | while read -r secret number; do
	curl -s -o receipt --data-urlencode "secret=$secret" "http://127.0.0.1:$at/receipt/file"
	"$pellucid" register check receipt --trust inst/trust.policy >said 2>&1 && grep -q proved said && grep -q "case $number " said && echo good
done >checked
same "the receipts of some prove it" "$(grep -c good checked)" 5
stop_keepers
highest=$(sql "select max(number) from register_case")
same "no number is left out" "$(sql "select count(distinct number) from register_case")" "$highest"
check "more were entered than answered, at the most those that went away" test "$highest" -ge "$(wc -l <senders.acks)"
check "a report is made" "$pellucid" report make tips "$period"
check "and taken" "$pellucid" report take tips "$period"
answers "an outsider counts every number once" 0 "verified" "$pellucid" report verify "tips-$period.openings" --bundle "tips-$period.tlog-proof" --trust inst/trust.policy
check "as many as there are" grep -Eq "(^| )$highest (cases|$)|cases +$highest$" out
check "the log is whole" "$pellucid" log fsck inst/log
exit "$failed"
