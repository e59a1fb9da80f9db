#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 900
# Answers that the desk orders for a person who asked, by what a browser sends and by what it would not: who may, for whom, once; what was erased is certified once,
# whatever fails behind it or is killed; and nothing of the person stands in the clear.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/mail.sh
. "$PL_SRC/tests/lib/mail.sh"
# shellcheck source=tests/lib/persons.sh
. "$PL_SRC/tests/lib/persons.sh"
# shellcheck source=tests/lib/canary.sh
. "$PL_SRC/tests/lib/canary.sh"
# shellcheck source=tests/lib/installed.sh
. "$PL_SRC/tests/lib/installed.sh"
canary=CANARY-3b80f2d9
make_desk
canary_begin
check "a mail server" mail_server
set_conf web intake yes
set_conf mail smtp "smtp://127.0.0.1:$mail_port"
set_conf mail from desk@pellucid.example
printf 'pellucid-holdings v1\nhere zurich-1 example-ag 35\n' >inst/holdings
cat >plain.register <<'END'
pellucid-register v1
name plain
source intake
existence exact
opens rows
late-after 7
open-after 0
retain 24
field received time generalised month
field kind enum open good,bad
field words text sealed
field answer digest open
total cases count
END
check "the register of persons" "$pellucid" register add "$PL_SRC/demo/persons.register"
with_key vendor product
set_conf intake products "$PL_TMP/vendor.pub"
check "its form" "$pellucid" intake open "$PL_SRC/demo/persons.form"
check "another register" "$pellucid" register add plain.register
printf 'received,kind,words\n%s,good,came by post\n' "$(date -u +%FT00:00:00Z)" >plain.csv
check "with a case that nobody confirmed" "$pellucid" register enter plain plain.csv
check "people with each role" "$PL_BUILD/tests/unit/web/desk_tool" people inst
# shellcheck disable=SC2119 # its options are its own
start_desk

# ---- two requests of one person ----
check "somebody asks for a copy" request copy
check "and to be deleted" request delete

answered() { "$pellucid" case show persons "$1" | grep -c ' answer ' || true; }

# ---- who, for whom, once ----
p=/desk/case/persons
does "nobody orders for a case that nobody confirmed" 409 'Nobody confirmed an address' desk POST /desk/case/plain/1/person/copy recipient= language=en
does "nor erases by it" 409 'Nobody confirmed an address' desk POST /desk/case/plain/1/person/erase
does "an auditor orders nothing" 403 'another role' auditor POST $p/1/person/copy recipient= language=en
does "what is no recipient" 400 'looks like age1' desk POST $p/1/person/copy recipient=age1x language=en
does "nor a language" 400 'looks like age1' desk POST $p/1/person/copy recipient= language=xx
answers "nothing of that waits" 0 '^0 answers of the desk given, 0 not' work
age-keygen -o her.key 2>/dev/null
recipient=$(grep -o 'age1[0-9a-z]*' her.key)
does "a copy is ordered" 303 'said=noted' desk POST $p/1/person/copy "recipient=$recipient" language=de
does "once" 409 'ordered already' desk POST $p/1/person/copy "recipient=$recipient" language=en
work >one.out 2>&1 &
one=$!
work >two.out 2>&1 || true
wait $one || true
same "two that carry it out at once answer once" 1 "$(answered 1)"
same "and one says so" 1 "$(cat one.out two.out | grep -c '^1 answers of the desk given')"
check "for whom is not kept" test -z "$(sql "select recipient from person_order where kind = 0")"
answers "the digest stands in the case" 0 '^answer *sha256:' "$pellucid" register show persons 1
does "it may be ordered again" 303 'said=noted' desk POST $p/1/person/copy recipient= language=en
answers "and is given" 0 '^1 answers of the desk given, 0 not' work
same "again" 2 "$(answered 1)"

