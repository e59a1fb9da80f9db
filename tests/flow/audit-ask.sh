#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 900
# Asking for a copy of a report or an SBOM in the browser: what is offered, terms that are accepted as they are shown, a grant by four eyes, a refusal with its reason,
# the marked copy for whoever has the secret and until its time is over; prolonging and taking back, at the desk and at the terminal. What is sent twice, too late, by
# others, in the wrong order, or cut off in the middle leaves nothing by halves, and every copy is counted once.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/canary.sh
. "$PL_SRC/tests/lib/canary.sh"
demo=$PL_SRC/demo
audit() { "$pellucid" audit "$@"; }
digest() { echo "sha256:$(sha256sum <"$1" | cut -c 1-64)"; }
make_desk
canary_begin
set_conf web intake yes
set_conf vault per-hour 100000
set_conf vault per-hour-all 100000
check "audits are stated" audit import "$demo/audits.csv"
check "hand-outs are counted" "$pellucid" register add "$demo/hand-outs.register"
check "requests, too" "$pellucid" register add "$demo/document-requests.register"
for words in en de; do check "with words ($words)" "$pellucid" register words "$demo/document-requests.words.$words"; done
sed 's/^bits .*/bits 8/; s/^confirm .*/confirm work/' "$demo/document-requests.form" >ask.form
check "a form is opened" "$pellucid" intake open ask.form
echo 'Whoever gets a copy shows it to nobody else.' >terms.txt
echo 'Whoever gets a copy shows it to nobody else, and destroys it in time.' >terms2.txt
echo '{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [{"type": "library", "name": "example", "version": "1.10"}]}' >sbom.json
report=$(digest "$demo/audit-report.txt") sbom=$(digest sbom.json) terms=$(digest terms.txt) terms2=$(digest terms2.txt)

# ---- what may be asked for ----
answers "terms must be published" 3 'publish them first' audit offer soc2-2024-2 --terms terms.txt
check "they are" "$pellucid" statement document terms.txt --media-type text/plain
check "others, too" "$pellucid" statement document terms2.txt --media-type text/plain
check "an SBOM is published" "$pellucid" statement document sbom.json --media-type application/vnd.cyclonedx+json
answers "an audit without a report is not offered" 3 'names no report' audit offer soc2-2019-1 --terms terms.txt
answers "nor what the log does not name" 3 'names no body' audit offer "sha256:$(printf '%064d' 7)" --terms terms.txt
answers "nor for longer than ten years" 2 'from 0 to 3650' audit offer soc2-2024-2 --terms terms.txt --days 3651
answers "nor in a format that cannot be marked" 3 '' audit offer soc2-2024-2 --terms terms.txt --media video/mp4
answers "nor without terms" 2 'terms is missing' audit offer soc2-2024-2
answers "nothing is offered" 0 '"offers":\[\]' audit offers --json
answers "a report is offered" 0 "offered: The SOC 2 report of 2024, $report" audit offer soc2-2024-2 --terms terms.txt --title 'The SOC 2 report of 2024' --days 30
answers "and an SBOM" 0 "offered: Example <b>SBOM</b>" audit offer "$sbom" --terms terms.txt --title 'Example <b>SBOM</b>' --days 0
answers "both are listed" 0 "The SOC 2 report of 2024: $report, text/plain, for 30 days" audit offers

check "people with each role" "$PL_BUILD/tests/unit/web/desk_tool" people inst
# shellcheck disable=SC2119 # its options are its own
start_desk
[[ $failed == 0 ]] || exit 1

