#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 900
# Reports of flaws: steps that the table allows and no others, duplicates, clocks, parties with views of their own, an embargo that holds
# until two persons end it, and a bounty that is decided by others than its proposer and paid from one company's books.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/canary.sh
. "$PL_SRC/tests/lib/canary.sh"
# shellcheck source=tests/lib/people.sh
. "$PL_SRC/tests/lib/people.sh"
# shellcheck source=tests/lib/books.sh
. "$PL_SRC/tests/lib/books.sh"
# shellcheck source=tests/lib/mail.sh
. "$PL_SRC/tests/lib/mail.sh"
demo=$PL_SRC/demo
vuln() { "$pellucid" vuln "$@"; }
bounty() { "$pellucid" bounty "$@"; }
register() { "$pellucid" register "$@"; }
report() { "$pellucid" report "$@"; }
json() { field "$("$pellucid" "${@:2}" --json)" "$1"; }
half_of() { date -u -d "$1" +%Y-%m | awk -F- '{ print $1 "-H" ($2 > 6 ? 2 : 1) }'; }
received=$(date -u -d '-60 days' +%Y-%m-%dT00:00:00Z)
half=$(half_of "$received") # of the reports
this=$(half_of now)         # of the awards
later() { date -u -d "$received + $1" +%Y-%m-%dT%H:%M:%SZ; } # later "N hours"
summary=Zitronengirlitz
# due NUMBER: the soonest strict end as the queue has it, in hours behind the receipt; "-" if there is none
queue() { "$pellucid" case list vulnerabilities --json; }
due() {
	queue | python3 -c 'import json, sys
from datetime import datetime
at = lambda t: datetime.fromisoformat(t.replace("Z", "+00:00"))
d = [c.get("due") for c in json.load(sys.stdin) if c["number"] == int(sys.argv[1])][0]
print((at(d) - at(sys.argv[2])).total_seconds() / 3600 if d else "-")' "$1" "$received"
}
order() { queue | python3 -c 'import json, sys; print(*(c["number"] for c in json.load(sys.stdin)))'; }

check "an instance is made" make_instance log.example/flaws --quorum 0
canary_begin
check "somebody administers it" first_person
check "a desk" person bob desk
check "an officer" person carl officer
check "another one" person dora officer
check "and a lawyer" person emil legal
check "the register is declared" register add "$demo/vulnerabilities.register"
for language in en de; do
	check "its names are explained, $language" register words "$demo/vulnerabilities.words.$language"
	same "all of them" "" "$(cat err)"
done
sed 's/^source imported/source intake/' "$demo/bounties.register" >bounties.register
check "so is that of bounties" register add bounties.register

