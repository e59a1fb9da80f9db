#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# The way of a request of an authority as docs/manual/authority-requests.md tells it, over the commands that stand there: intake, legal check, a
# decision of two persons, a package of expertise, the answer, a ban on telling and its end, the report with its indicators.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/people.sh
. "$PL_SRC/tests/lib/people.sh"
name=authority-requests
cases() { "$pellucid" case "$@"; }
register() { "$pellucid" register "$@"; }
now=$(date -u +%FT00:00:00Z)
back=$(date -u -d '-6 days' +%FT00:00:00Z)
after() { date -u -d "$back + $1" +%FT%TZ; } # after "N hours": that long behind it
until=$(date -u -d '+100 days' +%F)
private=CANARY-7df20e11
period=$(date -u +%Y)-H$((($(date -u +%-m) + 5) / 6))
total() { "$pellucid" report export "$name" "$period" --format json | python3 -c 'import json, sys; d = json.load(sys.stdin); print(*(next(x["value"] for x in d["totals"] + d["counts"] if x["name"] == n) for n in sys.argv[1:]))' "$@"; }

make_desk
check "somebody administers it" first_person
check "a desk" person bob desk
check "a lawyer" person lena legal

# ---- before the first one ----
sed 's/^clock order-received desk EPOC$/clock order-received desk EPOC,CRA-V1/' "$PL_SRC/demo/$name.register" >other.register
answers "an event starts the clocks of the law, and no others" 2 '"order-received" starts EPOC, and the line "clock" says EPOC,CRA-V1' register add other.register
check "the register with two persons" register add "$PL_SRC/demo/$name.register"
answers "which events start which clocks is declared" 0 'order-received, noted by the desk, starts EPOC$' register show $name
check "with the reports that are promised" has 'promised within 60 days'
answers "as JSON" 0 '"clocks":\[{"event":"order-received","at":"desk","starts":\["EPOC"\]}' register show $name --json
for lang in en de; do
	answers "its words, $lang" 0 '' register words "$PL_SRC/demo/$name.words.$lang"
	same "all of its names are explained, $lang" "" "$(cat err)"
done
{ cat "$PL_SRC/demo/$name.form" && echo 'start request-received'; } >other.form
answers "a form starts nothing that is not declared" 2 'the form starts "request-received", and the declaration of authority-requests says nothing of it' "$pellucid" intake open other.form
{ cat "$PL_SRC/demo/$name.form" && echo 'start order-received'; } >other.form
answers "nor what the desk notes" 2 'says that the desk notes it' "$pellucid" intake open other.form
check "its form" "$pellucid" intake open "$PL_SRC/demo/$name.form"

# ---- intake ----
head='received,channel,country,authority,instrument,category,data-type,emergency,decision,authority-name,case-reference'
printf '%s\n%s,post,de,prosecutor,production-order,technical-expertise,none,no,rejected,StA Beispiel,12 Js 34/26\n' "$head" "$now" >came.csv
answers "nothing is entered as decided" 3 'no step that the declaration names' register enter $name came.csv
printf '%s\n' "$head" "$back,post,de,prosecutor,production-order,technical-expertise,none,no,pending,StA Beispiel,12 Js 34/26" \
	"$back,post,at,court,court-order,user-data,content,no,pending,LG Beispiel,7 Hv 1/26" \
	"$back,post,fr,prosecutor,production-order,user-data,subscriber,no,pending,PR Exemple,$private" \
	"$back,mail,it,prosecutor,production-order,user-data,traffic,yes,pending,PM Esempio,2" \
	"$back,mail,it,prosecutor,production-order,user-data,traffic,yes,pending,PM Esempio,3" \
	"$back,mail,it,prosecutor,preservation-order,preservation,several,no,pending,PM Esempio,4" \
	"$back,mail,us,other,informal,technical-expertise,none,no,pending,Somebody,5" >came.csv
answers "what came by post is entered" 0 'entered as 1 to 7' register enter $name came.csv --promises secrets
same "each with a secret" 7 "$(wc -l <secrets)"

