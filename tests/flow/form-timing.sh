#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 600
# Does the time of an answer tell what is there from what is not? Secrets, codes, addresses, accounts and sessions, asked for in turn in one run and compared
# as samples (tests/lib/attacks/timing.py says how), beside controls that must be told apart.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/mail.sh
. "$PL_SRC/tests/lib/mail.sh"
# shellcheck source=tests/lib/people.sh
. "$PL_SRC/tests/lib/people.sh"

cat >notes.register <<'END'
pellucid-register v1
name notes
source intake
existence exact
opens rows
late-after 7
open-after 0
retain 24
field received time generalised month
field kind enum open good,bad
total cases count
END
printf '%s\n' 'pellucid-intake-form v1' 'register notes' 'confirm work' 'bits 8' 'ask kind required' 'message optional' >notes.form
printf '%s\n' 'pellucid-intake-form v1' 'register persons' 'confirm mail,work' 'bits 8' 'ask kind required' 'ask sender optional' 'ask words optional' \
	'set channel portal' 'set decision pending' 'message required' >persons.form

make_desk
check "a mail server runs" mail_server
set_conf web intake yes
set_conf mail smtp "smtp://127.0.0.1:$mail_port"
set_conf mail from desk@pellucid.example
set_conf vault per-hour 100000
set_conf vault per-hour-all 100000
check "registers" bash -c '"$1" register add notes.register && "$1" register add "$2/demo/persons.register"' - "$pellucid" "$PL_SRC"
for name in notes persons; do check "a form: $name" "$pellucid" intake open $name.form; done
check "ada has an account with a password" first_person
check "bea was invited" bash -c '"$1" account add bea --role desk --session ada.session --json >bea.json' - "$pellucid"
field "$(cat bea.json)" code >bea.code
# shellcheck disable=SC2119 # its options are its own
start_desk
[[ $failed == 0 ]] || exit 1
export PL_ENGINES DESK_ORIGIN=$desk
desk=${desk/localhost/127.0.0.1}
for i in 1 2; do
	status=$(curl -s -o page -w '%{http_code}' --interface "127.77.0.$i" -d f-kind=copy -d message=x -d "contact=mail$i@remote.example" -d way=mail "$desk/intake/persons")
	same "a code is mailed" "$status" 200
done
check "the worker sends them" "$pellucid" worker run --once
check "they come" soon mails_are 2
for i in 1 2; do
	read_mail $i
	grep -oE '([0-9A-Z]{5}-){5}[0-9A-Z]' mail.txt
done >codes.txt
python3 -B "$PL_SRC/tests/lib/attacks/run.py" "$desk" "$PL_TMP" timing || failed=1
exit "$failed"