# ---- an erasure, by two, certified once ----
nowhere_at_all "before the erasure" "$canary" who@remote.example
does "one proposes" 303 'said=proposed' desk POST $p/2/person/erase
path=$(sed 's/?.*//' to)
shown() { ask "$1" GET "$path" && sed -n 's/.*SHA-256 <code class="hash">\([0-9a-f]*\)<.*/\1/p' page; }
does "and does not agree with himself" 403 '' desk POST "$path/approve" "digest=$(shown desk)"
answers "one voice erases nothing" 0 '^0 answers of the desk given, 0 not' work
does "another agrees" 303 'said=carried-out' legal POST "$path/approve" "digest=$(shown legal)"
bytes=$(sed -n '/^\[answers\]/,/^\[/s/^bytes = //p' inst/pellucid.conf)
set_conf answers bytes 1000
answers "what is too large is not given" 3 '^0 answers of the desk given, 1 not' work
check "and it is said" grep -q 'persons/2, erasure: ' err
does "at the desk as well" 200 'waits, failed' desk GET $p/2
answers "but the erasure stands" 0 erased "$pellucid" register show --private persons 1
set_conf answers bytes "$bytes"
digest() { sql "select hex(certificate) from person_order where kind = 1" | sha256sum; }
before=$(digest)
# Killed wherever it is: what was certified is certified once, and given once.
for after in 0.02 0.05 0.1 0.2; do
	timeout -s KILL $after "$pellucid" person work >/dev/null 2>&1 || true
done
work >/dev/null 2>&1 || true
same "it is given once" 1 "$(answered 2)"
same "and is the same certificate" "$before" "$(digest)"
curl -sf -o page --data-urlencode "secret=$secret" "$desk/receipt"
check "she finds it" grep -q 'certificate-2.zip' page
seq=$(grep -o 'name="file" value="[0-9]*"' page | head -n 1 | cut -d'"' -f4)
curl -sf -o gone.zip --data-urlencode "secret=$secret" --data-urlencode "file=$seq" "$desk/receipt/answer"
answers "it is not proved yet" 0 'not proved: 0 of 1' "$pellucid" person check gone.zip --trust inst/trust.policy
"$pellucid" register head persons >/dev/null
answers "with the head it is" 0 '^1 answers of the desk given, 0 not' work
same "and given once more" 2 "$(answered 2)"
answers "then nothing waits" 0 '^0 answers of the desk given, 0 not' work
same "nor is anything open" 0 "$(sql 'select count(*) from person_order where state < 2')"

