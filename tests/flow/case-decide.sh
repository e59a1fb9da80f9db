#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 900
# What two persons decide about a case: nobody does it alone, at the terminal, at the desk, by a form of his own or by the first revision; who
# proposes does not decide, what was changed since is not decided on, of two who decide at once one does; and the file, the events and the mail say so.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/people.sh
. "$PL_SRC/tests/lib/people.sh"
# shellcheck source=tests/lib/mail.sh
. "$PL_SRC/tests/lib/mail.sh"
cases() { "$pellucid" case "$@"; }
register() { "$pellucid" register "$@"; }
decision() { field "$(cat out)" decision; }
of_case() { python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["revision"], d["fields"]["decision"], d["fields"]["ground"])' <<<"$("$pellucid" register show tips "$1" --json)"; }
canary=Kirschkernbeisser
# worker NAME ROLE: as person, with an address
worker() {
	local code
	code=$(field "$(account add "$1" --role "$2" --email "$1@mail.example" --session ada.session --json)" code)
	enrol "$1" "$code" && login "$1"
}

make_desk
check "a mail server" mail_server
set_conf mail smtp "smtp://127.0.0.1:$mail_port"
set_conf mail from desk@mail.example
set_conf vault per-hour 100000
set_conf vault per-hour-all 100000
check "somebody administers it" first_person
check "a desk" worker bob desk
check "another one" worker bea desk
check "a lawyer" worker emil legal
check "an officer without an address" person olga officer
check "an auditor" worker rita auditor

# ---- what a declaration may say ----
cat >tips.register <<'END'
pellucid-register v1
name tips
source intake
existence exact
opens rows
late-after 7
open-after 0
retain 24
field received time generalised month
field decision enum open pending,full,rejected,withdrawn
field ground enum open none,not-held,no-basis
field person text sealed
total cases count
total rejected count decision=rejected
step decision - pending
step decision pending full ground=none
step decision pending rejected|withdrawn ground=not-held|no-basis
step decision rejected|withdrawn|full pending ground=none
eyes decision rejected|withdrawn
END
sed 's/^eyes .*/eyes decision lost/' tips.register >bad.register
answers "a state that the field does not know" 2 'line 19' register add bad.register
sed 's/^eyes .*/eyes person x/' tips.register >bad.register
answers "a private field" 2 'a declared enum that is open' register add bad.register
{ cat "$PL_SRC/demo/vulnerabilities.register"; echo 'eyes state spam'; } >bad.register
answers "steps of reports of flaws are their own" 2 'moves by steps of their own' register add bad.register
check "the register is declared" register add tips.register
printf 'received,decision,ground,person\n%s,rejected,not-held,\n' "$(date -u +%FT00:00:00Z)" >bad.csv
answers "no case begins there by the steps" 3 'no step' register enter tips bad.csv
sed '/^step/d; s/^name .*/name plain/' tips.register >plain.register
check "another register without any" register add plain.register
answers "nor does one there" 1 'no case begins with decision rejected|withdrawn' register enter plain bad.csv
{
	echo received,decision,ground,person
	for n in 1 2 3 4 5 6; do echo "$(date -u +%FT00:00:00Z),pending,none,Zo-$n"; done
} >cases.csv
answers "cases are entered" 0 'entered as 1 to 6' register enter tips cases.csv