keep_fresh=yes
case=/desk/case/document-requests
revision() { "$pellucid" register show document-requests "$1" --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["revision"])'; }
# act WHAT STATUS PATTERN WHO NUMBER VERB [FIELD=VALUE...]: with the revision as it is
act() {
	local what=$1 want=$2 pattern=$3 who=$4 number=$5 verb=$6
	shift 6
	does "$what" "$want" "$pattern" "$who" POST "$case/$number/ask/$verb" "revision=$(revision "$number")" "$@"
}
attach() { # WHO NUMBER FILE
	[[ -n ${token[$1]:-} ]] || ask "$1" POST "$case/$2/state" state=working
	status=$(curl -sS -o page -w '%{http_code}' -b "pl-desk=$(cat "$1.session")" -F "csrf=${token[$1]}" -F "files=@$3" -H "Origin: $desk" -H 'Sec-Fetch-Site: same-origin' "$desk$case/$2/attach")
	[[ $status == 303 ]]
}
secret_of() { sed -n 's/.*<code class="secret">\([0-9A-Z]*\)<.*/\1/p' page; }
# send STATUS PATTERN WHAT [FIELD=VALUE...]: the form of a visitor
send() {
	local want=$1 pattern=$2 what=$3 field data=()
	shift 3
	for field in "$@"; do data+=(-F "$field"); done
	status=$(curl -s -o page -w '%{http_code}' -F way=work -F "ticket=${ticket:-$("$pellucid" intake ticket document-requests --bits 8)}" "${data[@]}" "$desk/intake/document-requests")
	check "$what" bash -c '[[ $0 == "$1" ]] || { echo "status $0"; sed -n "/<main/,$ p" page | head -c 800; exit 1; }; grep -qE -e "$2" page' "$status" "$want" "$pattern"
}
asked() { # DOCUMENT CUSTOMER: an ask; prints its secret
	curl -s -o page -F way=work -F "ticket=$("$pellucid" intake ticket document-requests --bits 8)" -F "f-document=$1" -F "f-terms=$terms" -F "f-customer=$2" -F accept=yes "$desk/intake/document-requests"
	secret_of
}
look() { status=$(curl -s -o page -w '%{http_code}' --data-urlencode "secret=$1" "$desk/receipt"); }
shows() { # WHAT SECRET PATTERN
	look "$2"
	check "$1" bash -c '[[ $0 == 200 ]] || exit 1; grep -qE -e "$1" page || { sed -n "/id=\"asked\"/,/<\/section/p" page; exit 1; }' "$status" "$3"
}
file_of() { sed -n 's/.*name="file" value="\([0-9]*\)".*/\1/p' page | head -n 1; }
fetch() { status=$(curl -s -o got -D got.head -w '%{http_code}' --data-urlencode "secret=$1" --data-urlencode "file=$2" "$desk/receipt/answer"); }
given() { audit hand-outs --json | python3 -c 'import json,sys; print(len(json.load(sys.stdin)["handOuts"]))'; }

# ---- asking ----
serves "the forms lead to it" 200 'Ask for a report' "$desk/intake"
serves "what can be asked for" 200 "document=$report" "$desk/intake/document-requests"
check "titles are text" grep -q 'Example &lt;b&gt;SBOM' body
check "and there is no form before a choice" not grep -q '<form action="/intake' body
serves "the page of the audit leads there" 200 "href=\"/intake/document-requests?document=$report\"" "$desk/audit/soc2-2024-2"
serves "not that of an audit whose report is not offered" 200 'soc2-2022-1' "$desk/audit/soc2-2022-1"
check "as its page shows" not grep -q 'intake/document' body
serves "a document is chosen by its address" 200 "name=\"f-terms\" value=\"$terms\"" "$desk/intake/document-requests?document=$report"
check "the terms stand there, with their digest" bash -c 'grep -q "shows it to nobody else" body && grep -q ">$0<" body' "$terms"
serves "in German" 200 'Ich habe die Bedingungen mit dieser' "$desk/intake/document-requests?document=$report&lang=de"
serves "what is not offered is not" 200 'What can be asked for' "$desk/intake/document-requests?document=sha256:$(printf '%064d' 7)"
serves "nor is nonsense" 200 'What can be asked for' "$desk/intake/document-requests?document=%3Cb%3E"
full=("f-document=$report" "f-terms=$terms" 'f-customer=Wiesenpieper Ελλάς')
send 400 'tick the box' "without accepting nothing is asked for" "${full[@]}"
check "and what was typed stays" grep -q 'value="Wiesenpieper Ελλάς"' page
send 400 'tick the box' "nor by another word" "${full[@]}" accept=no
send 409 'terms have changed' "other terms are not those that were shown" "f-document=$report" "f-terms=$terms2" f-customer=X accept=yes
send 409 'terms have changed' "nor are none" "f-document=$report" f-customer=X accept=yes
send 409 'cannot be asked for' "what is not offered cannot be asked for" "f-document=$(digest "$demo/audits.csv")" "f-terms=$terms" f-customer=X accept=yes
send 409 'cannot be asked for' "nor can nothing" "f-terms=$terms" f-customer=X accept=yes
send 400 'needs|need' "who asks says who he is" "f-document=$report" "f-terms=$terms" accept=yes
send 400 'needs|need' "in one line" "f-document=$report" "f-terms=$terms" $'f-customer=one\ntwo' accept=yes
send 400 'needs|need' "that fits on a page" "f-document=$report" "f-terms=$terms" "f-customer=$(printf 'x%.0s' {1..257})" accept=yes
status=$(curl -s -o page -w '%{http_code}' -H 'Sec-Fetch-Site: cross-site' -F way=work -F "ticket=$("$pellucid" intake ticket document-requests --bits 8)" -F "f-document=$report" -F "f-terms=$terms" -F f-customer=X -F accept=yes "$desk/intake/document-requests")
same "another site's form is refused" 403 "$status"
same "nothing was counted" 0 "$(sql 'SELECT count(*) FROM register_case')"
ticket=$("$pellucid" intake ticket document-requests --bits 8)
send 200 'Entered as number' "an ask is entered" "${full[@]}" accept=yes
first=$(secret_of)
send 409 '' "its ticket counts once" "${full[@]}" accept=yes
unset ticket
check "it gets a secret" test "${#first}" = 26
shows "its page says that it waits" "$first" 'waits for a decision'
shows "for what" "$first" "$report"

