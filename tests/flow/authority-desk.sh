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
period=$(date -u +%Y)-H$((($(date -u +%-m) + 5) / 6))
total() { "$pellucid" report export "$name" "$period" --format json | python3 -c 'import json, sys; d = json.load(sys.stdin); print(*(next(x["value"] for x in d["totals"] + d["counts"] if x["name"] == n) for n in sys.argv[1:]))' "$@"; }

make_desk
check "somebody administers it" first_person
check "a desk" person bob desk
check "a lawyer" person lena legal

# ---- before the first one ----
{ cat "$PL_SRC/demo/$name.register"; echo 'eyes decision full|partial|rejected'; } >decl
check "the register with two persons" register add decl
for lang in en de; do check "its words, $lang" register words "$PL_SRC/demo/$name.words.$lang"; done
check "its form" "$pellucid" intake open "$PL_SRC/demo/$name.form"

# ---- intake ----
head='received,channel,country,authority,instrument,category,decision,authority-name,case-reference'
printf '%s\n%s,post,de,prosecutor,production-order,technical-expertise,rejected,StA Beispiel,12 Js 34/26\n' "$head" "$now" >came.csv
answers "nothing is entered as decided" 1 'no case begins with decision' register enter $name came.csv
printf '%s\n' "$head" "$now,post,de,prosecutor,production-order,technical-expertise,pending,StA Beispiel,12 Js 34/26" \
	"$now,post,at,court,court-order,user-data,pending,LG Beispiel,7 Hv 1/26" >came.csv
answers "what came by post is entered" 0 'entered as 1 to 2' register enter $name came.csv --promises secrets
same "each with a secret" 2 "$(wc -l <secrets)"

# ---- legal check ----
echo 'Called back.' >note
check "assigned" cases assign $name 1 lena
check "a note" cases note $name 1 note
check "the order came" cases happened $name 1 order-received --at "$now"
answers "and has its clock" 0 EPOC cases clocks $name 1
check "facts become known" register change $name 1 data=none access=none

# ---- the decision ----
echo 'Wider than its purpose.' >reason
answers "nobody decides alone" 1 'two persons' register change $name 1 decision=partial reason=too-broad
answers "one proposes" 0 decision cases propose $name 1 reason decision=partial reason=too-broad --session bob.session --json
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
check "days are noted" register change $name 1 days=6 user-told=false
check "the clock is met" cases meet $name 1 EPOC
check "closed" cases state $name 1 closed
answers "the authority checks the package" 0 'an answer of the kind expertise' "$pellucid" person check given.zip --trust inst/trust.policy

# ---- a ban on telling, the report ----
check "the second one forbids to speak of it" register change $name 2 gag=dated
check "it is sealed" register seal $name 2
check "a head" register head $name
check "the report" "$pellucid" report make $name "$period"
same "one is not opened, and in no total" "1 1 0 0 1" "$(total requests unopened court-orders gagged disclosed)"
check "the ban ends" register unseal $name 2
check "a head" register head $name
answers "the next edition" 0 'edition 2' "$pellucid" report make $name "$period"
same "opens it" "2 1 1 1" "$(total requests court-orders gagged pending)"
"$pellucid" report export $name "$period" --format json >report.json
for n in by-region by-data by-process by-authority by-decision by-reason by-gag; do check "the indicators have the table $n" grep -q "\"$n\"" report.json; done
for n in real-time accounts-at-least content court-orders private-parties disclosed; do check "and the total $n" grep -q "\"$n\"" report.json; done
check "an outsider takes it" "$pellucid" report take $name "$period"
answers "and counts it again" 0 '' "$pellucid" report verify "$name-$period.openings" --bundle "$name-$period.tlog-proof" --trust inst/trust.policy
exit "$failed"