# ---- alone ----
answers "nobody does it alone at the terminal" 1 'is decided by two persons' register change tips 1 decision=rejected ground=not-held
check "and is told how it is done" has 'pellucid case propose'
check "what one person may decide he does" register change tips 6 decision=full
same "nothing of that was written" "0 pending none" "$(of_case 1)"
echo "because $canary says so" >why
: >empty
answers "the terminal alone proposes nothing" 2 'session' env -u PELLUCID_SESSION "$pellucid" case propose tips 1 why decision=rejected ground=not-held
answers "nor does an auditor" 1 'these roles: desk,legal,officer' cases propose tips 1 why decision=rejected ground=not-held --session rita.session
answers "nor an administrator" 1 'these roles' cases propose tips 1 why decision=rejected ground=not-held --session ada.session
answers "a proposal has a reason" 2 'say why' cases propose tips 1 empty decision=rejected ground=not-held --session bob.session
answers "and is about something that needs two" 2 'does not need two persons' cases propose tips 1 why decision=full --session bob.session
answers "it keeps to the steps" 3 'no step that the declaration names' cases propose tips 1 why decision=rejected --session bob.session
answers "it sets nothing private" 2 'nothing that a decision sets' cases propose tips 1 why decision=rejected ground=not-held person=x --session bob.session
answers "nothing twice" 2 'each once' cases propose tips 1 why decision=rejected decision=withdrawn ground=not-held --session bob.session
answers "nor a value that is none" 2 'spelling\|none of' cases propose tips 1 why decision=lost --session bob.session
answers "of a case that is there" 3 'there is no case 99' cases propose tips 99 why decision=rejected ground=not-held --session bob.session
same "there is no mail of all that" 0 "$(sql "SELECT count(*) FROM job WHERE kind = 'mail'")"

# ---- declined ----
answers "one proposes" 0 '"decision"' cases propose tips 1 why ground=not-held decision=rejected --session bob.session --json
one=$(decision)
answers "twice is once" 2 "proposed already: decision $one" cases propose tips 1 why decision=rejected ground=not-held --session bea.session
same "the case is as it was" "0 pending none" "$(of_case 1)"
check "mail is sent" "$pellucid" worker run --once
check "to the two others who can decide and have an address" soon mails_are 2
read_mail 1 && cat mail.txt >all.txt && read_mail 2 && cat mail.txt >>all.txt
check "who are they" bash -c 'grep -q "^To: .*bea@" all.txt && grep -q "^To: .*emil@" all.txt'
check "they are told what" grep -q 'decision: rejected' all.txt
check "and not why" not grep -q "$canary\|bob" all.txt
answers "who proposed does not decide" 1 'cannot approve' cases approve "$one" --session bob.session
answers "an auditor neither" 1 'these roles' cases approve "$one" --session rita.session
answers "it is not refused without a reason elsewhere" 3 'pellucid case decline' account refuse "$one" --session bea.session
answers "nor here" 2 'say why' cases decline "$one" --session bea.session
answers "nor is it another room's" 3 'no such proposal' "$pellucid" bounty approve "$one" --session olga.session
echo "not so: $canary" >why-not
answers "with a reason it is" 0 closed cases decline "$one" why-not --session bea.session
answers "then nobody agrees" 3 'closed: refused' cases approve "$one" --session emil.session
same "the case is as it was, still" "0 pending none" "$(of_case 1)"
answers "the file names both" 0 "propose *bob $one decision=rejected ground=not-held (private)" cases show tips 1
check "each by name" has "decline *bea $one"
check "and not why" not has "$canary"
answers "who opens it reads why" 0 "because $canary says so" cases show tips 1 --private
check "and why not" has "not so: $canary"

# ---- changed since ----
answers "it is proposed anew" 0 '"decision"' cases propose tips 1 why decision=rejected ground=not-held --session bob.session --json
two=$(decision)
check "meanwhile somebody changes the case" register change tips 1 person=Zora
answers "then it is another case" 3 'was changed since: it has revision 1, and what is proposed is about 0' cases approve "$two" --session emil.session
same "nothing was written" "1 pending none" "$(of_case 1)"
answers "who proposed it withdraws it without a word" 0 closed cases decline "$two" --session bob.session