# ---- the desk ----
does "the desk has a page of them" 200 "$case/1" desk GET /desk/hand-outs
does "as auditors do" 200 'No copy was handed out' auditor GET /desk/hand-outs
does "an administrator has not" 403 'belongs to another role' ada GET /desk/hand-outs
does "a case says what is asked for" 200 'Request for a document' desk GET "$case/1"
check "and not who asks" not grep -q Wiesenpieper page
does "it is opened" 200 '<strong>Wiesenpieper Ελλάς</strong>' desk POST "$case/1/read"
check "the desk does not refuse" not grep -q 'ask/refuse' page
check "its facts are not changed by hand" not grep -q 'name="f-outcome"\|name="f-customer"\|name="f-document"' page
does "a form that was made up changes none" 400 '' desk POST "$case/1/change" "revision=$(revision 1)" f-outcome=granted f-customer=Other "f-document=$sbom"
act "without the document nothing is proposed" 400 'not at hand: attach' desk 1 grant expires=2199-01-31
check "another file is added" attach desk 1 terms.txt
act "which is not the document" 400 'not at hand: attach' desk 1 grant expires=2199-01-31
check "the document is added" attach desk 1 "$demo/audit-report.txt"
act "a day that is over is none" 400 'one after today' desk 1 grant expires=2020-01-01
act "nor is a word" 400 'a day is one like' desk 1 grant expires=soon
act "nor one that is not in the calendar" 400 'a day is one like' desk 1 grant expires=2199-02-30
does "an older page proposes nothing" 409 'meanwhile|changed' desk POST "$case/1/ask/grant" revision=7 expires=2199-01-31
act "an auditor proposes nothing" 403 'belongs to another role' auditor 1 grant expires=2199-01-31
act "the desk refuses nothing" 403 'belongs to another role' desk 1 refuse reason=other
sql "UPDATE session SET fresh_at = 1"
stale=1 act "a login that is not fresh is asked again" 200 'confirm that it is you' desk 1 grant expires=2199-01-31
act "it is proposed" 303 '/desk/decisions/.*said=proposed' desk 1 grant expires=2199-01-31
decision=$(sed 's/.*\/decisions\/\([0-9A-Z]*\).*/\1/' to)
act "twice is once" 303 "$decision" desk 1 grant expires=2199-01-31
does "what is decided is shown, without a name" 200 'expires 2199-01-31' legal GET "/desk/decisions/$decision"
check "no name" not grep -q Wiesenpieper page
shown=$(grep -o 'name="digest" value="[0-9a-f]*"' page | head -n 1 | cut -d'"' -f4)
does "who proposed does not agree" 403 '' desk POST "/desk/decisions/$decision/approve" "digest=$shown"
does "nor who has not the role" 404 '' ada POST "/desk/decisions/$decision/approve" "digest=$shown"
same "nothing was handed out" 0 "$(given)"
shows "and it still waits" "$first" 'waits for a decision'
does "a lawyer agrees, and with that it is done" 303 'said=carried-out' legal POST "/desk/decisions/$decision/approve" "digest=$shown"
does "agreeing again changes nothing" '303|409' '' officer POST "/desk/decisions/$decision/approve" "digest=$shown"
does "nor does carrying it out" '409' '' officer POST "/desk/decisions/$decision/do"
act "it is granted once" 400 'is granted already' desk 1 grant expires=2199-01-31
act "and not refused any more" 400 'is granted already' legal 1 refuse reason=other
same "one copy was handed out" 1 "$(given)"
answers "as the terminal says" 0 '1 of hand-outs: soc2-2024-2, text/plain, given .*expires 2199-01-31' audit hand-outs
answers "for whom, too" 0 'for Wiesenpieper Ελλάς' audit hand-outs --private
does "its page leads to it" 200 '/desk/hand-out/hand-outs/1' desk GET "$case/1"
does "where it stands" 200 "$case/1" desk GET /desk/hand-out/hand-outs/1
does "the queue is empty" 200 'No request waits' desk GET /desk/hand-outs

