#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 300
# What came by letter, in person or from colleagues is entered at the desk: it gets the next number, what is private is sealed, its sender can have a
# promise; a form that was sent twice is one case, and what is wrong enters nothing.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/people.sh
. "$PL_SRC/tests/lib/people.sh"
make_desk
set_conf web intake yes
set_conf vault per-hour 100000
set_conf vault per-hour-all 100000
check "somebody administers it" first_person
check "a desk" person bob desk
check "a lawyer" person emil legal
check "an auditor" person rita auditor
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
field kind enum open good,bad
field urgent bool open
field amount u64 generalised range 0,10,100
field words text sealed
total cases count
END
check "a register" "$pellucid" register add tips.register
sed 's/^source intake/source imported/; s/^name tips/name old/' tips.register >old.register
check "a reconstructed one" "$pellucid" register add old.register
check "a register of flaws" "$pellucid" register add "$PL_SRC/demo/vulnerabilities.register"
# shellcheck disable=SC2119 # its options are its own
start_desk

# does WHAT STATUS PATTERN WHO METHOD PATH [FIELD=VALUE...]
does() {
	local what=$1 want=$2 pattern=$3
	shift 3
	ask "$@"
	check "$what" answered "$want" "$pattern"
}
once() { once=$(grep -o 'name="once" value="[0-9a-f]*"' page | cut -d'"' -f4); }
case_of() { "$pellucid" register show tips "$1" --json ${2:+--private}; }
today=$(date -u +%F)

does "the queue offers it" 200 'href="/desk/enter/tips"' bob GET /desk
check "but not for what was reconstructed" not grep -q 'href="/desk/enter/old"' page
does "an auditor is offered nothing" 200 'href="/desk/find/tips"' rita GET /desk
check "of that kind" not grep -q 'href="/desk/enter/' page
does "nor may he" 403 'belongs to another role' rita GET /desk/enter/tips
does "who administers may not either" 403 'belongs to another role' ada GET /desk/enter/tips
does "a reconstructed register takes none" 404 '' bob GET /desk/enter/old
does "nor one that is not there" 404 '' bob GET /desk/enter/nothing
does "a form has every field that is declared" 200 'id="f-words"' bob GET /desk/enter/tips
for name in received kind urgent amount; do check "also $name" grep -q "id=\"f-$name\"" page; done
check "and none that follows from another" not grep -q 'id="f-received-month"\|id="f-amount-range"' page
once
does "what is no value enters nothing" 400 'amount|u64|number' bob POST /desk/enter/tips "once=$once" "f-received=${today}T08:00:00Z" f-kind=good f-amount=many "f-words=Kept & typed"
check "what was typed is still there" grep -q 'Kept &amp; typed' page
same "nothing was" 0 "$(sql "select count(*) from register_case where register = 'tips'")"
once
does "then it is entered" 200 'case|Case' bob POST /desk/enter/tips "once=$once" "f-received=${today}T08:00:00Z" f-kind=good f-urgent=true f-amount=42 $'f-words=A letter, "quoted";\r\nwith a second line'
check "under the first number" grep -q 'href="/desk/case/tips/1"' page
check "without a secret, for none was wished for" not grep -q 'class="secret"' page
same "with its values" "good true 10 2" "$(case_of 1 private | python3 -c 'import json, sys
f = json.load(sys.stdin)["fields"]
print(f["kind"], f["urgent"], f["amount-range"], len(f["words"].split("\n")))')"
same "and its words as they were typed" 'A letter, "quoted"; with a second line' "$(case_of 1 private | jq -r .fields.words | paste -sd' ')"
does "sent twice it is the same case" 303 '/desk/case/tips/1' bob POST /desk/enter/tips "once=$once" "f-received=${today}T08:00:00Z" f-kind=good
same "and no second one" 1 "$(sql "select count(*) from register_case where register = 'tips'")"
does "it stands in the queue" 200 'href="/desk/case/tips/1"' emil GET /desk
does "and is worked on" 200 'Case 1' emil GET /desk/case/tips/1
does "without its word a form is none" 400 '' bob POST /desk/enter/tips "f-received=${today}T08:00:00Z" f-kind=good
token[bob]=0000
does "nor without its token" 403 '' bob POST /desk/enter/tips "once=$(printf '%032d' 1)" "f-received=${today}T08:00:00Z" f-kind=good
unset 'token[bob]'
does "another form" 200 'name="once"' emil GET /desk/enter/tips
once
does "with a promise" 200 'class="secret"' emil POST /desk/enter/tips "once=$once" "f-received=${today}T09:00:00Z" f-kind=bad f-words=second promise=yes
secret=$(grep -o 'class="secret">[0-9A-Z]*<' page | grep -o '[0-9A-Z]\{26\}')
check "its sender finds it" bash -c 'curl -sf --data-urlencode "secret=$1" "$2/receipt" | grep -q "tips"' - "$secret" "$desk"
does "a day to come is none" 400 '' emil POST /desk/enter/tips "once=$(printf '%032d' 2)" f-received=2199-01-01T00:00:00Z f-kind=good
does "a finding of our own about somebody else's product" 200 'id="f-direction"' bob GET /desk/enter/vulnerabilities
once
does "is entered, too" 200 'href="/desk/case/vulnerabilities/1"' bob POST /desk/enter/vulnerabilities "once=$once" "f-received=${today}T09:00:00Z" f-direction=outbound \
	f-product=third-party f-severity=medium f-state=new f-finder=own-staff f-summary=Zitronengirlitz
answers "as such" 0 '^direction *outbound' "$pellucid" register show vulnerabilities 1
check "its words stand nowhere in the clear" bash -c '! grep -rqa Zitronengirlitz inst ./*.db* 2>/dev/null'
answers "a head takes them all" 0 'head of 2 leaves, numbers to 2' "$pellucid" register head tips
exit "$failed"