# ---- decided ----
answers "and proposes it about the case as it is" 0 '"decision"' cases propose tips 1 why decision=rejected ground=no-basis --session bob.session --json
three=$(decision)
answers "another one agrees" 0 'case 1: revision 2 written' cases approve "$three" --session emil.session
check "to what was shown" has 'set ground no-basis'
same "that is the state of the case" "2 rejected no-basis" "$(of_case 1)"
answers "once" 3 'closed: done' cases approve "$three" --session bea.session
answers "the file names both" 0 "propose *bob $three" cases show tips 1
check "and what became of it" has "decide *emil $three"
check "and the revision" has 'change *emil 2'
account events >happened
check "so do the events: who proposed" grep -q "bob .*case-decision $three" happened
check "who agreed" grep -q "emil .*approval $three" happened
check "and that it was done" grep -q "emil .*case-decision $three" happened
check "back one alone brings it" register change tips 1 decision=pending ground=none
answers "but not there again" 1 'two persons' register change tips 1 decision=withdrawn ground=no-basis

# ---- two at once, and killed ----
answers "it is proposed" 0 '"decision"' cases propose tips 2 why decision=rejected ground=not-held --session bob.session --json
both=$(decision)
("$pellucid" case approve "$both" --session bea.session >bea.out 2>&1 && echo yes >>agreed) &
bea=$!
("$pellucid" case approve "$both" --session emil.session >emil.out 2>&1 && echo yes >>agreed) &
wait $! "$bea" || true
same "of two who agree at once one does" 1 "$(wc -l <agreed)"
same "with one revision" "1 rejected not-held" "$(of_case 2)"
answers "another is proposed" 0 '"decision"' cases propose tips 3 why decision=rejected ground=not-held --session bob.session --json
cut=$(decision)
for wait in 0.005 0.02 0.05 0.1 0.2; do
	timeout -s KILL "$wait" "$pellucid" case approve "$cut" --session emil.session >/dev/null 2>&1 || true
	state=$("$pellucid" account decisions --json | python3 -c 'import json, sys; print([d["state"] for d in json.load(sys.stdin)["decisions"] if d["decision"] == sys.argv[1]][0])' "$cut")
	same "killed in the middle it is whole or not there ($wait s)" "$([[ $state == "done" ]] && echo "1 rejected not-held" || echo "0 pending none")" "$(of_case 3)"
done
[[ $state == "done" ]] || check "it is decided after all" cases approve "$cut" --session emil.session
same "once" "1 rejected not-held" "$(of_case 3)"

# ---- an erased case ----
answers "one is proposed and erased" 0 '"decision"' cases propose tips 4 why decision=rejected ground=not-held --session bob.session --json
gone=$(decision)
check "by the operator" register erase tips 4
answers "nothing is decided about it" 3 'erased or lost' cases approve "$gone" --session emil.session
answers "declining ends it" 0 closed cases decline "$gone" why-not --session emil.session
answers "its words are gone" 0 "decline *emil $gone" cases show tips 4 --private
check "all of them" not has "$canary"