# ---- the copy ----
shows "the asker reads that it is granted" "$first" 'badge good">granted'
shows "and until when" "$first" 'datetime="2199-01-31'
file=$(file_of)
fetch "$first" "$file"
same "he fetches it" 200 "$status"
check "by its name" grep -qi 'filename="\?soc2-2024-2.txt' got.head
check "it is nothing that a browser opens by itself" bash -c 'grep -qi "^content-disposition: attachment" got.head && grep -qi "no-store" got.head'
check "it holds the report and its reader's name" bash -c 'grep -qF "This is an example" got && grep -qF "Copy for Wiesenpieper Ελλάς" got && grep -q "to be destroyed after 2199-01-31" got'
check "and the terms" grep -qF "$terms" got
cp got first.copy
answers "it is traced by its bytes" 0 'the very copy' audit trace got
answers "to the first hand-out" 0 '^1 of hand-outs' audit trace got
answers "and to its reader" 0 'for Wiesenpieper' audit trace got --private
fetch "${first%?}$([[ $first == *0 ]] && echo 1 || echo 0)" "$file"
same "another secret gets nothing" 404 "$status"
second=$(asked "$sbom" 'Grasmücke AG')
check "another asker" test "${#second}" = 26
fetch "$second" "$file"
same "does not get the first one's copy" 404 "$status"
for bad in 0 -1 1e3 99999999999999999999 "'" ''; do
	fetch "$first" "$bad"
	same "file \"$bad\" is none" 404 "$status"
done

# ---- refusing ----
act "a reason is needed" 400 'a reason is one of' legal 2 refuse words=why
act "one that the register knows" 400 'a reason is one of' legal 2 refuse reason=bad-mood
act "it is refused" 303 'said=noted' legal 2 refuse reason=not-a-customer 'words=Become one & ask again'
act "once" 400 'is refused already' officer 2 refuse reason=other
act "and not granted any more" 400 'is refused already' desk 2 grant
shows "its asker reads the reason" "$second" 'refused</span> not a customer'
shows "and the words" "$second" 'Become one &amp; ask again'
look "$second"
check "and has nothing to fetch" not grep -q 'name="file"' page
same "nothing more was handed out" 1 "$(given)"

# ---- a public body; what was decided is about the ask as it was ----
third=$(asked "$sbom" 'Rohrammer')
act "what the log publishes is at hand" 303 'said=proposed' desk 3 grant
old=$(sed 's/.*\/decisions\/\([0-9A-Z]*\).*/\1/' to)
act "until another day is another proposal" 303 'said=proposed' desk 3 grant expires=2199-03-01
new=$(sed 's/.*\/decisions\/\([0-9A-Z]*\).*/\1/' to)
approve() { # WHO DECISION
	ask "$1" GET "/desk/decisions/$2"
	ask "$1" POST "/desk/decisions/$2/approve" "digest=$(grep -o 'name="digest" value="[0-9a-f]*"' page | head -n 1 | cut -d'"' -f4)"
}
approve officer "$new"
same "one of them is carried out" "303 1" "$status $(grep -c 'said=carried-out' to)"
approve officer "$old"
check "the other one is not" bash -c '[[ $0 == 409 ]] && grep -q "is granted already" page' "$status"
same "two copies" 2 "$(given)"
look "$third"
fetch "$third" "$(file_of)"
check "it is the SBOM with its mark" python3 -c '
import json
a, b = json.load(open("sbom.json")), json.load(open("got"))
p = b.pop("metadata")["properties"]
assert a == b and "Mark PLM-" in p[0]["value"] and "Rohrammer" in p[0]["value"]'

