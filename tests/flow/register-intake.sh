#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 900
# Cases from outside: a form, a mailed code or work of the sender's machine, number and promise, the work on the case, mail to its
# sender, and the end of everything private; through a real mail server. What nobody confirmed nobody can read.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/canary.sh
. "$PL_SRC/tests/lib/canary.sh"
# shellcheck source=tests/lib/mail.sh
. "$PL_SRC/tests/lib/mail.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"
# shellcheck source=tests/lib/installed.sh
. "$PL_SRC/tests/lib/installed.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
canary=CANARY-52c07f11

tips_register 'field kind enum open good,bad' 'field channel enum open portal,post' 'field person text sealed' 'total bad count kind=bad' >tips.register
cat >tips.form <<'END'
pellucid-intake-form v1
register tips
confirm mail,work,key
bits 12
ask kind required
ask person optional
set channel portal
message required
start request-received
word en form Tell us something | It is counted.
word en person Your name | Nobody else sees it.
END
# send FIELDS...: post the form; the answer is in page, its status in status.
send() {
	local args=() f
	for f in "$@"; do args+=(--data-urlencode "$f"); done
	status=$(curl -s -o page -w '%{http_code}' "${args[@]}" "$web/intake/tips")
}
confirm() { status=$(curl -s -o page -w '%{http_code}' --data-urlencode "code=$1" "$web/intake/confirm"); }
says() { grep -qF -e "$1" page; }
secret_of() { sed -n 's/.*<code class="secret">\([0-9A-Z]*\)<.*/\1/p' page; }
# refused N: so many more submissions to the form were refused; they are written every two seconds.
refused_before=0
refused_are() { [[ $(sql "select coalesce(sum(refused), 0) from register_intake where register = 'tips'") == "$1" ]]; }
refused() {
	refused_before=$((refused_before + $1))
	soon refused_are "$refused_before" && sleep 2.5 && refused_are "$refused_before"
}
# a_day_passes: for what was counted and for the head that closes it.
a_day_passes() {
	sql "update register_state set head_time = head_time - 86400 where name = 'tips'"
	sql "update register_intake set day = day - 86400 where register = 'tips'"
}
# heartbeat: "unconfirmed refused hours" as the last head states them; hours: from the day's end to its time.
heartbeat() {
	"$pellucid" statement show "$(sql "select head_index from register where name = 'tips'")" --raw | python3 -c '
import base64, datetime, json, sys
p = json.loads(base64.b64decode(json.load(sys.stdin)["payload"]))["predicate"]
at = lambda z: datetime.datetime.strptime(z, "%Y-%m-%dT%H:%M:%SZ")
print(p["unconfirmed"], p["refused"], (at(p["time"]) - at(p["day"])).total_seconds() // 3600 - 24)'
}
code_in_mail() { grep -oE '([0-9A-Z]{5}-){5}[0-9A-Z]' mail.txt; }

make_instance log.example/intake --quorum 0 >/dev/null
canary_begin
check "a register is declared" "$pellucid" register add tips.register
answers "without mail no form confirms by mail" 3 'sends none' "$pellucid" intake open tips.form
check "a mail server runs" mail_server
set_conf web port 0
set_conf web intake yes
set_conf mail smtp "smtp://127.0.0.1:$mail_port"
set_conf mail from desk@pellucid.example
answers "without enrolment keys no form confirms by a product" 3 'products is missing' "$pellucid" intake open tips.form
with_key vendor product other
echo "something" >products
set_conf intake products "$PL_TMP/products"
answers "nor with a file of something else" 2 'line 1: expected ed25519' "$pellucid" intake open tips.form
{ echo "# the installer"; cat vendor.pub; } >products
answers "a form is opened" 0 'takes cases from outside' "$pellucid" intake open tips.form
answers "and listed" 0 '^tips$' "$pellucid" intake list
sed 's/^ask kind/ask kinds/' tips.form >bad.form
answers "a form with a wrong field is refused with its line" 3 'no field "kinds"' "$pellucid" intake open bad.form
start web "$pellucid" web
ready web web.serving
web=http://127.0.0.1:${port[web]}

# ---- by mail ----
send f-kind=bad "f-person=$canary-name" message= contact=who@remote.example way=mail
same "what is missing is said" "$status" 400
check "beside the question, with what was typed" says "$canary-name"
send f-kind=worse "message=$canary" contact=nobody way=mail
same "a wrong value and a wrong address" "$status" 400
send f-kind=bad "f-person=$canary-name" "message=$canary-text" contact=who@remote.example way=mail
same "a form that is complete" "$status" 200
check "waits for its code" says 'mailed you a code'
check "no number was given" bash -c '"$1" case list | grep -q . && exit 1 || exit 0' - "$pellucid"
check "nothing of it stands in the clear" nowhere "$canary"
check "nor the address" nowhere who@remote.example
check "the worker sends it" "$pellucid" worker run --once
check "one mail came" soon mails_are 1
read_mail 1
check "to the sender" grep -q '^To: who@remote.example' mail.txt
code=$(code_in_mail)
check "both refusals are counted" refused 2
confirm 00000-00000-00000-00000-00000-0
same "a wrong code" "$status" 404
confirm "${code,,}"
same "the code, in small letters" "$status" 200
check "gives number 1" says 'Entered as number 1'
secret=$(secret_of)
check "and a secret" test "${#secret}" = 26
confirm "$code"
same "a code counts once" "$status" 404
curl -s -o receipt --data-urlencode "secret=$secret" "$web/receipt/file"
answers "the receipt holds the promise" 0 'case 1 of tips' "$pellucid" register check receipt --trust inst/trust.policy
check "nothing stands in the clear after it either" nowhere "$canary"

# ---- by work ----
send f-kind=good "message=$canary-two" contact= way=work ticket=v1:tips:1:00000000000000000000000000:1
same "a ticket that is no work" "$status" 400
ticket=$("$pellucid" intake ticket tips --bits 12)
send f-kind=good "message=$canary-two" contact= way=work "ticket=$ticket"
same "work instead of an address" "$status" 200
check "gives number 2" says 'Entered as number 2'
secret2=$(secret_of)
send f-kind=good "message=$canary-three" contact= way=work "ticket=$ticket"
same "a ticket counts once" "$status" 409
status=$(curl -s -o page -w '%{http_code}' -H 'Sec-Fetch-Site: cross-site' --data-urlencode f-kind=good "$web/intake/tips")
same "a form of another site is refused" "$status" 403
status=$(curl -s -o page -w '%{http_code}' "$web/intake/nothing")
same "a register without a form has no page" "$status" 404
status=$(curl -s -o page -w '%{http_code}' --data-urlencode f-kind=good "$web/intake/nothing")
same "nor takes it anything" "$status" 404
status=$(curl -s -o page -w '%{http_code}' -H 'Content-Type: multipart/form-data' --data x "$web/intake/tips")
same "a form that cannot be read is refused" "$status" 400
head -c 700000 /dev/zero | tr '\0' x >long
status=$(curl -s -o page -w '%{http_code}' --data-binary @long "$web/intake/tips")
same "and one that is too long" "$status" 413
check "all of these are counted, what has no register is not, nor is a code" refused 5

# ---- by the key of an installed product ----
enrol product
by_key() { send f-kind=good "message=$canary-key" contact= way=key "proof=$1"; }
by_key "$(proof other "$enrolment" log.example/intake tips)"
same "a key that nobody enrolled is refused" "$status" 400
by_key "$(proof product "$enrolment" log.example/another tips)"
same "a proof for another log, too" "$status" 400
by_key "$(proof product "$enrolment" log.example/intake tops)"
same "and one for another register" "$status" 400
by_key ""
same "and none" "$status" 400
check "which is said" says "The proof did not count"
proof=$(proof product "$enrolment" log.example/intake tips)
by_key "$proof"
same "an installed product needs no address" "$status" 200
check "gives number 3" says 'Entered as number 3'
by_key "$proof"
same "a proof counts once" "$status" 409
check "these are counted, too" refused 5
answers "the desk sees which product it was" 0 "signed by the product $(cat product.pub)" "$pellucid" case show tips 3 --private
check "and where it came from" grep -q 'came .* key' out

# ---- limits ----
for _ in 1 2 3 4; do send f-kind=bad message=x contact=WHO@remote.example way=mail; done
same "five codes a day for an address" "$status" 200
send f-kind=bad message=x contact=who@remote.example way=mail
same "and no sixth" "$status" 429
check "which is counted" refused 1
check "the others wait" "$pellucid" worker run --once
check "and come" soon mails_are 5

# ---- the work ----
answers "all are in the queue" 0 'tips *2  new' "$pellucid" case list
answers "the file keeps to itself what was written" 0 'came *- mail (private)' "$pellucid" case show tips 1
answers "who may, reads it" 0 "$canary-text" "$pellucid" case show tips 1 --private
check "and the address" grep -q 'from who@remote.example' out
answers "the clock of the law runs" 0 '^GDPR-R *running' "$pellucid" case clocks tips 1
echo "$canary-note" >note
answers "a note" 0 noted "$pellucid" case note tips 1 note
answers "a pause has a reason" 2 'have a reason' "$pellucid" case pause tips 1 GDPR-R /dev/null
answers "with one it counts" 0 noted "$pellucid" case pause tips 1 GDPR-R note
answers "and shows" 0 '^GDPR-R *paused' "$pellucid" case clocks tips 1
answers "it goes on" 0 noted "$pellucid" case resume tips 1 GDPR-R
answers "no clock of that name" 2 'no clock' "$pellucid" case meet tips 1 XX
printf 'Guten Tag,\n\nhier ist Ihre Antwort: %s\n.\nGrüße\n' "$canary-answer" >answer
answers "mail to the sender" 0 'waits to be sent' "$pellucid" case mail tips 1 'Ihre Anfrage: größte Mühe' answer
answers "who left no address gets none" 3 'left no address' "$pellucid" case mail tips 2 x answer
check "it waits sealed" nowhere "$canary"
check "it is sent" "$pellucid" worker run --once
check "and comes" soon mails_are 6
read_mail 6
check "with its subject" grep -q '^Subject: Ihre Anfrage: größte Mühe' mail.txt
check "word for word" bash -c 'tail -n +4 mail.txt | head -n 5 | cmp - answer'
answers "a state" 0 'is closed' "$pellucid" case state tips 2 closed
check "it left the queue" bash -c '! "$1" case list | grep -q " 2 "' - "$pellucid"
answers "the file tells everything that was done" 0 'mail .*(private)' "$pellucid" case show tips 1
same "and nothing twice" "$("$pellucid" case show tips 1 --json | python3 -c 'import json,sys; print([e["entry"] for e in json.load(sys.stdin)["entries"]])')" '[1, 2, 3, 4, 5, 6]'

# ---- alarms ----
answers "a clock of a day started twenty hours ago" 0 noted "$pellucid" case happened tips 1 exploitation-known --at "$(date -u -d '20 hours ago' +%FT%TZ)"
check "nobody is to be told" "$pellucid" worker run --once
set_conf mail alarms duty@pellucid.example
check "somebody is" "$pellucid" worker run --once
check "and his mail is sent" "$pellucid" worker run --once
check "one for all" soon mails_are 7
read_mail 7
check "it says what ends when" grep -qE '^tips 1: CRA-' mail.txt
check "how much is left" grep -qE '^  (3 hours|[0-9]+ minutes) left: strict end' mail.txt
check "and nothing that anybody wrote" bash -c '! grep -q CANARY mail.txt'
check "nobody is told twice" "$pellucid" worker run --once
check "of one thing" mails_are 7

# ---- by the secret ----
printf 'Where did you see it?\n%s\n' "$canary-question" >question
answers "somebody without an address is asked" 0 'whoever has the secret' "$pellucid" case answer tips 2 question
check "and nobody else can read it" nowhere "$canary"
look() { curl -s -o page --data-urlencode "secret=$1" "$web/receipt"; }
look "$secret2"
check "he reads it by his secret" says "$canary-question"
check "with the state of his case" says closed
look "$secret"
check "another secret does not open it" bash -c '! grep -q "$1-question" page' - "$canary"
status=$(curl -s -o page -w '%{http_code}' --data-urlencode "secret=$secret2" --data-urlencode "message=$canary-reply" "$web/receipt/message/tips")
same "he answers without an address" "$status" 200
answers "which those read who work on it" 0 "$canary-reply" "$pellucid" case show tips 2 --private
check "and nobody else" nowhere "$canary"
for _ in $(seq 20); do status=$(curl -s -o page -w '%{http_code}' --data-urlencode "secret=$secret2" --data-urlencode message=more "$web/receipt/message/tips"); done
check "not more than twenty times a day" test "$status" -ge 400

# ---- a mail server that says no, and none ----
send f-kind=bad message=x contact=never@refused.example way=mail
same "nobody tells the sender whether an address exists" "$status" 200
check "the worker goes on" "$pellucid" worker run --once
answers "the mail is given up" 0 'mail .*refused' "$pellucid" worker dead
id=$(cut -d' ' -f1 out)
stop smtpd
answers "it is tried again" 0 'tried again' "$pellucid" worker revive "$id"
check "without a mail server" "$pellucid" worker run --once
same "it is not given up at once" "$("$pellucid" worker dead)" ''

# ---- search ----
answers "cases are found by what stands in them" 0 '^1$' "$pellucid" case find tips kind=bad
answers "by what is private" 0 '^1$' bash -c "echo '  $canary-name ' | tr a-z A-Z | '$pellucid' case find tips person=-"
answers "and by nothing else" 0 '^no case$' "$pellucid" case find tips person=somebody
answers "a field that is not there" 3 'has no field "persons"' "$pellucid" case find tips persons=x
answers "what a person asks for holds the cases of a confirmed address" 0 'tips' "$pellucid" person find email=Who@remote.example
answers "those of a product that signed, too" 0 'tips' "$pellucid" person find "product=$(cat product.pub)"
answers "and of no other product" 0 'every store was asked' "$pellucid" person find "product=$(cat other.pub)"
answers "and of no other" 0 'every store was asked' "$pellucid" person find email=other@remote.example
answers "each search is noted down" 0 'read .*/operator' "$pellucid" vault reads

# ---- the end ----
nowhere_at_all "before the erasure" "$canary" who@remote.example "$secret" "$secret2" "$code"
answers "the case is erased" 0 'is erased' "$pellucid" register erase tips 1
answers "who did what when stays" 0 'note ' "$pellucid" case show tips 1 --private
check "what was written does not" bash -c '! grep -q CANARY out'
answers "nothing more is written" 3 'erased' "$pellucid" case note tips 1 note
nowhere_at_all "after the erasure" "$canary" who@remote.example "$secret" "$secret2" "$code"
sql 'update work_waiting set until = 1'
check "what nobody confirmed" "$pellucid" worker run --once
check "is deleted and counted" "$pellucid" register head tips
curl -s -o /dev/null -w '%{http_code}\n' --data x "$web/intake/tips?n=[1-150]" >statuses
check "a flood meets the limit" grep -q 429 statuses
same "none of it is taken in" "$(grep -cv '^4' statuses)" 0
same "that of names which are none, too" "$(curl -s -o /dev/null -w '%{http_code}\n' --data x "$web/intake/none[1-150]" | grep -cv '^4')" 0
check "each refusal is counted" refused 150
same "and nothing else" "$(sql "select count(*) from register_intake where register <> 'tips'")" 0
sql "alter table register_intake rename to register_intake_away"
curl -s -o /dev/null --data x "$web/intake/tips"
check "a database that does not take them is told of" soon grep -q 'evt=web.refused_waits' web.log
sql "alter table register_intake_away rename to register_intake"
check "and takes them later" refused 1
curl -s -o /dev/null --data x "$web/intake/tips"
stop web
check "what was not written when it ends is written then" refused_are $((refused_before += 1))
a_day_passes
check "the day is closed" "$pellucid" register head tips
same "by a heartbeat with both numbers, as late as it is" "$(heartbeat)" "5 $refused_before $(date -u +%-H).0"
check "and no other day says them again" a_day_passes
# What the public tables know of the head before: the next one will be twenty hours later than it was due.
sql "update register set time = time / 600 * 600 - 72600 where name = 'tips'"
check "when it is closed" "$pellucid" register head tips
same "nothing was turned away since" "$(heartbeat | cut -d' ' -f1,2)" "0 0"
start web "$pellucid" web
ready web web.serving
web=http://127.0.0.1:${port[web]}
curl -s -o page "$web/register/tips"
check "everybody sees that it came late, and by how much" grep -qE '20 h [0-9]+ min' page
same "once" "$(grep -cE 'class="badge warn">late<' page)" 1
answers "the form is closed" 0 'no more cases' "$pellucid" intake close tips
send f-kind=good message=x contact= way=work ticket=x
same "and its page is gone" "$status" 404
exit "$failed"
