#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# alone: long
# Cases a second that come in from many senders at once, against one sender alone, in one run; then the same through the portal's form, with
# server, database and senders on one machine.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
# A smoke run lies beside other tests and says only that it works; that senders share rounds is register/intake's among the unit tests.
seconds=2 goal=0
if [ "${PL_BENCH:-smoke}" = full ]; then seconds=20 goal=2; fi

make_instance log.example/intake >/dev/null
tips_register 'retain 0' 'field kind enum open good,bad' 'field words text sealed' >tips.register
"$pellucid" register add tips.register >/dev/null
for senders in 1 64; do
	"$PL_BUILD/tests/bench/bench_intake" inst tips "$senders" "$seconds" | tee "rate.$senders"
done
ratio=$(sed -n 's/.*: \([0-9]*\) cases.*/\1/p' rate.1 rate.64 | paste -sd' ' | awk '{ printf "%.2f", $2 / $1 }')
echo "64 senders that share rounds reach $ratio times what one reaches (goal 2; 500 cases/s)"
check "sharing rounds pays" awk "BEGIN { exit !($ratio >= $goal) }"
printf '%s\n' 'pellucid-intake-form v1' 'register tips' 'confirm work' 'bits 1' 'ask kind required' 'ask words optional' 'message none' >tips.form
check "a form is open" "$pellucid" intake open tips.form
set_conf web intake yes
start web "$pellucid" web --rate 1000000 --listen "unix:$PL_TMP/web.sock" --behind-proxy
ready web web.serving
if python3 "$PL_SRC/tests/bench/intake_http.py" "$PL_TMP/web.sock" tips 64 "$seconds"; then good "every form was taken"; else bad "every form was taken"; fi
stop web
answers "a head over all of them" 0 'leaves' "$pellucid" register head tips
exit "$failed"
