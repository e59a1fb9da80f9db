#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 900
# Reports of flaws at the desk, by what a browser sends and by what nobody's form would: other roles, other registers, older pages, steps and fields that
# were made up, amounts beyond the matrix; and that what came of it is what the terminal, the books and outsiders say. Nothing private is logged.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/flaws.sh
. "$PL_SRC/tests/lib/flaws.sh"
make_desk
set_conf vault per-hour 100000
set_conf vault per-hour-all 100000
make_flaws
sed 's/^name .*/name tips/; /^field \(released\|direction\|events\|parties\)/d; /^total/d; /^table/d; /^step/d; /^clock/d' "$PL_SRC/demo/vulnerabilities.register" >tips.register
check "another register" "$pellucid" register add tips.register
echo "received
$flaw_received" >tips.csv
check "with a case" "$pellucid" register enter tips tips.csv
check "people with each role" "$PL_BUILD/tests/unit/web/desk_tool" people inst
# shellcheck disable=SC2119 # its options are its own
start_desk

keep_fresh=yes
case=/desk/case/vulnerabilities
revision() { field "$("$pellucid" vuln show "$1" --json)" revision; }
state() { field "$("$pellucid" vuln show "$1" --json)" state; }
# act WHAT STATUS PATTERN WHO NUMBER VERB [FIELD=VALUE...]: with the revision as it is
act() {
	local what=$1 want=$2 pattern=$3 who=$4 number=$5 verb=$6
	shift 6
	does "$what" "$want" "$pattern" "$who" POST "$case/$number/flaw/$verb" "revision=$(revision "$number")" "$@"
}

# ---- steps ----
act "a step is taken" 303 'said=noted' desk 1 step 'step=triaged none'
same "and is what the terminal says" triaged "$(state 1)"
does "an older page changes nothing" 409 'meanwhile|changed' desk POST "$case/1/flaw/step" revision=0 'step=accepted none'
does "nor does one without a revision" 409 'meanwhile|changed' desk POST "$case/1/flaw/step" 'step=accepted none'
act "no step that the table does not name" 400 'what follows is one of' desk 1 step 'step=resolved fixed'
act "no reason that it does not name" 400 'the reason is one of' desk 1 step 'step=accepted fixed'
act "no state that nobody knows" 400 'choose one of the steps' desk 1 step 'step=lost none'
act "no duplicate without its original" 400 'a duplicate names its original' desk 1 step 'step=duplicate none'
act "no time that is still to come" 400 'still to come' desk 1 step 'step=accepted none' at=2090-01-01T00:00:00Z
act "no time that is none" 400 'a time is one in UTC' desk 1 step 'step=accepted none' at=yesterday
act "an original is a number" 400 'is the number of a case' desk 1 repeat original=x
act "of a case that is there" 400 'there is no case 99' desk 1 repeat original=99
same "nothing of that was written" "triaged 1" "$(state 1) $(revision 1)"

# ---- who ----
act "an auditor reads and does nothing" 403 'belongs to another role' auditor 1 step 'step=accepted none'
act "an administrator neither" 403 'belongs to another role' ada 1 step 'step=accepted none'
does "what stands in an administrator's way is the whole case" 403 'belongs to another role' ada GET "$case/1"
does "nor does one see what was paid" 403 'belongs to another role' ada GET /desk/awards
act "nor without a role" 403 'belongs to another role' none 1 award amount=1
token[desk]=$(printf '0%.0s' {1..64})
act "a form without its token does nothing" 403 'form is too old' desk 1 step 'step=accepted none'
unset 'token[desk]'
same "nothing of that was written either" "triaged 1" "$(state 1) $(revision 1)"

# ---- another register's case ----
for verb in step repeat party leave embargo rate note draft cra release award; do
	does "a case of another kind has no $verb" '40[04]' 'Error 404|choose what' desk POST "/desk/case/tips/1/flaw/$verb" revision=0 'step=triaged none' 'cell=a b c' amount=1 entity=x