# ---- its time ----
one=/desk/hand-out/hand-outs/1
does "an auditor does not prolong" 403 'belongs to another role' auditor POST $one/prolong expires=2199-06-30
does "nor does the desk" 403 'belongs to another role' desk POST $one/prolong expires=2199-06-30
does "a day before the last one is no prolonging" 400 'to a later day than its last one, 2199-01-31' legal POST $one/prolong expires=2199-01-30
does "nor is the same one" 400 'to a later day' legal POST $one/prolong expires=2199-01-31
does "nor none" 400 'say to which day' legal POST $one/prolong expires=
does "nor nonsense" 400 'a day is one like' legal POST $one/prolong 'expires=<b>'
does "no hand-out" 404 'Error 404' legal POST /desk/hand-out/hand-outs/99/prolong expires=2199-06-30
does "no register" 404 'Error 404' legal POST /desk/hand-out/nothing/1/prolong expires=2199-06-30
does "of another kind" 404 'Error 404' legal POST /desk/hand-out/document-requests/1/take-back reason=reader-asked
revised() { "$pellucid" register show hand-outs "$1" --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["revision"])'; }
same "none of that was written" 0 "$(revised 1)"
does "a lawyer prolongs" 303 'said=noted' legal POST $one/prolong expires=2199-06-30
same "by a revision of its case" 1 "$(revised 1)"
answers "the terminal says so" 0 'prolonged to 2199-06-30' audit hand-outs
does "its history, too" 200 '2199-01-31.*2199-06-30' desk GET $one
shows "and its page" "$first" 'datetime="2199-06-30'
sql "UPDATE audit_hand_out SET expires = $(($(date +%s) / 86400 * 86400)) WHERE number = 1"
look "$first"
fetch "$first" "$file"
same "on its last day it is served" 200 "$status"
sql "UPDATE audit_hand_out SET expires = $(($(date +%s) / 86400 * 86400 - 86400)) WHERE number = 1"
fetch "$first" "$file"
same "after it, it is not" 410 "$status"
check "as the page says" grep -q 'no longer handed out: its time is over' got
shows "without a button" "$first" 'The last day of your copy was'
check "none" not grep -q 'aria-label="Download' page
does "the desk sees it" 200 'its time is over' desk GET /desk/hand-outs
answers "the terminal prolongs, too" 2 'expires is missing' audit prolong 1
answers "no hand-out" 3 'no hand-out 99' audit prolong 99 --expires 2199-12-31
answers "no number" 2 'is no number' audit prolong x --expires 2199-12-31
check "to a day" audit prolong 1 --expires 2199-12-31
fetch "$first" "$file"
same "then it is served again" 200 "$status"
check "the same bytes" grep -q 'to be destroyed after 2199-01-31' got

# ---- taking back ----
does "an auditor takes nothing back" 403 'belongs to another role' auditor POST $one/take-back reason=terms-broken
does "a reason is needed" 400 'choose why' desk POST $one/take-back
does "one of those that there are" 400 'choose why' desk POST $one/take-back reason=bad-mood
does "the desk takes it back" 303 'said=noted' desk POST $one/take-back reason=terms-broken
does "once" 400 'was taken back at' officer POST $one/take-back reason=reader-asked
does "and it is not prolonged any more" 400 'was taken back at' legal POST $one/prolong expires=2199-12-31
fetch "$first" "$file"
same "it is served no longer" 410 "$status"
shows "its page says why" "$first" 'taken back at.*: the terms were broken'
curl -s -o page -H 'Accept-Language: de' --data-urlencode "secret=$first" "$desk/receipt?lang=de"
check "in German" grep -q 'die Bedingungen wurden gebrochen' page
answers "the terminal says so" 0 'taken back: terms-broken' audit hand-outs
same "three steps of it" "prolonged prolonged taken-back" "$(audit hand-outs --json | python3 -c 'import json,sys; print(*[s["step"] for h in json.load(sys.stdin)["handOuts"] for s in h.get("steps", [])])')"
answers "a leaked one is still traced" 0 '^1 of hand-outs' audit trace first.copy
answers "at the terminal a reason is needed" 2 'document-replaced, given-in-error' audit take-back 2
answers "nor is another word one" 2 'document-replaced, given-in-error' audit take-back 2 --reason because
check "the terminal takes back" audit take-back 2 --reason document-replaced
answers "once" 3 'was taken back' audit take-back 2 --reason document-replaced
answers "what was taken back is to be destroyed" 0 '^2 of hand-outs' audit hand-outs --expired
shows "the asker reads it" "$third" 'the document was replaced'