# ---- at the desk ----
# shellcheck disable=SC2119 # its options are its own
start_desk
fresh
at=/desk/case/tips/5
does "a form of facts does not do it" 403 'Two persons decide that' bob POST "$at/change" revision=0 f-decision=rejected f-ground=not-held f-person=Zo-5
does "the page says so before" 200 'rejected \(by two persons\)' bob POST "$at/read"
does "and offers what it takes" 200 'name="p-decision"' bob POST "$at/read"
does "an older page proposes nothing" 409 'meanwhile' bob POST "$at/propose" revision=7 p-decision=rejected p-ground=not-held text=x
does "nor one without a revision" 409 'meanwhile' bob POST "$at/propose" p-decision=rejected p-ground=not-held text=x
does "nor one without a reason" 400 'say why' bob POST "$at/propose" revision=0 p-decision=rejected p-ground=not-held 'text=  '
does "what was typed stays" 400 '>kept words<' bob POST "$at/propose" revision=0 p-decision=rejected 'text=kept words'
check "with the room's own words" grep -q 'no step that the declaration names' page
does "a made-up value is none" 400 'not one|spelling|none of' bob POST "$at/propose" revision=0 p-decision=lost text=x
does "nor a private field" 400 'nothing that a decision sets' bob POST "$at/propose" revision=0 p-decision=rejected p-ground=not-held p-person=x text=x
does "an auditor does not" 403 'another role' rita POST "$at/propose" revision=0 p-decision=rejected p-ground=not-held text=x
does "it is proposed" 303 'said=proposed' bob POST "$at/propose" revision=0 p-decision=rejected p-ground=not-held "text=$canary & <b>so</b>"
page=$(sed 's/?.*//; s|^http://[^/]*||' to)
does "twice is once" 303 "$page" bob POST "$at/propose" revision=0 p-decision=rejected p-ground=not-held "text=other words"
same "the case is as it was" "0 pending none" "$(of_case 5)"
does "the case says that it waits, and for whose" 200 'proposed by bob' bea GET "$at"
check "with a link" grep -q "href=\"$page\"" page
row() { tr '\n' ' ' <page | sed 's/<section/\n&/g' | grep 'aria-labelledby="cases"' | sed 's/<tr>/\n/g' | grep '/desk/case/tips/5"'; }
does "the queue says it beside the case" 200 'waits for you' bea GET /desk
check "with a link" grep -q "href=\"$page\">waits for you" <<<"$(row)"
check "beside that one alone" bash -c '[[ $(grep -o "waits for you" page | wc -l) == 2 ]]'
does "to who proposed it that another one is asked" 200 'waits for a second person' bob GET /desk
check "and not himself" not grep -q 'waits for you' page
does "an administrator sees no queue" 303 'desk/accounts' ada GET /desk
does "the proposal says who and what" 200 'not-held' bea GET "$page"
check "and not why" not grep -q "$canary" page
check "so nobody agrees blindly" not grep -q '/approve"' page
digest=$(grep -o '[0-9a-f]\{64\}</code>' page | head -n 1 | cut -c 1-64)
does "who opens it reads why" 200 "$canary &amp; &lt;b&gt;so" bea POST "$page/read"
check "and may agree" grep -q "$page/approve" page
does "an auditor reads it, too" 200 "$canary" rita POST "$page/read"
check "and decides nothing" not grep -q '/approve"' page
does "an administrator does not" 403 'another role' ada POST "$page/read"
does "who proposed it does not agree" 403 'voice|own proposal' bob POST "$page/approve" "digest=$digest"
does "nor an auditor" 403 'another role' rita POST "$page/approve" "digest=$digest"
does "nor anybody to other bytes" 409 'other|changed' bea POST "$page/approve" "digest=$(printf '0%.0s' {1..64})"
does "who does not agree says why" 400 'Say why you do not agree' bea POST "$page/close" 'text= '
same "the case is as it was, still" "0 pending none" "$(of_case 5)"
does "another one agrees" 303 'said=carried-out' emil POST "$page/approve" "digest=$digest"
same "that is the state of the case" "1 rejected not-held" "$(of_case 5)"
does "once" 409 'closed' bea POST "$page/approve" "digest=$digest"
does "and it is not declined any more" 409 'closed' bea POST "$page/close" text=x
does "the file names both" 200 'Decided by a second person' bea GET "$at"
check "the one and the other" bash -c 'tr "\n" " " <page | grep -q "emil · proposed by bob"'
check "and nothing waits" not grep -q 'Waits for a second' page
does "nor in the queue" 200 'Open cases' bea GET /desk
check "beside a case" not grep -qE 'waits for (you|a second)|aria-labelledby="waits"' page
does "what needs one person only is not proposed" 400 'does not need two persons' bob POST /desk/case/tips/6/propose revision=1 p-decision=pending text=x
stop web

# ---- outside ----
check "no word of a reason stands in the clear" bash -c '! grep -rqF "$0" inst ./*.log' "$canary"
check "nor in the database" bash -c '! grep -qF "$0"' "$canary" <<<"$(sql "SELECT about FROM work_entry") $(sql "SELECT kind, hex(bytes) FROM decision")"
check "a head" register head tips
answers "a report counts what was decided" 0 'rejected  *3$' "$pellucid" report make tips "$(date -u +%Y-%m | awk -F- '{ print $1 "-H" ($2 > 6 ? 2 : 1) }')"
exit "$failed"