done
does "nor a document for an authority" 404 'Error 404' desk POST /desk/case/tips/1/notice/1
does "nor is there one of a register that is none" 404 'Error 404' desk POST /desk/case/nothing/1/flaw/step revision=0
does "or of a number that is none" 404 'Error 404' desk POST "$case/99/flaw/step" revision=0 'step=triaged none'
does "it has its own forms" 200 'case.clock|/clock' desk POST /desk/case/tips/1/read
does "and none of these" 200 '' desk GET /desk/case/tips/1
check "as its page shows" not grep -q '/flaw/' page

# ---- fields that are set by steps and checks ----
facts() { "$pellucid" register show vulnerabilities 1 >shown && sed -n 's/^\(state\|reason\|direction\|released\|bounty\|severity\|product\)  *//p' shown | paste -sd' '; }
before=$(facts)
does "a made-up form of facts changes nothing that steps set" 303 'said=noted' desk POST "$case/1/change" "revision=$(revision 1)" f-product=server f-severity=high f-finder=named \
	f-component=Erlenzeisig-1 "f-summary=$flaw_summary-1" f-finder-name=Girlitzlocke f-state=resolved f-reason=fixed f-released=true f-bounty=awarded f-direction=outbound \
	f-events= f-parties= f-cve=CVE-1 f-embargo= f-exploited=not-stated
same "but what it may" "${before/endpoint/server}" "$(facts)"
does "it is put back" 303 'said=noted' desk POST "$case/1/change" "revision=$(revision 1)" f-product=endpoint f-severity=high f-finder=named f-component=Erlenzeisig-1 \
	"f-summary=$flaw_summary-1" f-finder-name=Girlitzlocke f-exploited=not-stated
does "deadlines of other cases are not noted here" 400 'deadlines in its history' desk POST "$case/1/clock" act=happened event=report-received

# ---- rating ----
for bad in CVE-26-1 cve-2026-1234 CVE-2026-123 'CVE-2026-1234 ' CVE-2026-1234x CVE-2026-12345678901234567890 "CVE-2026-1234'"; do
	[[ $bad == *' ' ]] || act "\"$bad\" is no identifier" 400 'like CVE-2026-1234' desk 1 rate "cve=$bad"
done
for bad in CVSS:3.1/AV:N CVSS:2.0/AV:N 9.8 CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:X; do
	act "\"$bad\" is no vector" 400 'note bad' desk 1 rate cve= "cvss=$bad"
done
act "both are set, with blanks around" 303 'said=noted' desk 1 rate 'cve= CVE-2026-1234 ' cvss=CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N
same "the severity is that of the score" critical "$(sed -n 's/^severity  *//p' <("$pellucid" register show vulnerabilities 1))"
act "once" 400 'says already' desk 1 rate cve=CVE-2026-1234 cvss=CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N
does "with a vector nobody types a severity" 400 'missing|Something' desk POST "$case/1/change" "revision=$(revision 1)" f-product=endpoint f-severity=low f-finder=named \
	f-component=Erlenzeisig-1 "f-summary=$flaw_summary-1" f-finder-name=Girlitzlocke f-exploited=not-stated
act "it is held to be a flaw" 303 'said=noted' desk 1 step 'step=accepted none'