# ---- at the terminal ----
fourth=$(asked "$report" 'Uferschnepfe')
answers "a request is refused with a reason" 2 'a reason is one of' audit refuse 4
answers "a request that is none" 3 'no case 99\|99' audit refuse 99 --reason other
answers "another document is not it" 1 'digest is another' audit grant 4 --file terms.txt
answers "nor is none at hand" 3 'not at hand' audit grant 4
answers "it is granted with the file" 0 'granted: hand-out 3 of hand-outs' audit grant 4 --file "$demo/audit-report.txt" --expires 2199-05-05
answers "once" 3 'granted already' audit grant 4 --file "$demo/audit-report.txt"
look "$fourth"
fetch "$fourth" "$(file_of)"
check "its asker has it" grep -qF 'Copy for Uferschnepfe' got
fifth=$(asked "$report" 'Kampfläufer')
check "another is refused there" audit refuse 5 --reason identity-not-shown --words 'Who are you?'
shows "and told" "$fifth" 'it is not shown who asks'
echo 'received,document,terms,customer' >by-hand.csv
echo "2026-11-28T10:00:00Z,$sbom,$terms,$(printf Hand | base64)" >>by-hand.csv
if "$pellucid" register enter document-requests by-hand.csv >out 2>err; then
	answers "an ask without a secret cannot be answered" 3 'without a secret' audit grant 6
	same "and nothing was counted for it" 3 "$(given)"
	check "what is no request" audit refuse 6 --reason spam-senseless
	answers "is spam, and says why" 0 '^outcome *spam' "$pellucid" register show document-requests 6
fi

# ---- terms that change, offers that end ----
check "other terms hold from now on" audit offer soc2-2024-2 --terms terms2.txt --title 'The SOC 2 report of 2024' --days 30
send 409 'terms have changed' "who read the old ones reads the new ones first" "${full[@]}" accept=yes
check "they stand on the page" grep -q "value=\"$terms2\"" page
check "an offer ends" audit offer soc2-2024-2 --end
answers "once" 3 'not offered' audit offer soc2-2024-2 --end
send 409 'cannot be asked for' "then it cannot be asked for" "f-document=$report" "f-terms=$terms2" f-customer=X accept=yes

# ---- two at once ----
sixth=$(asked "$sbom" 'Bekassine')
number=$(sql "SELECT max(number) FROM work_case WHERE register = 'document-requests'")
before=$(given)
act "an ask is proposed" 303 'said=proposed' desk "$number" grant
decision=$(sed 's/.*\/decisions\/\([0-9A-Z]*\).*/\1/' to)
ask legal GET "/desk/decisions/$decision"
shown=$(grep -o 'name="digest" value="[0-9a-f]*"' page | head -n 1 | cut -d'"' -f4)
ask legal POST "$case/$number/state" state=working
ask officer POST "$case/$number/state" state=working
at_once=()
for who in legal officer legal officer; do
	curl -s -o /dev/null -b "pl-desk=$(cat $who.session)" --data-urlencode "csrf=${token[$who]}" --data-urlencode "digest=$shown" -H "Origin: $desk" -H 'Sec-Fetch-Site: same-origin' "$desk/desk/decisions/$decision/approve" &
	at_once+=($!)
done
wait "${at_once[@]}"
same "four voices at once are one copy" $((before + 1)) "$(given)"
look "$sixth"
same "for its asker" 1 "$(grep -c 'name="file"' page)"
same "none is nobody's" 0 "$(sql 'SELECT count(*) FROM work_blob WHERE until IS NOT NULL')"

number=$(given)
at_once=()
for act in take-back:reason=reader-asked prolong:expires=2199-07-01 take-back:reason=terms-broken prolong:expires=2199-08-01; do
	curl -s -o /dev/null -b "pl-desk=$(cat officer.session)" --data-urlencode "csrf=${token[officer]}" --data-urlencode "${act#*:}" -H "Origin: $desk" -H 'Sec-Fetch-Site: same-origin' "$desk/desk/hand-out/hand-outs/3/${act%%:*}" &
	at_once+=($!)