# ---- states ----
answers "the states are data" 0 '^needs-info: verification (HackerOne: Needs more info)' vuln states
check "with what may follow" has '^    informative (not-reproducible, by-design, no-security-impact, no-answer)'
{
	echo received,direction,product,severity,state,finder,bounty,component,summary,finder-name
	for n in 1 2 3 4 5 6 7 8 9; do echo "$received,inbound,endpoint,high,new,named,none,Erlenzeisig-$n,$summary-$n,Girlitzlocke"; done
	echo "$received,outbound,third-party,medium,new,own-staff,none,Erlenzeisig,$summary,"
} >cases.csv
answers "reports are entered" 0 'entered as 1 to 10' register enter vulnerabilities cases.csv
answers "and sealed from the first leaf on" 0 'revision 0, sealed' register show vulnerabilities 1
answers "none is unsealed before it is released" 1 'is not released' register unseal vulnerabilities 1
answers "and none released by hand" 1 'released by its desk' register change vulnerabilities 1 released=true
answers "no step that the table does not name" 3 'what follows is one of: pending, needs-info' vuln state 1 resolved --reason fixed
answers "no reason that it does not name" 2 'the reason is one of: no-report' vuln state 1 spam
answers "no state that nobody knows" 2 'there is no state' vuln state 1 lost
answers "no time that is still to come" 2 'still to come' vuln state 1 triaged --at 2090-01-01T00:00:00Z
answers "nor one before the report" 2 'before the one at which' vuln state 1 triaged --at 2001-01-01T00:00:00Z
same "nothing of that was written" 0 "$(json revision vuln show 1)"
answers "a case is triaged" 0 'revision 1' vuln state 1 triaged --at "$(later '47 hours')" --session bob.session
answers "its clocks run" 0 'CVD-2 *running' vuln show 1
check "the first answer met one" has 'CVD-1 *met '
check "and who did it is noted" grep -q "T23:00:00Z 01[0-9A-Z]* state new triaged none" out
answers "no event that the declaration does not name" 2 'names no event "significant-incident-known"; it names: report-received (CVD-1,CVD-2), exploitation-known' vuln event 1 significant-incident-known
check "the queue knows when the next one ends" test "$(due 1 | cut -c 1-3)" = 216 -o "$(due 1)" = 2159.0 # a time of day, whatever summer time does
same "and of what nobody touched, from its receipt on" 72.0 "$(due 4)"
same "but nothing of what is nobody's yet" - "$(due 10)"
answers "what was not counted when it came is, once" 0 '' "$pellucid" worker run --once
check "one case" has 'worker.deadlines register=vulnerabilities cases=1$'
check "and not again" bash -c '"$1" worker run --once >again 2>&1' - "$pellucid"
check "none" not grep -q worker.deadlines again
answers "the hours are counted" 0 'first-response-hours *47' register show vulnerabilities 1
answers "no case is changed past the steps of the declaration" 3 'no step that the declaration names' register change vulnerabilities 9 state=accepted
answers "nor does one change sides on its way" 3 'no step that the declaration names' register change vulnerabilities 1 direction=outbound
answers "one that was changed without the desk is noticed" 0 '' register change vulnerabilities 9 state=triaged reason=none
answers "by its events" 3 'was it changed without a step' vuln show 9
answers "a question stops the clock" 0 'revision' vuln state 2 needs-info --at "$(later '1 hours')"
check "while it is open" code 0 vuln show 2
check "as the clock says" has 'CVD-2 *paused'
same "the queue waits for nobody meanwhile" - "$(due 2)"
answers "an answer lets it go on" 0 'revision' vuln state 2 triaged --at "$(later '49 hours')"
answers "exploitation starts those of the law" 0 'revision' vuln event 1 exploitation-known --at "$(later '50 hours')"
answers "once" 3 'noted already' vuln event 1 exploitation-known
same "which end first" 74.0 "$(due 1)"
same "late ones come first" "3 4 5" "$(order | cut -d ' ' -f 1-3)"
answers "with how late they are" 0 '^vulnerabilities  *1 .* 5[67] days over$' "$pellucid" case list vulnerabilities
check "a mail server runs" mail_server
set_conf mail smtp "smtp://127.0.0.1:$mail_port"
set_conf mail from desk@mail.example
set_conf mail alarms duty@mail.example
check "somebody is told of all that is late" "$pellucid" worker run --once
check "by mail" "$pellucid" worker run --once
check "one" soon mails_are 1
read_mail 1
check "of which case" grep -qE '^vulnerabilities 1: a deadline of its sealed history$' mail.txt
check "how late" grep -qE '^  5[67] days over: strict end .*Z, legal end .*Z$' mail.txt
check "and of nothing that is under embargo" not grep -qE "CRA-|exploit|Erlenzeisig|$summary" mail.txt
check "once" "$pellucid" worker run --once
same "and no more" 1 "$(mails)"
answers "an early warning meets one" 0 'revision' vuln meet 1 CRA-V1 --at "$(later '60 hours')"
same "then the next" 122.0 "$(due 1)"
answers "the next one waits" 0 'CRA-V1 *met ' vuln show 1
check "and is late by now" has 'CRA-V2 *overdue'
answers "a clock that nobody knows is met by nobody" 2 'is no clock' vuln meet 1 CRA-V9
answers "what nobody answers is closed after 30 days" 0 'revision' vuln state 8 needs-info --at "$(later '1 hours')"
answers "not before" 0 '^0 cases closed' vuln expire --at "$(later '29 days')"
answers "nor what one before it asks" 0 'revision' vuln state 3 needs-info --at "$(later '1 hours')"
sql "update register_private set number = 1003 where register = 'vulnerabilities' and number = 3"
answers "one that cannot be read stops no other" 3 'case 3: what is private' vuln expire --at "$(later '31 days')"
same "which is closed by a rule" "informative no-answer" "$(json state vuln show 8) $(json reason vuln show 8)"
sql "update register_private set number = 3 where register = 'vulnerabilities' and number = 1003"
answers "the other one when it can be read again" 0 '^1 case closed' vuln expire --at "$(later '31 days')"
answers "and is opened again" 0 'revision' vuln state 3 triaged --reason reopened
same "as informative" "informative no-answer" "$(json state vuln show 8) $(json reason vuln show 8)"
answers "it can be opened again" 0 'revision' vuln state 8 triaged --reason reopened
answers "and wait for an answer again" 0 'revision' vuln state 8 needs-info
check "the worker looks as well" "$pellucid" worker run --once
same "and closes nothing before its time" needs-info "$(json state vuln show 8)"
sql "update vuln_case set since = since - 31 * 86400 where register = 'vulnerabilities' and number = 8"
check "thirty days later" "$pellucid" worker run --once
same "it closes it" "informative no-answer" "$(json state vuln show 8) $(json reason vuln show 8)"
answers "our own findings are told to others" 0 'revision' vuln state 10 triaged --at "$(later '1 hours')"
answers "whose clock starts then" 0 'revision' vuln state 10 reported --at "$(later '2 hours')"
check "and not before" code 0 vuln show 10
check "as it says" has 'CVD-1 *overdue'
same "in the queue, too" 74.0 "$(due 10)"
answers "nobody else's flaw is rewarded" 3 "somebody else's product" bounty propose 10 --impact x --position y --amount 1 --entity z --session bob.session