# ---- a draft of an advisory ----
drafts() { sql "SELECT count(*) FROM vuln_draft"; }
act "without a provider there is no draft" 400 'no provider was stated' desk 1 draft
sed "s/EXPIRES/$(date -u -d '+300 days' +%Y-%m-%dT00:00:00Z)/" "$PL_VECTORS/advisory/provider.conf" >provider.conf
check "one is stated" "$pellucid" advisory provider provider.conf
act "an identifier is one word" 400 'printable ASCII' desk 1 draft 'id=SA 1'
act "in ASCII" 400 'printable ASCII' desk 1 draft 'id=SÄ-1'
act "and short" 400 'at most 64 bytes' desk 1 draft "id=$(printf 'A%.0s' {1..65})"
act "an auditor gets none" 403 'belongs to another role' auditor 1 draft
act "nor an administrator" 403 'belongs to another role' ada 1 draft
does "nor an older page" 409 'meanwhile|changed' desk POST "$case/1/flaw/draft" revision=0
same "nothing was remembered" 0 "$(drafts)"
act "whoever works on the case gets one" 200 '"draft": "pl-advisory-draft/v1"' desk 1 draft id=
check "as a file" grep -qi '^content-disposition: attachment; filename="vulnerabilities-1.draft.json"' headers
check "that nobody keeps" bash -c 'grep -qi "^cache-control: no-store" headers && ! grep -qi "^etag" headers'
same "its identifier is remembered" 1 "$(drafts)"
"$pellucid" vuln draft 1 >terminal.json
plain() { python3 -c 'import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
d["revisions"][0].pop("date")
print(json.dumps(d, sort_keys=True))' "$1"; }
same "it is that of the terminal" "$(plain terminal.json)" "$(plain page)"
check "with what the case knows" grep -q "$flaw_summary-1" page
same "which is the same draft" 1 "$(drafts)"
act "under another identifier it is another one" 200 '"id": "SA-other-1"' legal 1 draft id=SA-other-1
same "that is remembered, too" 2 "$(drafts)"
python3 -c 'import json
d = json.load(open("page", encoding="utf-8"))
del d["case"]
for v in d["vulnerabilities"]: v.pop("cve", None)
json.dump(d, open("hidden.json", "w"))'
answers "what leaves the case out is held back by its identifier" 3 'case 1 is still being worked on' "$pellucid" advisory publish hidden.json --accept-advice

# ---- what authorities are told (CRA, Article 14) ----
hours() { date -u -d "$1 hours" +%Y-%m-%dT%H:%M:%SZ; }
told() { act "$1" "$2" "$3" "$4" 2 cra "stage=$5" typed=yes "${@:6}"; }
act "nothing is told before exploitation is known" 400 'vuln event 2 exploitation-known' desk 2 cra stage=early-warning
known=$(hours -20)
act "it is known" 303 'said=noted' desk 2 note what=happened event=exploitation-known "at=$known"
act "an auditor prepares nothing" 403 'belongs to another role' auditor 2 cra stage=early-warning
act "nor an administrator" 403 'belongs to another role' ada 2 cra stage=early-warning
act "no stage that there is not" 400 'documents that the page offers' desk 2 cra stage=late
act "the page says what the case fills in" 200 "$flaw_summary-2" desk 2 cra stage=early-warning
check "and when it is due" grep -q "datetime=\"$(date -u -d "$known + 24 hours" +%Y-%m-%dT%H:%M:%SZ)" page
check "and what is missing" bash -c 'tr "\n" " " <page | grep -q "Still missing</h2>.*<li>Member States in which.*<li>Member State whose CSIRT"'
before=$(revision 2)
told "what is no Member State is refused" 400 'Member States are named by their codes' desk early-warning what=keep 'states=AT CH<b>' coordinator=DE
check "and stays on the page, as it was typed" grep -q 'value="AT CH&lt;b&gt;"' page
check "with the rest" grep -q 'name="coordinator" value="DE"' page
told "a field of another stage is not read" 200 'cra-text' desk early-warning what=look states=AT coordinator=DE actor=Holunderwanze
check "nor told" not grep -q Holunderwanze page
same "of that nothing was written" "$before" "$(revision 2)"
facts=('states=de at' coordinator=DE)
"$pellucid" vuln cra 2 early-warning --states "AT DE" --coordinator DE >terminal.json
does "an older page keeps nothing" 409 'meanwhile|changed' desk POST "$case/2/flaw/cra" revision=0 stage=early-warning typed=yes what=keep "${facts[@]}"
check "and loses nothing" grep -q 'name="states" value="de at"' page
token[desk]=$(printf '0%.0s' {1..64})
told "nor does a form without its token" 403 'form is too old' desk early-warning what=keep "${facts[@]}"
unset 'token[desk]'
told "it is kept, and sent" 303 'said=noted' desk early-warning what=keep now=yes "${facts[@]}"
"$pellucid" vuln notices 2 early-warning >kept.json
check "the terminal has it" cmp terminal.json kept.json
seq=$(field "$("$pellucid" vuln notices 2 --json)" notices.0.entry)
does "the desk takes it as a file" 200 'pl-cra-report/v2' desk POST "$case/2/notice/$seq"
check "with the same bytes" cmp terminal.json page
check "and a name that says no more than the case's address" grep -qi '^content-disposition: attachment; filename="vulnerabilities-2.early-warning.1.json"' headers
check "that no browser keeps" grep -qi '^cache-control: no-store' headers
does "so does an auditor" 200 'pl-cra-report/v2' auditor POST "$case/2/notice/$seq"
does "not an administrator" 403 'belongs to another role' ada POST "$case/2/notice/$seq"
does "nobody takes what is none" 404 'Error 404' desk POST "$case/2/notice/$((seq - 1))"
does "or what is not there" 404 'Error 404' desk POST "$case/2/notice/999"
answers "its clock is met, and its digest stands in the history" 0 'CRA-V1 *met ' "$pellucid" vuln show 2
check "as that of the file" grep -q "notice CRA-V1 1 sha256:$(sha256sum <kept.json | cut -d' ' -f1)" out
told "the same again is no new one" 400 'edition 1 of it says just this' desk early-warning what=keep "${facts[@]}"
told "nor is its clock met twice" 400 'is met already' desk early-warning what=keep now=yes states=FR coordinator=DE
told "another one amends it" 303 'said=noted' legal early-warning what=keep states=FR coordinator=DE
same "and says so" "2 sha256:$(sha256sum <kept.json | cut -d' ' -f1)" \
	"$(json=$("$pellucid" vuln notices 2 early-warning); echo "$(field "$json" edition) $(field "$json" amends)")"
act "the next stage begins with what was told" 200 'name="states" value="FR"' desk 2 cra stage=notification
check "and with the case's words" bash -c 'grep -A1 "name=\"nature\"" page | grep -q "$0-2"' "$flaw_summary"
told "it is kept, and sent later" 303 'said=noted' desk notification what=keep states=FR coordinator=DE "nature=$flaw_summary" 'exploit=Holunderwanze' 'taken=a
b' users=c sensitivity=RED
answers "which meets no clock" 0 'CRA-V2 *running' "$pellucid" vuln show 2
does "the page asks when it was sent" 200 'not noted as sent' desk POST "$case/2/read"
act "no final report without a measure" 400 'none yet' desk 2 cra stage=final
act "there is one" 303 'said=noted' desk 2 note what=happened event=measure-available "at=$(hours -24)"
# An hour more or less where summer time begins or ends.
act "from then on two weeks run" 200 "datetime=\"($(date -u -d '+13 days -2 hours' +%Y-%m-%d)|$(date -u -d '+13 days +2 hours' +%Y-%m-%d))" desk 2 cra stage=final
act "a severe incident is known" 303 'said=noted' desk 2 note what=happened event=incident-known "at=$(hours -100)"
does "it has clocks of its own" 200 'Final report on a severe incident' desk POST "$case/2/read"
check "of which the last one waits" bash -c 'tr "\n" " " <page | grep -q "CRA-I3</span></td> *<td[^>]*>not started"'
act "for the sending of its notification" 400 'one month after the notification was sent' desk 2 cra stage=incident-final
told "the notification is sent late" 303 'said=noted' officer incident-notification what=keep now=yes states=FR coordinator=DE 'assessment=Holunderwanze'
answers "and counts as late" 0 'CRA-I2 *met late' "$pellucid" vuln show 2
act "then a month runs" 200 "datetime=\"$(date -u -d "$(date -u +%Y-%m-01) +1 month" +%Y-%m)" desk 2 cra stage=incident-final
answers "the case's file names all of them" 0 'notice *.*CRA-I2 1' "$pellucid" case show vulnerabilities 2

# ---- parties ----
act "somebody takes part" 303 'said=noted' desk 1 party role=supplier party=library 'party-name=Example Library Ltd'
act "as something" 400 'reporter, supplier' desk 1 party role=friend party=x party-name=X
act "under a short name" 400 'note bad' desk 1 party role=csirt 'party=<b>' party-name=X
check "that is shown as it was typed, and is no tag" grep -q 'value="&lt;b&gt;"' page
act "with a name of one line" 400 'note bad' desk 1 party role=csirt party=csirt "party-name=$(printf 'a\nb')"
act "nobody leaves who is not there" 400 'has no party' desk 1 leave party=nobody
act "a part ends" 303 'said=noted' desk 1 leave party=library

# ---- a reward ----
cell='cell=bug-bounty remote-code-execution remote'
pays=(entity=example-vendor-de 'price=13837.65 EUR' outside=no)
act "an amount above the cell" 400 'not one from 10000 to 20000 USD' desk 1 award "$cell" amount=20001 "${pays[@]}"
check "with its ends in the reader's language" grep -qE 'not one from 10.{1,8}000 to 20.{1,8}000 USD' page
act "or below it" 400 'not one from 10000 to 20000 USD' desk 1 award "$cell" amount=9999 "${pays[@]}"
act "no cell that the matrix does not name" 400 'names no amount' desk 1 award 'cell=bug-bounty mind-reading remote' amount=1 "${pays[@]}"
act "no program that there is not" 400 'no matrix of' desk 1 award 'cell=other remote-code-execution remote' amount=1 "${pays[@]}"
for bad in '' 0 -1 1e4 99999999999 '10 000'; do act "\"$bad\" is no amount" 400 'whole units' desk 1 award "$cell" "amount=$bad" "${pays[@]}"; done
act "books that are nobody's" 400 'no books of' desk 1 award "$cell" amount=15000 entity=nobody 'price=1.00 EUR'
act "no price that is none" 400 'a price is what' desk 1 award "$cell" amount=15000 entity=example-vendor-de price=much
act "what is no flaw is not rewarded" 400 'is new: a reward' desk 2 award "$cell" amount=15000 "${pays[@]}"
act "nor is somebody else's" 400 "somebody else" desk 5 award "$cell" amount=15000 "${pays[@]}"
does "an older page proposes nothing" 409 'meanwhile|changed' desk POST "$case/1/flaw/award" revision=0 "$cell" amount=15000 "${pays[@]}"
sql "UPDATE session SET fresh_at = 1"
stale=yes
act "a login that is not fresh is asked again" 200 'confirm that it is you' desk 1 award "$cell" amount=15000 "${pays[@]}"
stale=
act "one within is proposed" 303 '/desk/decisions/.*said=proposed' desk 1 award "$cell" amount=15000 "${pays[@]}"
decision=$(sed 's/[?].*//' to)
act "twice is once" 303 "$decision" desk 1 award "$cell" amount=15000 "${pays[@]}"
# waiting: the line of the decision in the desk's queue
waiting() { tr '\n' ' ' <page | sed 's/<section/\n&/g' | grep 'aria-labelledby="waits"' | sed 's/<tr>/\n/g' | grep -F "$decision" || true; }
ask legal GET /desk
check "the queue tells who can decide" grep -q 'vulnerabilities/1.*bounty-award.*waits for you.*>desk<' <<<"$(waiting)"
ask desk GET /desk
check "who proposed it is not asked" bash -c 'grep -q vulnerabilities/1 <<<"$0" && ! grep -q "waits for you" <<<"$0"' "$(waiting)"
ask auditor GET /desk
check "nor is an auditor, who sees it" bash -c 'grep -q vulnerabilities/1 <<<"$0" && ! grep -q "waits for you" <<<"$0"' "$(waiting)"
digest() { ask "$1" GET "$decision" && grep -o 'class="hash">[0-9a-f]*' page | tail -n 1 | cut -d'>' -f2; }
does "who proposed it does not decide" 403 'another role|own|cannot' desk POST "$decision/approve" "digest=$(digest desk)"
does "nor is it carried out before somebody did" 409 'closed|expired' desk POST "$decision/do"
does "nor is another text approved" 409 'changed|another' officer POST "$decision/approve" "digest=$(printf '0%.0s' {1..64})"
does "a lawyer agrees, and it is paid" 303 'said=carried-out' legal POST "$decision/approve" "digest=$(digest legal)"
does "once" 409 'closed|expired' officer POST "$decision/do"
ask legal GET /desk
same "then it waits no longer" "" "$(waiting)"
answers "the books have it" 0 'Expenses:Bounty  *15000.00 USD' "$pellucid" book balance example-vendor-de
answers "and fit the awards" 0 '^1 bounties paid, 0 of them without' "$pellucid" bounty check
does "the desk compares them as the terminal does" 200 'all fit' desk POST /desk/awards/check
check "and says how many" grep -q '1 bounties paid, 0 of them' page
does "an auditor may, too" 200 'all fit' auditor POST /desk/awards/check
does "an administrator may not" 403 'belongs to another role' ada POST /desk/awards/check
does "the desk opens nothing" 403 'belongs to another role' desk POST /desk/awards/open
does "nor an auditor" 403 'belongs to another role' auditor POST /desk/awards/open
sql "UPDATE session SET fresh_at = 1"
stale=yes
does "a login that is not fresh is asked again before that" 200 'confirm that it is you' officer POST /desk/awards/open
stale=
does "nothing is opened before its report is" 200 '0 awards were released with their reports, 0 amounts' officer POST /desk/awards/open
check "the award is sealed as it was" bash -c '"$0" register show bounties 1 | grep -q sealed' "$pellucid"
act "no second one" 400 'rewarded already' desk 1 award "$cell" amount=15000 "${pays[@]}"
does "an auditor sees what was paid" 200 'vulnerabilities 1' auditor GET /desk/awards
does "from its start, whatever is asked" 200 'vulnerabilities 1' auditor GET '/desk/awards?before=x'
does "and before it nothing" 200 'Nothing was paid' auditor GET '/desk/awards?before=1'

# ---- a release ----
act "what is worked on is not released" 400 'still being worked on' desk 1 release
for step in 'in-remediation none' 'resolved mitigated'; do act "it becomes ${step% *}" 303 'said=noted' desk 1 step "step=$step"; done
act "an embargo is set" 303 'said=noted' desk 1 embargo until=2090-01-01T00:00:00Z
act "then nothing is proposed" 403 'under embargo until 2090' desk 1 release
act "no embargo until some day" 400 'is a time in UTC' desk 1 embargo until=someday
act "it ends" 303 'said=noted' desk 1 embargo until=
act "a release is proposed" 303 '/desk/decisions/.*said=proposed' desk 1 release
decision=$(sed 's/[?].*//' to)
act "twice is once" 303 "$decision" desk 1 release
does "no lawyer agrees to it" 404 'Error 404' legal POST "$decision/approve" "digest=$(digest desk)"
act "an embargo is set meanwhile" 303 'said=noted' desk 1 embargo until=2090-01-01T00:00:00Z
does "an officer's voice counts, and is not enough" 409 'under embargo until 2090' officer POST "$decision/approve" "digest=$(digest officer)"
ask officer GET /desk
check "the queue says what became of it" grep -q 'agreed to, not carried out' <<<"$(waiting)"
ask legal GET /desk
same "and nothing to whom it is none of his business" "" "$(waiting)"
does "it waits" 409 'under embargo until 2090' officer POST "$decision/do"
does "not for an auditor" 403 'belongs to another role' auditor POST "$decision/do"
act "another embargo is not what was agreed to" 303 'said=noted' desk 1 embargo until=2026-01-02T00:00:00Z
does "so nothing is done" 409 'something else was approved' desk POST "$decision/do"
act "that one is" 303 'said=noted' desk 1 embargo until=
does "whoever proposed it may carry it out then" 303 'said=carried-out' desk POST "$decision/do"
does "once" 409 'closed|expired' officer POST "$decision/do"
same "it is released" true "$(field "$("$pellucid" vuln show 1 --json)" released)"
act "what is released has no embargo" 400 'is released' desk 1 embargo until=2090-01-01T00:00:00Z

# ---- what outsiders recount ----
half=$(date -u -d "$flaw_received" +%Y-%m | awk -F- '{ print $1 "-H" ($2 > 6 ? 2 : 1) }')
"$pellucid" register head vulnerabilities >/dev/null
answers "a report opens it" 0 '^  4 steps from revision to revision' "$pellucid" report make vulnerabilities "$half"
mkdir public
"$pellucid" report take vulnerabilities "$half" --out public >/dev/null
check "outsiders recount it" "$pellucid" report verify "public/vulnerabilities-$half.openings" --bundle "public/vulnerabilities-$half.tlog-proof" --trust inst/trust.policy
check "its file says who did what" "$pellucid" case show vulnerabilities 1

# ---- what may be known of awards ----
does "an award is released with its report" 200 '1 awards were released with their reports, 0 amounts' officer POST /desk/awards/open
does "once" 200 '0 awards were released with their reports, 0 amounts' legal POST /desk/awards/open
amount() { "$pellucid" register show bounties "$1" | sed -n 's/^\(at-least\|at-most\)  *//p' | paste -sd' '; }
same "its amount is a range" "10001 20000" "$(amount 1)"
printf 'received,direction,product,severity,state,finder,bounty,component,summary,finder-name\n%s,inbound,endpoint,high,new,named,none,Erlenzeisig-6,%s-6,Girlitzlocke\n' "$flaw_received" "$flaw_summary" >six.csv
check "one report more" "$pellucid" register enter vulnerabilities six.csv
# decided CASE VERB FIELD=VALUE...: proposed by the desk, agreed to by an officer
decided() {
	local number=$1 verb=$2
	shift 2
	ask desk POST "$case/$number/flaw/$verb" "revision=$(revision "$number")" "$@"
	decision=$(sed 's/[?].*//' to)
	ask officer POST "$decision/approve" "digest=$(digest officer)" && grep -q said=carried-out to
}
for n in 2 3 4 6; do
	for step in 'triaged none' 'accepted none'; do ask desk POST "$case/$n/flaw/step" "revision=$(revision "$n")" "step=$step"; done
	check "report $n is rewarded" decided "$n" award "$cell" amount=1200$n 'price=9225.10 EUR' entity=example-vendor-de outside=no
	for step in 'in-remediation none' 'resolved mitigated'; do ask desk POST "$case/$n/flaw/step" "revision=$(revision "$n")" "step=$step"; done
	[[ $n == 6 ]] || check "and released" decided "$n" release
done
does "four of a cell stay ranges" 200 '3 awards were released with their reports, 0 amounts' legal POST /desk/awards/open
check "the fifth is released" decided 6 release
does "then all are opened" 200 '1 awards were released with their reports, 5 amounts' legal POST /desk/awards/open
same "each with its amount" "15000 15000, 12006 12006" "$(amount 1), $(amount 5)"
answers "the terminal has nothing left to do" 0 '^0 awards released with their reports, 0 amounts' "$pellucid" bounty open
cat >loose.csv <<'T'
transaction,entity,day,kind,document,words,report,approvers,account,amount,currency
1,example-vendor-de,2025-01-03,bounty,old,Reward,vr-2025-1,one two,Expenses:Bounty,10.00,EUR
1,example-vendor-de,,,,,,,Assets:Bank,-10.00,EUR
T
check "a bounty without an award" "$pellucid" book import --before-register loose.csv
answers "is found at the terminal" 1 'no award says that it was decided' "$pellucid" bounty check
does "and in the same words at the desk" 200 'no award says that it was decided' auditor POST /desk/awards/check
check "with its place and the sum" bash -c 'grep -q "entity/example-vendor-de\">example-vendor-de</a>, 7 " page && grep -q "6 bounties paid, 1 of them" page'

# ---- what was told goes with its case ----
act "of another case exploitation is known" 303 'said=noted' desk 5 note what=happened event=exploitation-known "at=$(hours -20)"
act "and told" 303 'said=noted' desk 5 cra stage=early-warning typed=yes what=keep states=DE coordinator=DE
seq=$(field "$("$pellucid" vuln notices 5 --json)" notices.0.entry)
check "it is erased" "$pellucid" register erase vulnerabilities 5
does "then it is gone" 410 'erased|gone' desk POST "$case/5/notice/$seq"
does "and the page says that there was one" 200 'Early warning of an exploited flaw, edition 1' desk GET "$case/5"
check "which it offers no more" not grep -q "/notice/" page
stop web
for word in "$flaw_summary" Erlenzeisig Girlitzlocke 'Example Library' CVE-2026-1234 13837.65 Holunderwanze; do check "\"$word\" stands in no log" not grep -rqF -e "$word" web.log public; done
exit "$failed"