done
wait "${at_once[@]}"
check "prolonged and taken back at once, it is back once, and nothing follows" python3 -c '
import json, sys
h = [h for h in json.loads(sys.argv[1])["handOuts"] if h["number"] == 3][0]
kinds = [s["step"] for s in h["steps"]]
assert kinds.count("taken-back") == 1 and kinds[-1] == "taken-back" and h["takenBack"], h' "$(audit hand-outs --json)"
same "each step is a revision" "$(audit hand-outs --json | python3 -c 'import json,sys; print(*[len(h["steps"]) for h in json.load(sys.stdin)["handOuts"] if h["number"] == 3])')" "$(revised 3)"
same "and what is not of it is not touched" "$number" "$(given)"

# ---- killed in the middle ----
whole() { # everything is there, or nothing
	local copies given
	copies=$(sql 'SELECT count(*) FROM audit_ask_copy')
	given=$(sql 'SELECT count(*) FROM audit_hand_out')
	[[ $copies == "$given" ]] || { echo "$copies copies of $given hand-outs"; return 1; }
}
for delay in 0 0.01 0.03 0.06 0.1 0.2; do
	seventh=$(asked "$sbom" "Steinschmätzer $delay")
	number=$(sql "SELECT max(number) FROM work_case WHERE register = 'document-requests'")
	ask desk POST "$case/$number/ask/grant" revision=0 expires=2199-01-01
	decision=$(sed 's/.*\/decisions\/\([0-9A-Z]*\).*/\1/' to)
	ask legal GET "/desk/decisions/$decision"
	shown=$(grep -o 'name="digest" value="[0-9a-f]*"' page | head -n 1 | cut -d'"' -f4)
	fresh
	curl -s -o /dev/null -b "pl-desk=$(cat legal.session)" --data-urlencode "csrf=${token[legal]}" --data-urlencode "digest=$shown" -H "Origin: $desk" -H 'Sec-Fetch-Site: same-origin' "$desk/desk/decisions/$decision/approve" &
	voice=$!
	sleep "$delay"
	end KILL web
	wait "$voice" || true
	# shellcheck disable=SC2119 # its options are its own
	start_desk
	check "killed after $delay s, nothing is there by halves" whole
	ask officer POST "/desk/decisions/$decision/do"
	[[ $status == 303 ]] || approve officer "$decision"
	look "$seventh"
	check "and what was decided is carried out, once" bash -c '[[ $(grep -c "name=\"file\"" page) == 1 ]] && grep -q "badge good\">granted" page'
	check "whole" whole
done

# ---- numbers ----
total=$(given)
"$pellucid" register head hand-outs >/dev/null
"$pellucid" register head document-requests >/dev/null
year=$(date -u +%Y)
answers "a report counts each copy once, prolonged or taken back" 0 "hand-outs  *$total\$" "$pellucid" report make hand-outs "$year"
check "it is taken home" "$pellucid" report take hand-outs "$year"
answers "and recounted there" 0 "hand-outs  *$total\$" env -u PELLUCID_INSTANCE "$pellucid" report verify "hand-outs-$year.openings" --bundle "hand-outs-$year.tlog-proof" --trust inst/trust.policy
answers "requests are counted by their outcome" 0 "granted  *$total\$" "$pellucid" report make document-requests "$year"
check "some were refused" has 'refused  *[23]$'
check "the tables are those of the log" tables_fit

# ---- nobody is named ----
words=(Wiesenpieper Rohrammer Uferschnepfe 'Become one & ask again' 'This is an example. It stands' "$second" "$fourth")
canary_more=(hand-outs-*)
nowhere_at_all "before the erasure" "${words[@]}"
answers "an ask is erased" 0 'erased' "$pellucid" register erase document-requests 4
look "$fourth"
check "with its copy" not grep -q 'name="file"' page
answers "which is still counted and traced" 0 '^3 of hand-outs' audit trace got
check "who it was for is erased" "$pellucid" register erase hand-outs 3
check "so of one that is still out" "$pellucid" register erase hand-outs 4
nowhere_at_all "after the erasure" "${words[@]}"
answers "then it is not prolonged" 3 'no last day\|is erased' audit prolong 4 --expires 2199-12-31
check "but taken back" audit take-back 4 --reason reader-asked
answers "once" 3 'was taken back' audit take-back 4 --reason reader-asked
exit "$failed"