# ---- legal check ----
echo 'Called back.' >note
check "assigned" cases assign $name 1 lena
check "a note" cases note $name 1 note
answers "nobody notes what is not declared" 2 'names no event "request-received"; it names: order-received (EPOC), emergency' cases happened $name 1 request-received
answers "nor extends its clock" 2 'names no clock "GDPR-R"' cases extend $name 1 GDPR-R note
check "the order came" cases happened $name 1 order-received --at "$(after '9 hours')"
answers "and has its clock" 0 EPOC cases clocks $name 1
check "facts become known" register change $name 1 data=none access=none

# ---- the decision ----
echo 'Wider than its purpose.' >reason
answers "nobody decides alone" 1 'two persons' register change $name 1 legal-check=passed decision=partial reason=too-broad
answers "nor does one person alone pass the legal check" 1 'two persons' register change $name 1 legal-check=passed
answers "nothing is decided that was not examined" 3 'no step that the declaration names' cases propose $name 1 reason decision=partial reason=too-broad --session bob.session
answers "nor without its reason" 3 'no step that the declaration names' cases propose $name 1 reason legal-check=passed decision=partial --session bob.session
check "who examined it stays private" register change $name 1 legal-check-by=lena
answers "one proposes" 0 decision cases propose $name 1 reason legal-check=passed decision=partial reason=too-broad --session bob.session --json
decision=$(field "$(cat out)" decision)
answers "and does not agree with himself" 1 '' cases approve "$decision" --session bob.session
answers "another agrees" 0 '' cases approve "$decision" --session lena.session
same "it is decided" "partial too-broad" "$(register show $name 1 --json | python3 -c 'import json, sys; f = json.load(sys.stdin)["fields"]; print(f["decision"], f["reason"])')"

