#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 600
# Deadlines count by the calendar of their register: the declaration's, else the instance's. Queue, alarm, desk and terminal say the same, for cases and for
# reports of flaws; a calendar that is named later counts for what is open already. What a declaration says of its clocks holds whatever the way a case comes by, and an
# answer is measured by them, with their pauses and extensions.
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
cases() { "$pellucid" case "$@"; }
# In the Union's institutions 30 December 2025 to 2 January 2026 are days off, in Germany 1 January alone; Iceland has no summer time.
from=2025-11-30T09:00:00Z
flaw=2025-12-24T10:00:00Z
legal_by() { field "$("$pellucid" clock due "$1" "$2" --country "$3" --json)" legal; }
eu=$(legal_by GDPR-R $from EU)
de=$(legal_by GDPR-R $from DE)
flaw_eu=$(legal_by CVD-1 $flaw EU)
flaw_de=$(legal_by CVD-1 $flaw DE)
check "the calendars differ" test "$eu" != "$de" -a "$flaw_eu" != "$flaw_de"

declaration() { # NAME [CALENDAR]
	printf 'pellucid-register v1\nname %s\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\nretain 24\n' "$1"
	[[ -z ${2:-} ]] || echo "calendar $2"
	printf 'field received time generalised month\ntotal cases count\n'
	[[ -z ${2:-} ]] || echo 'clock request-received intake GDPR-R'
}

make_desk
check "a mail server" mail_server
set_conf mail smtp "smtp://127.0.0.1:$mail_port"
set_conf mail from desk@mail.example
set_conf mail alarms duty@mail.example
check "somebody administers it" first_person
check "a desk" person bob desk

# ---- what a declaration may say ----
declaration near ZZ >bad
answers "a calendar that is none is refused" 2 'no calendar "ZZ", which the declaration names' register add bad
check "with what there is" grep -q 'EU, or a country' err
declaration near de >bad
answers "so is another spelling" 2 'line 9.*capital letters' register add bad
for name in plain:  near:DE; do
	declaration "${name%:*}" "${name#*:}" >decl
	check "a register, calendar ${name#*:}" register add decl
	printf 'received\n%s\n' $from >came.csv
	check "a case" register enter "${name%:*}" came.csv
done
check "where nothing is declared somebody notes what starts a clock" cases happened plain 1 request-received --at $from
answers "where it is declared it starts by itself" 0 'request-received' cases show near 1
{ sed -n '1,8p' "$PL_SRC/demo/vulnerabilities.register"; echo 'calendar DE'; sed -n '9,$p' "$PL_SRC/demo/vulnerabilities.register"; } >flaws
check "reports of flaws" register add flaws
printf 'received,direction,product,severity,state,finder,bounty,component,summary,finder-name\n%s,inbound,endpoint,high,new,named,none,c,s,f\n' $flaw >came.csv
check "one" register enter vulnerabilities came.csv

# ---- four places ----
queue() { # REGISTER [WHAT] [NUMBER]
	python3 -c 'import json, sys; print(next(c[sys.argv[2]] for c in json.load(sys.stdin) if c["register"] == sys.argv[1] and c["number"] == int(sys.argv[3])))' \
		"$1" "${2:-legal}" "${3:-1}" <<<"$(cases list --json)"
}
desk_says() { # OPTIONS... ADDRESS: the page
	curl -sS -b "pl-desk=$(cat bob.session)" "$@" >page
}
# shellcheck disable=SC2119 # its options are its own
start_desk
for row in "plain $eu EU" "near $de DE"; do
	read -r name end code <<<"$row"
	same "the terminal's queue: $name" "$end" "$(queue "$name")"
	check "the terminal: $name" bash -c '"$0" case clocks "$1" 1 2>said | grep -q "^GDPR-R .* $2 "' "$pellucid" "$name" "$end"
	check "and by which calendar" grep -q "^public holidays: $code," said
	desk_says "$desk/desk/case/$name/1"
	check "the case at the desk: $name" grep -q "datetime=\"$end\"" page
	check "and by which calendar" grep -q "calendar $code\\." page
	desk_says "$desk/desk"
	check "the desk's queue: $name" bash -c 'tr "\n" " " <page | sed "s/<tr>/\n/g" | grep "/desk/case/$0/1\"" | grep -q "datetime=\"$1\""' "$name" "$end"
done
check "alarms are told" "$pellucid" worker run --once
check "and sent" "$pellucid" worker run --once
check "in one mail" soon mails_are 1
read_mail 1
check "by the Union's calendar" bash -c 'grep -A1 "^plain 1: GDPR-R" mail.txt | grep -q "legal end $0"' "$eu"
check "and by that of the register" bash -c 'grep -A1 "^near 1: GDPR-R" mail.txt | grep -q "legal end $0"' "$de"
same "a report of a flaw, at the terminal" "$flaw_de" "$("$pellucid" vuln show 1 --json | python3 -c 'import json, sys; print(next(c["legal"] for c in json.load(sys.stdin)["clocks"] if c["clock"] == "CVD-1"))')"
csrf bob
fresh
desk_says --data-urlencode "csrf=${token[bob]}" -H "Origin: $desk" -H 'Sec-Fetch-Site: same-origin' "$desk/desk/case/vulnerabilities/1/read"
check "and at the desk" grep -q "datetime=\"$flaw_de\"" page
stop web