answers "an identifier is one of CVE" 2 'like CVE-2026-1234' vuln rate 2 --cve CVE-26-1
answers "a vector is one of CVSS" 2 '.' vuln rate 2 --cvss CVSS:3.1/AV:N
answers "something is said" 2 'say --cve, --cvss or both' vuln rate 2
answers "both are noted" 0 'revision' vuln rate 2 --cve CVE-2026-1234 --cvss CVSS:3.1/AC:L/AV:N/PR:N/UI:N/S:U/C:H/I:H/A:H
answers "in one spelling, with the severity of the score" 0 '^CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H, severity critical' vuln show 2
answers "once" 2 'says already' vuln rate 2 --cve CVE-2026-1234
answers "one may be taken away" 0 'revision' vuln rate 2 --cve none
same "the other one stays" "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" "$(json cvss vuln show 2)"
answers "what a party sees of it" 0 'revision' vuln party 2 supplier maker 'Example Maker'
answers "is the vector, too" 0 '"cvss":"CVSS:3.1' vuln show 2 --as maker

# ---- duplicates ----
answers "a duplicate names its original" 2 'vuln duplicate NUMBER ORIGINAL' vuln state 3 duplicate
answers "not itself" 3 'does not repeat itself' vuln duplicate 3 3
answers "not one that is not there" 3 'there is no case 99' vuln duplicate 3 99
answers "but another case" 0 'revision' vuln duplicate 3 1
answers "a duplicate is no original" 3 'repeats case 1 itself\|repeats another one itself' vuln duplicate 4 3
answers "an original becomes no duplicate" 3 'case 3 repeats this one' vuln duplicate 1 2
answers "a duplicate that is none goes on" 0 'revision' vuln state 3 triaged --reason not-the-same
answers "then its original is free" 0 'revision' vuln duplicate 3 2

# ---- parties ----
check "a finder takes part" vuln party 1 reporter finder 'Example Finder'
check "a supplier" vuln party 1 supplier library 'Example Library Ltd'
check "a coordinator" vuln party 1 coordinator cert 'Example CERT'
answers "each once" 2 'has a party cert' vuln party 1 csirt cert 'Example CSIRT'
answers "the supplier sees what it must repair" 0 "$summary-1" vuln show 1 --as library
check "and not who found it" not has 'Girlitzlocke\|Example Finder\|finder-name'
answers "nor who did what" 0 '"state":"triaged"' vuln show 1 --as library
check "or what the clocks say" not has 'CVD-\|CRA-\|01[0-9A-Z]\{24\}'
answers "the coordinator sees everybody" 0 'Example Finder' vuln show 1 --as cert
check "by name" has Girlitzlocke
answers "a stranger sees nothing" 3 'has no party nobody' vuln show 1 --as nobody
check "a part ends" vuln leave 1 library
answers "and the view with it" 3 'has no party library' vuln show 1 --as library

