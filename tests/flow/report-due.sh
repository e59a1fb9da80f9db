#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 600
# A half-yearly report that a declaration promises: it is owed from the end of the half-year on, at the terminal, at the desk and by mail, until it is published.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/people.sh
. "$PL_SRC/tests/lib/people.sh"
# shellcheck source=tests/lib/mail.sh
. "$PL_SRC/tests/lib/mail.sh"
register() { "$pellucid" register "$@"; }
report() { "$pellucid" report "$@"; }
declaration() { # NAME LINES...
	printf 'pellucid-register v1\nname %s\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\nretain 24\n' "$1"
	shift
	[[ $# == 0 ]] || printf '%s\n' "$@"
	printf 'field received time generalised month\ntotal cases count\n'
}
# The half-year that ended last, and the one before: of that one a report within 60 days is overdue on whatever day this runs.
half=$((($(date -u +%-m) + 5) / 6 - 1)) year=$(date -u +%Y)
[[ $half != 0 ]] || { half=2 year=$((year - 1)); }
last=$year-H$half
before=$([[ $half == 2 ]] && echo "$year-H1" || echo "$((year - 1))-H2")

make_desk
check "a mail server" mail_server
set_conf mail smtp "smtp://127.0.0.1:$mail_port"
set_conf mail from desk@mail.example
check "somebody administers it" first_person
check "a desk" person bob desk
declaration bad 'report-within 0' >decl
answers "a promise of no days is none" 2 'line 9.*days from 1 to 366' register add decl
declaration bad 'report-within 60' 'calendar EU' >decl
answers "the calendar stands before it" 2 'line 10' register add decl
declaration plain >plain.decl
declaration soon 'report-within 60' >soon.decl
declaration long 'report-within 366' >long.decl
for name in plain soon long; do
	check "the register $name" register add $name.decl
	check "its first head" register head $name
done
same "nothing is owed of a half-year that goes on" "" "$(report due)"
# The first heads were signed two half-years ago: in the private tables alone, which is where this room looks.
sql "UPDATE register_end SET time = $(date -u -d "${before%-*}-$([[ $before == *H1 ]] && echo 06 || echo 12)-15" +%s)"

# ---- owed ----
answers "what is promised is owed" 0 "^soon  *$before  *overdue" report due
check "that of the half-year that ended last, too" grep -qE "^soon +$last " out
check "what has more time is not overdue" grep -qE "^long +$last +running" out
check "nothing where nothing is promised" not grep -q plain out
answers "of one register" 0 "^long " report due long
check "alone" not grep -q soon out
answers "as JSON" 0 "\"register\":\"soon\",\"period\":\"$before\",\"clock\":\"REP\",\"state\":\"overdue\"" report due --json
# shellcheck disable=SC2119 # its options are its own
start_desk
on_the_desk() { curl -sS -b "pl-desk=$(cat bob.session)" "$desk/desk" | tr -d '\n' >page; }
on_the_desk
check "the desk says so" grep -qE "Report overdue</span> <strong>soon</strong> <code>$before</code>" page
check "and of what is only due" grep -qE "Report due</span> <strong>long</strong> <code>$last</code>" page

# ---- told ----
check "nobody is to be told" "$pellucid" worker run --once
same "so nobody is" 0 "$(mails)"
set_conf mail alarms duty@mail.example
check "somebody is" "$pellucid" worker run --once
check "and the mail is sent" "$pellucid" worker run --once
check "one" soon mails_are 1
read_mail 1
check "it says how many" grep -qE '^Subject: [1-4] half-yearly reports? due' mail.txt
check "which" grep -q "^soon $before: REP, publish the half-yearly report" mail.txt
check "since when" grep -qE '^  [0-9]+ days over: strict end .*Z, legal end .*Z' mail.txt
check "and what to do" grep -q "pellucid report make soon $before" mail.txt
check "and nothing of what is not promised" not grep -q '^plain' mail.txt
check "it is told once" "$pellucid" worker run --once
check "it stays at one" "$pellucid" worker run --once
same "mail" 1 "$(mails)"
sql "UPDATE work_report SET told = told - 8 * 86400"
check "a week later again" "$pellucid" worker run --once
check "and sent" "$pellucid" worker run --once
check "so there are two" soon mails_are 2

# ---- published ----
check "a head" register head soon
check "the report is published" report make soon "$before"
answers "then it is not owed any more" 0 '' report due soon
check "by its period" not grep -q "$before" out
on_the_desk
check "nor at the desk" not grep -q "<strong>soon</strong> <code>$before</code>" page
sql "UPDATE work_report SET told = told - 8 * 86400"
check "nobody is told" "$pellucid" worker run --once
check "any more" "$pellucid" worker run --once
check "of it" bash -c 'for f in $(find mail -type f -path "*/new/*" -newer page); do ! grep -q "^soon $0" "$f" || exit 1; done' "$before"
stop web
check "the report says what was promised" report export soon "$before" --format html --out page.html
check "in words" grep -q 'promised within 60 days' page.html
check "it is taken" report take soon "$before"
answers "and counted again" 0 '' report verify "soon-$before.openings" --bundle "soon-$before.tlog-proof" --trust inst/trust.policy
answers "by the page's script, too" 0 '^cases 0' node "$PL_SRC/tests/lib/recount.mjs" "$PL_SRC/pages" "soon-$before.openings"
exit "$failed"