# ---- another calendar, later ----
# What the queue is ordered by is kept beside the case. From 20 October to 20 November the clock goes back an hour in Brussels, and not in Reykjavik.
summer=2025-10-20T09:00:00Z
printf 'received\n%s\n' $summer >came.csv
check "a case of the summer" register enter plain came.csv
check "its clock started" cases happened plain 2 request-received --at $summer
same "by the clocks of Brussels" 2025-11-20T10:00:00Z "$(queue plain due 2)"
set_conf clocks calendar IS
check "the instance's setting changes" "$pellucid" worker run --once
same "by those of Reykjavik" 2025-11-20T09:00:00Z "$(queue plain due 2)"
same "but in a register that names its own" "$de" "$(queue near)"
set_conf clocks calendar XX
answers "one that is none is told" 2 'no calendar "XX", which \[clocks\] calendar' cases clocks plain 1
check "no worker works with it" bash -c '! "$0" worker run --once 2>err && grep -q "no calendar" err' "$pellucid"
check "and no page is served" bash -c '! timeout 20 "$0" web 2>err && grep -q "no calendar" err' "$pellucid"
answers "the doctor says so" 1 'calendar' "$pellucid" doctor
answers "where a register needs it" 0 GDPR-R cases clocks near 1
set_conf clocks calendar IS
declaration plain DE >decl
check "the register is declared anew" register add decl
check "a flaw is triaged" "$pellucid" vuln state 1 triaged --at 2025-12-25T10:00:00Z
same "by the calendar of its register" "$(legal_by CVD-2 $flaw DE)" "$(queue vulnerabilities)"
sed 's/^calendar DE$/calendar IS/' flaws >flaws-is
check "which is declared anew, too" register add flaws-is
check "somebody looks what that means" "$pellucid" worker run --once
same "for a history that is sealed" "$(legal_by CVD-2 $flaw IS)" "$(queue vulnerabilities)"
check "and it differs" test "$(legal_by CVD-2 $flaw IS)" != "$(legal_by CVD-2 $flaw DE)"
same "then by the clocks of Berlin" 2025-11-20T10:00:00Z "$(queue plain due 2)"
same "and its holidays" "$de" "$(queue plain)"

# ---- what an answer took ----
{
	declaration asked DE | sed '/^total/,$d'
	printf '%s\n' 'field clock-met enum open no-clock,met,late' 'field hours u64 open' 'field answered-at time sealed' 'total cases count' 'clock request-received intake GDPR-R'
} >decl
check "a register that counts its answers" register add decl
printf 'received,answered-at\n%s,\n%s,%s\n' $from $from 2025-12-01T10:30:00Z >came.csv
check "two requests, one of which is answered when it is entered" register enter asked came.csv
row() { register show asked "$1" --json | python3 -c 'import json, sys; f = json.load(sys.stdin)["fields"]; print(*(f.get(n, "-") for n in ("hours", "clock-met")))'; }
same "its clock started with it, and was kept" "26 met" "$(row 2)"
printf 'received,answered-at,hours\n%s,%s,25\n' $from 2025-12-01T10:30:00Z >typed.csv
answers "nobody enters something else" 2 '"hours" is said to be 25, and is 26 by the clock GDPR-R' register enter asked typed.csv
answered=2026-02-10T09:00:00Z
check "the other one is answered after a month" register change asked 1 answered-at=$answered
same "too late" "1728 late" "$(row 1)"
echo because >why
check "but its clock stood still" cases pause asked 1 GDPR-R why --at 2025-12-02T09:00:00Z
check "for two days" cases resume asked 1 GDPR-R --at 2025-12-04T09:00:00Z
check "and was extended in time" cases extend asked 1 GDPR-R why --at 2025-12-20T09:00:00Z
answers "what was typed does not say so" 2 '"hours" is said to be 1728, and is 1680 by the clock GDPR-R' register change asked 1 answered-at=$answered hours=1728
check "what is counted does" register change asked 1 answered-at=$answered hours=1680
same "in time" "1680 met" "$(row 1)"
sed -i 's/^clock .*/clock order-received desk EPOC/' decl
check "what starts a clock is declared anew" register add decl
check "one that runs since before may be met" cases meet asked 1 GDPR-R --at $answered
check "and counts for no answer any more" register change asked 1 answered-at=$answered
same "as none is declared for it" "1728 no-clock" "$(row 1)"
answers "nor starts again" 2 'names no event "request-received"; it names: order-received (EPOC)' cases happened asked 2 request-received

# ---- reports ----
check "a head" register head near
answers "a report of it" 0 ': 1 case' "$pellucid" report make near 2025-H2
check "is taken" "$pellucid" report take near 2025-H2
answers "and counted again, with what starts the clocks" 0 '^  request-received, when a case comes in, starts GDPR-R$' "$pellucid" report verify near-2025-H2.openings --bundle near-2025-H2.tlog-proof --trust inst/trust.policy
check "it is exported" "$pellucid" report export near 2025-H2 --format html --out near.html
check "and says the rule" grep -q 'calendar DE' near.html
check "and what starts which clock" grep -q 'request-received.*GDPR-R' near.html
exit "$failed"