# ---- an embargo ----
ends=2090-01-01T00:00:00Z
answers "an embargo is set" 0 'revision' vuln embargo 1 "$ends"
answers "what is worked on is not released" 3 'still being worked on' vuln release 1 --session bob.session
for step in accepted in-remediation retesting; do check "it becomes $step" vuln state 1 "$step"; done
check "a fix fails" vuln state 1 in-remediation --reason fix-failed
check "and is tested again" vuln state 1 retesting
answers "until it holds" 0 'revision' vuln state 1 resolved --reason fixed
answers "two retests were counted" 0 '^retests *2' register show vulnerabilities 1
answers "under embargo nothing leaves" 1 "under embargo until $ends" vuln release 1 --session bob.session
cat out err >said
start web "$pellucid" web --listen 127.0.0.1:0 --rate 1000000
ready web web.serving
base=http://127.0.0.1:${port[web]}
# published: everything that anybody can get
published() {
	local path
	register head vulnerabilities >/dev/null
	register head bounties >/dev/null
	report make vulnerabilities "$half" >made 2>>said
	rm -rf public && mkdir public
	report take vulnerabilities "$half" --out public >/dev/null
	index=$(field "$(report list vulnerabilities --json)" reports.0.index)
	for path in / /registers /register/vulnerabilities "/report/$index" "/report/$index/rows.csv" /reports.atom /feed.atom /log \
		"/statement/$index" "/statement/$index.json" /advisories /rewards /disclosure; do
		curl -sS "$base$path"
	done >public/pages
	cp -r inst/log/public public/log
	find inst public >public/names
}
published
canary_more=(public said)
# opened NUMBER: its rows in the openings, as far as they are open
opened() { grep -cE "^row $1 [0-9]+ .* open " "public/vulnerabilities-$half.openings" || true; }
check "what is public is found" somewhere 'A case is opened with its whole history'
nowhere_at_all "under embargo" "$summary" Erlenzeisig Girlitzlocke 'Example Finder' 'Example CERT'
same "no row of the case is open" 0 "$(opened 1)"
check "nor is a word of where it stands" not grep -qE "resolved|in-remediation" <(grep '^row' "public/vulnerabilities-$half.openings")
check "all of them count as not opened" grep -q '10 not opened' made

# ---- two persons end it ----
check "the embargo ends" vuln embargo 1 "$(later '10 days')"
answers "a release is proposed" 0 '"decision"' vuln release 1 --session bob.session --json
decision=$(member decision)
answers "one is not enough" 1 '0 of 1 approvals' vuln release 1 --decision "$decision" --session bob.session
answers "nor may a desk agree" 1 'another role\|cannot approve' vuln approve "$decision" --session bob.session
answers "an officer agrees to what is shown" 0 'number 1' vuln approve "$decision" --session carl.session
check "meanwhile another embargo is set" vuln embargo 1 "$ends"
answers "then nothing is released" 1 'under embargo' vuln release 1 --decision "$decision" --session bob.session
check "an earlier one, too, is not what was agreed to" vuln embargo 1 "$(later '11 days')"
answers "so that it must be proposed anew" 3 'something else was approved' vuln release 1 --decision "$decision" --session bob.session
check "the one that was agreed to holds" vuln embargo 1 "$(later '10 days')"
answers "the case is released" 0 'is released with revision' vuln release 1 --decision "$decision" --session bob.session
answers "once" 3 'is released' vuln release 1 --decision "$decision" --session bob.session
published
check "its whole history is open now" test "$(opened 1)" -gt 10
check "states and all" grep -qE '^row 1 .* resolved fixed ' "public/vulnerabilities-$half.openings"
same "that of others is not" 0 "$(opened 2)"
check "outsiders recount it" "$pellucid" report verify "public/vulnerabilities-$half.openings" --bundle "public/vulnerabilities-$half.tlog-proof" \
	--trust inst/trust.policy