# ---- whose an installed product is ----
enrol product
by_product() {
	curl -sf -o page --data-urlencode "f-kind=$1" --data-urlencode f-regulation=gdpr --data-urlencode "f-sender=$canary" -d contact= -d way=key \
		--data-urlencode "message=please $canary" --data-urlencode "proof=$(proof product "$enrolment" log.example/desk persons)" "$desk/intake/persons" || return
	secret=$(sed -n 's/.*<code class="secret">\([0-9A-Z]*\)<.*/\1/p' page)
	"$pellucid" worker run --once >/dev/null 2>&1 # the index
	number=$("$pellucid" person find "product=$(cat product.pub)" --json | grep -o 'persons/[0-9]*' | tail -n 1 | tr -dc 0-9)
}
check "an installed product asks for a copy" by_product copy
answers "how it showed who it is stands in the case" 0 '^identity *product-key' "$pellucid" register show persons "$number"
answers "and in that of a person" 0 '^identity *mailed-code' "$pellucid" register show persons 2
does "its copy is ordered" 303 'said=noted' desk POST "$p/$number/person/copy" recipient= language=en
answers "and given" 0 '^1 answers of the desk given, 0 not' work
its() { # FILE NUMBER: the newest answer's file
	curl -sf -o page --data-urlencode "secret=$secret" "$desk/receipt" &&
		curl -sf -o "$1" --data-urlencode "secret=$secret" --data-urlencode "file=$(grep -o 'name="file" value="[0-9]*"' page | tail -n 1 | cut -d'"' -f4)" "$desk/receipt/answer"
}
check "by the secret that it was shown" its product.zip
holds() { python3 -c 'import json, sys, zipfile
rows = json.loads(zipfile.ZipFile(sys.argv[1]).read("data/cases/persons.json"))
assert [r["case"] for r in rows] == [int(n) for n in sys.argv[2:]], rows' "$@"; }
check "it holds this product's cases and nobody else's" holds product.zip "$number"
was=$number
check "then it asks to be deleted" by_product delete
does "one proposes" 303 'said=proposed' desk POST "$p/$number/person/erase"
path=$(sed 's/?.*//' to)
does "another agrees" 303 'said=carried-out' legal POST "$path/approve" "digest=$(shown legal)"
answers "it is certified and given" 0 '^1 answers of the desk given, 0 not' work
answers "the case before is erased" 0 erased "$pellucid" register show --private persons "$was"
"$pellucid" register head persons >/dev/null
answers "and given with the proof" 0 '^1 answers of the desk given, 0 not' work

# ---- by itself, with the rights of its service; and who answers for himself is asked ----
openssl ecparam -name prime256v1 -genkey -noout -out one.key
openssl ec -in one.key -pubout -out inst/one.pem 2>/dev/null
cp one.key two.key && cp inst/one.pem inst/two.pem
mkdir one two
processor() { cd "$1" && exec python3 "$PL_SRC/tests/lib/opendsr_processor.py" "../$1.key" "dsr.$1.example"; }
start one processor one
start two processor two
ready one processor.ready
ready two processor.ready
cat >>inst/holdings <<END
store mailing opendsr http://127.0.0.1:${port[one]}/requests dsr.one.example one.pem example
class mailing addresses frankfurt-2 mailing-gmbh 0 email,language
store support opendsr http://127.0.0.1:${port[two]}/requests dsr.two.example two.pem example
class support tickets zurich-1 support-ag 12 email,text
END
: >two/refuses
check "somebody else asks" request delete other@remote.example
number=$("$pellucid" person find email=other@remote.example | sed -n 's|.*persons/||p')
start signer "$pellucid" signer
ready signer signer.ready
start keep "$pellucid" person keep
ready keep person.keeping
does "one proposes to erase" 303 'said=proposed' desk POST "$p/$number/person/erase"
path=$(sed 's/?.*//' to)
does "another agrees" 303 'said=carried-out' legal POST "$path/approve" "digest=$(shown legal)"
given() { [[ $(answered "$number") == 1 ]]; }
check "it is done by itself" soon given
check "the processors are asked" soon grep -q other@remote.example one/asked.dsr.one.example
shows() { ask desk GET "$p/$number" && grep -q 'badge bad">given up' page && grep -q 'taken in</span>' page; }
check "the desk sees who took it, and who refused" soon shows
check "and what can be done about it" grep -q 'pellucid worker revive ID' page
does "the queue as well" 200 '1 request to a processor was given up' desk GET /desk
check "the signer answered a role of its own" grep -q ' persons work ' inst/vault/reads
check "no event names anybody" not grep -qiE 'remote.example|canary' keep.log
stop keep signer
"$pellucid" worker bury "$("$pellucid" worker dead | cut -d' ' -f1)" >/dev/null
sed -i '/opendsr/d; /^class/d' inst/holdings

# ---- an order whose case goes ----
sql "update person_order set state = 0 where kind = 1 and number = 2"
"$pellucid" person release persons 2 >/dev/null
"$pellucid" register erase persons 2 >/dev/null
answers "there is nobody to answer any more" 3 '^0 answers of the desk given, 1 not' work
answers "and the order ends" 0 '^0 answers of the desk given, 0 not' work
does "which the desk sees" 200 'given up' desk GET $p/2
nowhere_at_all "after the erasure" "$canary" who@remote.example
exit "$failed"