# ---- expertise ----
mkdir given
echo 'domain evil.example.com, wrote to contact@evil.example.com' >given/indicators.txt
answers "an address is found" 1 '^clear email indicators.txt' "$pellucid" expertise check given/*
sed -n 's/^\(clear .*\)$/\1 lena indicator/p' out >cleared
echo 'The indicators are enclosed.' >answer.txt
answers "files as they are do not go out" 1 'was not made by "pellucid expertise make"' cases answer $name 1 answer.txt given/indicators.txt
answers "they are packed" 0 'manifest sha256:' "$pellucid" expertise make given/* --cleared cleared --out given.zip --case $name/1 --field package
manifest=$(sed 's/.*manifest //' out)
answers "and the case is committed to the package" 0 "^package *$manifest" register show $name 1

# ---- the answer ----
answers "it goes out" 0 'whoever has the secret' cases answer $name 1 answer.txt given.zip
answers "how long it took is nothing that anybody types" 2 '"hours" is said to be 131, and is 130 by the clock EPOC' register change $name 1 hours=131 answered-at="$(after '138 hours 20 minutes')"
answers "nor whether it was in time" 2 '"clock-met" is said to be late, and is met by the clock EPOC' register change $name 1 clock-met=late answered-at="$(after '138 hours 20 minutes')"
answers "nor is anything of it said before there is an answer" 2 'there is no "answered-at"' register change $name 1 days=6
answers "not even by two" 2 'there is no "answered-at"' cases propose $name 2 reason legal-check=passed hours=130 --session bob.session
answers "which does not come before the request" 2 'lies before "received"' register change $name 1 answered-at="$(after '-1 hours')"
answers "nor one of these days" 2 'still to come' register change $name 1 answered-at=2090-01-01T00:00:00Z
row() { register show $name "$1" --json | python3 -c 'import json, sys; f = json.load(sys.stdin)["fields"]; print(*(f.get(n, "-") for n in ("hours", "days", "clock-met")))'; }
same "nothing of that was written" "- - -" "$(row 1)"
check "when it was answered, and whom it concerned" register change $name 1 days=6 answered-at="$(after '138 hours 20 minutes')" user-told=false not-told-reason=no-user-data
same "the rest is counted from the order, each hour and day that has begun" "130 6 met" "$(row 1)"
check "another fact leaves it" register change $name 1 accounts=1
same "as it was" "130 6 met" "$(row 1)"
check "the clock is met" cases meet $name 1 EPOC --at "$(after '138 hours 20 minutes')"
check "closed" cases state $name 1 closed
answers "the authority checks the package" 0 'an answer of the kind expertise' "$pellucid" person check given.zip --trust inst/trust.policy

# ---- orders of the Regulation, and spam ----
decides() { # NUMBER FIELD=VALUE...: by two
	local number=$1
	shift
	"$pellucid" case propose "$name" "$number" reason "$@" --session bob.session --json >proposed &&
		"$pellucid" case approve "$(field "$(cat proposed)" decision)" --session lena.session
}
check "an order for subscriber data is fulfilled" decides 3 legal-check=passed decision=full
check "its order came with it" cases happened $name 3 order-received --at "$back"
check "with what was given, when, and that the person was told" register change $name 3 given-subscriber=true answered-at="$(after '31 hours')" \
	user-told=true user-told-at="$now" not-told-reason=none addressee=establishment
same "after 31 hours, no more" "31 2 met" "$(row 3)"
answers "a part of what an emergency asks for is not held, which wants a look-up" 1 'nobody has looked' cases propose $name 4 reason legal-check=passed decision=partial reason=not-held --session bob.session
answers "every store is asked" 0 'kept with the case: nothing' cases look-up $name 4 email=somebody@mail.example
check "an emergency is fulfilled in part" decides 4 legal-check=passed decision=partial reason=not-held
check "the emergency was known" cases happened $name 4 emergency-order-received --at "$back"
check "and over in five hours" register change $name 4 given-traffic=true answered-at="$(after '4 hours 1 minutes')" not-told-reason=forbidden addressee=representative
same "in time" "5 1 met" "$(row 4)"
check "another one late" decides 5 legal-check=passed decision=full
check "known as such" cases happened $name 5 emergency-order-received --at "$back"
check "in twelve hours" register change $name 5 given-traffic=true answered-at="$(after '12 hours')" not-told-reason=danger
same "which is late" "12 1 late" "$(row 5)"
check "a preservation order has no legal basis" decides 6 legal-check=failed decision=rejected reason=no-legal-basis
check "keeping is no deadline of an answer" cases happened $name 6 preservation-order-received --at "$back"
check "that was soon" register change $name 6 answered-at="$(after '3 hours')"
same "and no law said by when" "3 1 no-clock" "$(row 6)"
check "an answer that was none is taken back" register change $name 6 answered-at=
same "with what was counted of it" "- - -" "$(row 6)"
check "and was one all the same" register change $name 6 answered-at="$(after '3 hours')" hours=3
check "one of which no order was known" register change $name 7 answered-at="$(after '2 hours')"
check "that there was one is noted later" cases happened $name 7 order-received --at "$(after '-480 hours')"
check "and another fact" register change $name 7 accounts=2
same "what stands there stays, whoever typed it" "2 1 no-clock" "$(row 7)"
check "until the answer is looked at again" register change $name 7 answered-at="$(after '2 hours')" clock-met=late
same "and counted" "482 21 late" "$(row 7)"
check "it was no answer" register change $name 7 answered-at=
answers "spam wants two, too" 1 'two persons' register change $name 7 decision=spam reason=advertising
answers "and one of its own reasons" 3 'no step that the declaration names' cases propose $name 7 reason decision=spam reason=too-broad --session bob.session
check "spam is a state with a reason" decides 7 decision=spam reason=impersonation
answers "what was decided is not undecided with its reason left" 3 'no step that the declaration names' register change $name 7 decision=pending

# ---- a ban on telling, the report ----
check "the second one forbids to speak of it" register change $name 2 gag=dated gag-until="${until}T00:00:00Z"
check "it is sealed" register seal $name 2
check "a head" register head $name
check "the report" "$pellucid" report make $name "$period"
same "one is not opened, and in no total" "6 1 0 0 4" "$(total requests unopened court-orders gagged disclosed)"
check "the ban ends" register unseal $name 2
check "a head" register head $name
answers "the next edition" 0 'edition 2' "$pellucid" report make $name "$period"
same "opens it" "7 1 1 1" "$(total requests court-orders gagged pending)"
same "the columns of the Regulation: orders, and what became of them" "4 2 2 0 0 0" "$(total epoc epoc-fulfilled epoc-partly epoc-rejected epoc-withdrawn epoc-pending)"
same "by type of data" "1 0 2 0 0" "$(total epoc-subscriber-fulfilled epoc-identification-fulfilled epoc-traffic-fulfilled epoc-content-fulfilled epoc-several-fulfilled)"
same "their mean time, without emergencies" "80 31 0" "$(total epoc-hours-mean epoc-subscriber-hours-mean epoc-traffic-hours-mean)"
same "emergencies by outcome, and their mean time" "2 1 1 0 0 0 8" \
	"$(total epoc-emergencies epoc-emergency-fulfilled epoc-emergency-partly epoc-emergency-rejected epoc-emergency-withdrawn epoc-emergency-pending epoc-emergency-hours-mean)"
same "orders to preserve" "1 0 1" "$(total epoc-pr epoc-pr-fulfilled epoc-pr-rejected)"
same "what was given" "1 0 2 0" "$(total given-subscriber given-identification given-traffic given-content)"
same "clocks, legal checks, spam, persons told, the mean of all" "3 1 1 1 1 36" "$(total answered-in-time answered-late legal-check-failed spam users-told hours-mean)"
"$pellucid" report export $name "$period" --format json >report.json
for n in by-legal-check by-told by-clock by-data-type by-addressee by-emergency; do check "and the table $n" grep -q "\"$n\"" report.json; done
for n in by-region by-data by-process by-authority by-decision by-reason by-gag; do check "the indicators have the table $n" grep -q "\"$n\"" report.json; done
for n in real-time accounts-at-least content court-orders private-parties disclosed; do check "and the total $n" grep -q "\"$n\"" report.json; done
for format in html csv-totals csv pdf; do
	check "as $format" "$pellucid" report export $name "$period" --format $format --out "report.$format"
done
check "each number has its definition beside it" python3 - report.json report.html report.csv-totals <<'PY'
import html, json, sys
d = json.load(open(sys.argv[1]))
page, csv = html.unescape(open(sys.argv[2]).read()), open(sys.argv[3]).read()
words = {l.split()[1]: l.split(" | ")[1] for l in open(__import__("os").environ["PL_SRC"] + "/demo/authority-requests.words.en").read().splitlines() if l.startswith("total ")}
assert len(d["totals"]) == 54, len(d["totals"])
for t in d["totals"]:
    assert t["name"] in words and t["definition"] == words[t["name"]], t
    assert t["definition"] in page and t["name"] in csv, t
PY
check "an outsider takes it" "$pellucid" report take $name "$period"
answers "and counts it again" 0 '' "$pellucid" report verify "$name-$period.openings" --bundle "$name-$period.tlog-proof" --trust inst/trust.policy
answers "so does the page's script" 0 '' node "$PL_SRC/tests/lib/recount.mjs" "$PL_SRC/pages" "$name-$period.openings"
same "and both say the same" "$(python3 -c 'import json; [print(t["name"], t["value"]) for t in json.load(open("report.json"))["totals"]]')" "$(cat out)"
sed '0,/ spam impersonation/s// rejected impersonation/' "$name-$period.openings" >forged
answers "who opens spam as something else is found out, by the program" 1 '' "$pellucid" report verify forged --bundle "$name-$period.tlog-proof" --trust inst/trust.policy
answers "and by the page's script" 1 '' node "$PL_SRC/tests/lib/recount.mjs" "$PL_SRC/pages" forged
check "nothing of a ban's end or of who examined it is opened" not grep -qE "$until|lena" "$name-$period.openings"
check "nor a reference" not grep -q "$private" "$name-$period.openings"
exit "$failed"