serves "pages show the median" 200 'Hours to the first answer' "$base/report/$index"
nowhere_at_all "even then" "$summary" Erlenzeisig Girlitzlocke 'Example Finder'
answers "a duplicate waits for its original" 1 'repeats case 2, which is not released' vuln release 3 --session bob.session

# ---- documents ----
check "what is paid is stated" bounty matrix "$demo/rewards.matrix"
answers "once" 0 'already there' bounty matrix "$demo/rewards.matrix"
sed 's/^from .*/from 2017-01-01/; s/20000$/25000/' "$demo/rewards.matrix" >earlier.matrix
answers "versions do not go back" 2 'from an earlier day' bounty matrix earlier.matrix
sed 's/^row endpoint data-disclosure.*/row endpoint data-disclosure remote 5000 1000/' "$demo/rewards.matrix" >bad.matrix
answers "a matrix that makes no sense is refused with its line" 2 'line 12\|:12' bounty matrix bad.matrix
for language in en de; do check "how flaws are disclosed is stated, $language" vuln policy "$demo/disclosure.$language"; done
serves "with its page" 200 'Users first' "$base/disclosure"
serves "in German" 200 'Nutzer zuerst' "$base/disclosure?lang=de"
serves "and that of the rewards" 200 '100.*000 USD' "$base/rewards"
serves "which both have a kind" 200 'Rewards for finders' "$base/log"

# ---- a bounty ----
check "a group of companies" entity import "$demo/entities.csv"
check "one keeps books" book open example-vendor-de --currency EUR
cat >open.csv <<'T'
transaction,entity,day,kind,document,words,account,amount,currency
1,example-vendor-de,2025-01-02,opening,opening,Balance,Assets:Bank,90000.00,EUR
1,example-vendor-de,,,,,Equity:Opening,-90000.00,EUR
T
answers "which say who entered what" 0 '1 transaction' book import open.csv --session bob.session
answers "by account" 0 '"enteredBy":"01' book list example-vendor-de --json
usual=(--impact remote-code-execution --position remote --entity example-vendor-de)
propose() { bounty propose "$@" --session bob.session --json; }
answers "an amount outside of the matrix needs a reason" 2 'not one from 10000 to 20000 USD' propose 1 "${usual[@]}" --amount 30000 --price '27000.00 EUR'
answers "one within needs none" 2 'no reason is needed' propose 1 "${usual[@]}" --amount 15000 --outside goodwill --price '13837.65 EUR'
answers "what is no flaw is not rewarded" 3 'is triaged: a reward' propose 2 "${usual[@]}" --amount 15000 --price '13837.65 EUR'
answers "books in another currency name a price" 2 'keeps its books in EUR' propose 1 "${usual[@]}" --amount 15000
answers "a company without books pays nothing" 3 'no books of' propose 1 --impact remote-code-execution --position remote --entity nobody --amount 15000
answers "a bounty is proposed" 0 decision propose 1 "${usual[@]}" --amount 15000 --price '13837.65 EUR'
decision=$(member decision)
answers "nobody pays what nobody else decided" 1 '0 of 1 approvals' bounty pay "$decision" --session bob.session
answers "who proposed does not decide" 1 'another role\|cannot approve' bounty approve "$decision" --session bob.session
answers "another one does, over all of it" 0 'amount 15000 USD' bounty approve "$decision" --session carl.session
answers "a release is not agreed to here" 3 'no such proposal' vuln approve "$decision" --session dora.session
answers "it is paid" 0 'award 1: 15000 USD, number 2 in the books of example-vendor-de' bounty pay "$decision" --session bob.session
answers "once" 3 'rewarded already' bounty pay "$decision" --session bob.session
answers "the books have it" 0 'Expenses:Bounty  *15000.00 USD' book balance example-vendor-de
answers "with both who decided, and who entered it" 0 'report: vulnerabilities-1' book export example-vendor-de
check "two different persons" test "$(sed -n 's/.*first-approver: //p' out)" != "$(sed -n 's/.*second-approver: //p' out)"
check "in the journal" has 'entered-by: 01'
cp out de.journal
answers "the report says so" 0 '^bounty *awarded' register show vulnerabilities 1
answers "no second one" 3 'rewarded already' propose 1 "${usual[@]}" --amount 15000 --price '13837.65 EUR'
answers "the award keeps its amount to itself" 0 'amount *(private)' register show bounties 1
check "and shows a range" grep -qE '^at-least *10001$' out
answers "books and awards fit" 0 '^1 bounties paid, 0 of them without' bounty check

# Outside of the matrix three persons.
for n in 4 5 6 7; do for step in triaged accepted; do vuln state "$n" "$step" >/dev/null; done; done
answers "with a reason it may be proposed" 0 decision propose 4 "${usual[@]}" --amount 30000 --outside exceptional-report --price '27675.30 EUR'
decision=$(member decision)
answers "one voice is too few" 0 'more voices are needed' bounty approve "$decision" --session carl.session
answers "for paying" 1 '1 of 2 approvals' bounty pay "$decision" --session bob.session
answers "a third person agrees" 0 'enough voices' bounty approve "$decision" --session dora.session
answers "then it is paid" 0 'award 2' bounty pay "$decision" --session bob.session
answers "its award is sealed as its report is" 0 'sealed' register show bounties 2
pay() {
	local decision
	decision=$(field "$(propose "$1" "${usual[@]}" --amount "$2" --price "$3")" decision)
	bounty approve "$decision" --session emil.session >/dev/null && bounty pay "$decision" --session bob.session >/dev/null
}
check "three more of the same kind" pay 5 10000 '9225.10 EUR'
check "each by others" pay 6 12000 '11070.12 EUR'
check "than its proposer" pay 7 20000 '18450.20 EUR'
answers "nothing is opened before its report is" 0 '^0 awards released' bounty open
for n in 4 5 6 7; do
	vuln state "$n" in-remediation >/dev/null
	vuln state "$n" resolved --reason mitigated >/dev/null
	if [[ $n != 7 ]]; then
		decision=$(field "$(vuln release "$n" --session bob.session --json)" decision)
		vuln approve "$decision" --session dora.session >/dev/null
		vuln release "$n" --decision "$decision" --session bob.session >/dev/null
	fi
done
answers "four in a cell stay ranges" 0 '^3 awards released with their reports, 0 amounts' bounty open
register head bounties >/dev/null
answers "whose sum is known within bounds" 0 'usd-at-least *45004' report make bounties "$this"
check "both of them" has 'usd-at-most *100000'
decision=$(field "$(vuln release 7 --session bob.session --json)" decision)
vuln approve "$decision" --session dora.session >/dev/null
vuln release 7 --decision "$decision" --session bob.session >/dev/null
answers "five are opened" 0 '^1 awards released with their reports, 5 amounts' bounty open
answers "once" 0 '^0 awards released with their reports, 0 amounts' bounty open
register head bounties >/dev/null
answers "then the sum is exact" 0 'usd-at-least *87000$' report make bounties "$this"
check "on either side" has 'usd-at-most *87000$'
check "as are the books" test "$(json balances.2.amount book balance example-vendor-de)" = 8700000
answers "and counted" 0 '^5 bounties paid, 0 of them' bounty check
cat >loose.csv <<'T'
transaction,entity,day,kind,document,words,report,approvers,account,amount,currency
1,example-vendor-de,2025-01-03,bounty,old,Reward,vr-2025-1,one two,Expenses:Bounty,10.00,EUR
1,example-vendor-de,,,,,,,Assets:Bank,-10.00,EUR
T
answers "a table pays no bounty" 2 'decided by two' book import loose.csv
check "unless it is older than the register" book import --before-register loose.csv
answers "and then it shows" 1 'no award says' bounty check
check "books are whole" book check
if command -v ledger hledger >/dev/null; then
	check "ledger reads who entered it" ledger --strict --pedantic -f de.journal balance
	check "so does hledger" hledger check --strict -f de.journal
fi
check "the tables are those of the log" tables_fit
exit "$failed"
