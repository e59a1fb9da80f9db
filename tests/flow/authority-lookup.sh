#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 600
# "We do not hold this" is answered of a look-up: every store was asked, what they said is kept with the case, sealed and committed to, and shown to whoever
# decides; it can be overridden with a reason, which is shown as well. Nobody says it otherwise, at the terminal, at the desk or by a decision.
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
unknown=Kirschkernbeisser@mail.example
known=Fichtenkreuzschnabel@mail.example
rejected="legal-check=passed decision=rejected reason=not-held"
# shellcheck disable=SC2086 # several words
propose() { cases propose $name "$1" reason $rejected --session bob.session --json; }
newest() { sql "SELECT outcome FROM work_lookup WHERE number = $1 ORDER BY seq DESC LIMIT 1"; }
# What the newest look-up says, as whoever opens the case reads it; its SHA-256; and what the case commits to.
text_of() { cases show $name "$1" --private --json | python3 -c 'import json, sys; sys.stdout.write([e["text"] for e in json.load(sys.stdin)["entries"] if e["kind"] == "look-up"][-1])'; }
committed() { register show $name "$1" --private --json | python3 -c 'import json, sys; d = json.load(sys.stdin); print({**d["fields"], **d.get("private", {})}.get("look-up") or "none")'; }

make_desk
set_conf web intake yes
set_conf vault per-hour 100000
set_conf vault per-hour-all 100000
set_conf answers networks "$PL_TMP/inst/networks"
echo '198.51.100.0/24' >inst/networks
check "somebody administers it" first_person
check "a desk" person bob desk
check "a lawyer" person lena legal
check "the register" register add "$PL_SRC/demo/$name.register"
check "its words" register words "$PL_SRC/demo/$name.words.en"
check "its form" "$pellucid" intake open "$PL_SRC/demo/$name.form"
head=received,channel,country,authority,instrument,category,data-type,emergency,decision
printf '%s\n' "$head,reason" "$now,post,de,police,court-order,user-data,subscriber,no,pending,not-held" >came.csv
answers "no case begins with it" 3 'no step that the declaration names' register enter $name came.csv
echo "$head" >came.csv
for _ in 1 2 3 4 5 6 7 8; do echo "$now,post,de,police,court-order,user-data,subscriber,no,pending"; done >>came.csv
check "eight requests" register enter $name came.csv --promises secrets
echo 'There is nothing.' >reason

# ---- without one ----
answers "nothing is proposed that nobody looked up" 1 '"not held" is answered after a look-up' propose 1
check "with what to do" grep -q "pellucid case look-up $name 1 IDENTITY" err
answers "a digest that somebody made up is none" 1 'digest of no look-up of this case' register change $name 1 look-up="sha256:$(printf 1 | sha256sum | cut -d' ' -f1)"
answers "without anybody to look for there is none" 2 'for whom the stores are asked' cases look-up $name 1
answers "nor for what is no identity" 2 'expected email' cases look-up $name 1 somebody
answers "nor of a case that is not there" 3 'no case 99' cases look-up $name 99 email=$unknown
printf 'pellucid-register v1\nname plain\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\nretain 24\nfield received time generalised month\nfield words text sealed\ntotal cases count\n' >plain.decl
check "a register that does not answer by look-ups" register add plain.decl
printf 'received,words\n%s,x\n' "$now" >plain.csv
check "has a case" register enter plain plain.csv
answers "takes none" 3 'declares no field "look-up"' cases look-up plain 1 email=$unknown

# ---- a store of the operator's ----
cat >crm.sh <<END
#!/bin/bash
read -r question
[[ ! -e $PL_TMP/broken ]] || exit 1
[[ "\$question" != *$known* ]] || echo '{"found":{"class":"buyers","rows":2}}'
echo '{"end":true}'
END
chmod +x crm.sh
printf 'pellucid-holdings v1\nhere zurich example 35\nstore crm command %s\nclass crm buyers zurich example 24 email\n' "$PL_TMP/crm.sh" >inst/holdings
touch broken
answers "where a store does not answer there is no look-up" 3 'crm' cases look-up $name 1 email=$unknown
same "and nothing is kept" "" "$(newest 1)"
rm broken
answers "of somebody whom no store knows" 0 'kept with the case: nothing' cases look-up $name 1 email=$unknown
check "every store was asked" bash -c 'grep -q "^accounts holds 0" out && grep -q "^cases holds 0" out && grep -q "^crm holds 0" out'
answers "the file tells what they said" 0 'look-up .*nothing .*crm=0' cases show $name 1
check "and not of whom" not grep -qi "${unknown%@*}" out
answers "who opens it reads that, too" 0 "asked email=$unknown" cases show $name 1 --private
same "the case commits to these words" "sha256:$(text_of 1 | sha256sum | cut -d' ' -f1)" "$(committed 1)"
answers "then it is proposed" 0 '"decision"' propose 1
check "and decided by another" cases approve "$(field "$(cat out)" decision)" --session lena.session

# ---- found, and all the same ----
answers "of somebody whom a store knows" 0 'kept with the case: found' cases look-up $name 2 "email=$known" "email=$unknown"
answers "it is not said" 1 'it found something' propose 2
answers "not with the look-up of another case" 1 'no look-up of this case' register change $name 2 look-up="$(committed 1)"
echo ' ' >blank
answers "a reason is given, or none" 2 'why it is not held' cases look-up $name 2 --although blank
answers "for nobody" 2 'asks for nobody' cases look-up $name 2 "email=$known" --although reason
echo 'The order asks for connections, and the store keeps invoices: Goldammer.' >although
answers "with a reason it can be said" 0 'kept with the case: although' cases look-up $name 2 --although although
same "the case commits to the reason" "sha256:$(text_of 2 | sha256sum | cut -d' ' -f1)" "$(committed 2)"
answers "and it is proposed" 0 '"decision"' propose 2
both=$(field "$(cat out)" decision)
answers "a look-up in the meantime is another case" 0 'found' cases look-up $name 2 "email=$known"
answers "which nobody decides on" 3 'was changed since' cases approve "$both" --session lena.session
answers "nor can it be proposed again" 1 'it found something' propose 2
check "but with a reason" cases look-up $name 2 --although although

# ---- a store that answers later ----
openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -out inst/mailing.pem -days 30 -subj /CN=dsr.mailing.example 2>/dev/null
cp inst/holdings holdings.before
printf 'store mailing opendsr https://dsr.mailing.example/requests dsr.mailing.example mailing.pem example\nclass mailing addresses frankfurt mailing 0 email\n' >>inst/holdings
answers "a processor answers later" 0 'kept with the case: later' cases look-up $name 3 email=$unknown
answers "until then it is not said" 1 'answers later' propose 3
cp holdings.before inst/holdings

# ---- at the desk ----
# shellcheck disable=SC2119 # its options are its own
start_desk
fresh
at=/desk/case/$name
does "the case says that nobody looked" 200 'Nobody has looked up what is held' bob GET "$at/4"
does "where the reader's language has no words the English ones stand" 200 'Part of the world' bob GET "$at/4?lang=de"
check "on a page in that language" grep -q '<html lang="de"' page
does "what it found stands there" 200 'badge bad">a store answers later' bob GET "$at/3"
does "and which stores said what" 200 '<code>.*crm=0.*mailing=later' bob GET "$at/3"
facts() { echo f-channel=post f-country=de f-authority=police f-instrument=court-order f-category=user-data f-data-type=subscriber f-emergency=no "$@"; }
# shellcheck disable=SC2046 # several words
does "values that do not go together are told as that" 400 'do not go together' bob POST "$at/4/change" revision=0 $(facts f-decision=pending f-reason=not-held)
same "nothing was written" 0 "$(register show $name 4 --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["revision"])')"
does "nor does a proposal" 403 'nobody has looked' bob POST "$at/4/propose" revision=0 p-legal-check=passed p-decision=rejected p-reason=not-held text=x
does "a reason is one" 400 'reason' bob POST "$at/4/although" 'text=  '
does "a reason is kept" 303 'said=noted' bob POST "$at/4/although" 'text=The order names an <b>address</b> of a network, for which no store can be asked: Goldammer.'
does "it is private" 200 'badge warn">not held, for a reason' lena GET "$at/4"
check "so" not grep -q Goldammer page
does "who opens the case reads it" 200 'an &lt;b&gt;address.*Goldammer' lena POST "$at/4/read"
does "it is proposed" 303 'said=proposed' bob POST "$at/4/propose" revision=1 p-legal-check=passed p-decision=rejected p-reason=not-held text=so
page=$(sed 's/?.*//; s|^http://[^/]*||' to)
does "whoever decides sees that it was overridden" 200 'badge warn">not held, for a reason' lena GET "$page"
check "by whom" bash -c 'tr -d "\n" <page | grep -qE "not held, for a reason.* · bob"'
check "and not yet why" not grep -q Goldammer page
does "who opens it reads why" 200 'Goldammer' lena POST "$page/read"
digest=$(grep -o '[0-9a-f]\{64\}</code>' page | head -n 1 | cut -c 1-64)
does "and agrees" 303 'said=carried-out' lena POST "$page/approve" "digest=$digest"
does "a register without look-ups has none" 404 '' bob POST /desk/case/plain/1/although text=x

# ---- a look-up that the desk orders ----
work() { "$pellucid" person work; }
form() { # WHAT STATUS PATTERN WHO PATH FIELD=VALUE-OR-@FILE...: a form that may bring files
	local what=$1 want=$2 pattern=$3 who=$4 path=$5 field data=()
	shift 5
	for field in "$@"; do data+=(-F "$field"); done
	status=$(curl -sS -o page -D headers -w '%{http_code}' -b "pl-desk=$(cat "$who.session")" -H "Origin: $desk" -H 'Sec-Fetch-Site: same-origin' \
		-F "csrf=${token[$who]}" "${data[@]}" "$desk$path")
	tr -d '\r' <headers | sed -n 's/^[Ll]ocation: //p' >to
	check "$what" bash -c '[[ $0 == "$1" ]] || { echo "status $0"; sed -n "/<main/,$ p" page | head -c 600; exit 1; }; cat page to | grep -qE -e "$2"' "$status" "$want" "$pattern"
}
does "somebody has to be named" 400 'Nobody can be looked up by that' bob POST "$at/7/look-up" 'text= '
does "by what there is" 400 'Nobody can be looked up by that' bob POST "$at/7/look-up" 'text=somebody'
does "and of another case" 404 '' bob POST /desk/case/plain/1/look-up "text=email=$unknown"
same "the authority writes whom it means" 200 "$(curl -sS -o page -w '%{http_code}' -F "secret=$(sed -n 's/^7 //p' secrets)" \
	-F "message=It is <$unknown>, or $unknown, whom we look for." "$desk/receipt/message/$name")"
does "whoever opens the case chooses" 200 "name=\"id-0\" value=\"email=$unknown\"" bob POST "$at/7/read"
same "each once" 1 "$(grep -c 'name="id-[0-9]*"' page)"
does "it is ordered" 303 'said=noted' bob POST "$at/7/look-up" 'text=account=nobody-here' "id-0=email=$unknown"
does "waits" 200 'badge warn">waits<' bob GET "$at/7"
check "and names nobody" not grep -qi "${unknown%@*}" page
touch broken
answers "while a store does not answer" 3 '1 not$' work
does "it waits, and says that" 200 'badge bad">waits, failed' bob GET "$at/7"
rm broken
answers "where the keys are it is made" 0 '^1 other orders of the desk carried out, 0 not' work
answers "once" 0 '^0 other orders' work
does "what came of it stands there" 200 'badge good">nothing is held' bob GET "$at/7"
check "and who ordered it" bash -c 'tr -d "\n" <page | grep -qE "nothing is held</span> <time[^>]*>[^<]*</time> · bob"'
same "the case commits to it" "sha256:$(text_of 7 | sha256sum | cut -d' ' -f1)" "$(committed 7)"
check "and both were asked for" bash -c '[[ $0 == *"asked account=nobody-here"*"asked email=$1"* ]]' "$(text_of 7)" "$unknown"
does "then it is proposed" 303 'said=proposed' bob POST "$at/7/propose" revision=1 p-legal-check=passed p-decision=rejected p-reason=not-held text=so

# ---- the words of an answer ----
said() { cases show $name "$1" --private --json | python3 -c 'import json, sys; print(*(e["text"] for e in json.load(sys.stdin)["entries"] if e["kind"] == "answer"), sep="|")'; }
echo "Ask $known." >words
answers "at the terminal words with an address do not go out" 1 '^clear email words 4 sha256:' cases answer $name 8 words
check "with what to do" grep -q -- '--cleared' err
sed -n 's/^clear .*/& bob own-address/p' out >cleared
answers "nor because the desk says so" 1 'no active account with the role legal or officer' cases answer $name 8 words --cleared cleared
same "nothing went out" "" "$(said 8)"
sed -i 's/ bob / lena /' cleared
answers "but because a lawyer does" 0 'whoever has the secret' cases answer $name 8 words --cleared cleared
same "they went" "Ask $known." "$(said 8)"
check "and why is kept" bash -c '"$0" case show "$1" 8 --private | grep -q "clear email words 4 .* lena own-address"' "$pellucid" $name
cp words 'my words'
answers "a file whose name no line can have is called text" 1 '^clear email text 4 sha256:' cases answer $name 8 'my words'
answers "so with a mail, and its subject" 1 '^clear email subject 3 sha256:' cases mail $name 8 "to $known" reason
echo '192.0.2.0/24 # at home' >inst/networks
echo 'Seen at 192.0.2.7.' >words
answers "a network of private persons is looked for as the configuration says" 1 '^clear address words 8 ' cases answer $name 8 words
form "at the desk words without anything go" 303 'said=noted' bob "$at/8/answer" 'text=We are looking.'
form "a file that is no package does not, whatever the words" 422 'package' bob "$at/8/answer" "text=Ask <b>$known</b>." 'files=@came.csv;filename=x.csv'
form "others do not" 422 'may be data of users. Nothing has gone out' bob "$at/8/answer" "text=Ask <b>$known</b>."
check "it is said what and where" bash -c 'grep -q "an e-mail address" page && grep -q "line 1, byte 7" page && grep -q "&lt;b&gt;Ficht" page'
why=$(grep -o 'name="why-[0-9a-f]\{16\}"' page | cut -d'"' -f2)
echo 'not a network' >inst/networks
form "with a list of networks that cannot be read nothing goes" 400 'expected a network like' bob "$at/8/answer" 'text=We look on.'
answers "nor at the terminal" 2 'expected a network like' cases answer $name 8 reason
echo '192.0.2.0/24' >inst/networks
does "a mail as well" 422 'may be data of users' bob POST "$at/8/mail" "subject=About $known" text=x
same "nothing went" "Ask $known.|We are looking." "$(said 8)"
does "without a reason nobody is asked" 400 'Say of each finding' bob POST "$at/8/words" what=answer "text=Ask <b>$known</b>."
does "nor with a sentence" 400 'badge bad">no reason' bob POST "$at/8/words" what=answer "text=Ask <b>$known</b>." "$why=He is ours"
does "with one it is proposed" 303 'said=proposed' bob POST "$at/8/words" what=answer "text=Ask <b>$known</b>." "$why=own-address"
page=$(sed 's/?.*//; s|^http://[^/]*||' to)
does "twice it is the same" 303 "$page" bob POST "$at/8/words" what=answer "text=Ask <b>$known</b>." why-all=own-address
does "it waits beside the case" 200 "waits for a second person.*The words of an answer|$page" lena GET "$at/8"
check "and shows nothing" not grep -q Ficht page
does "whoever decides opens it first" 200 'Open it first' lena GET "$page"
check "it says nothing until then" not grep -q Ficht page
does "then sees words, finding and reason" 200 '<strong>own-address' lena POST "$page/read"
check "word for word" grep -q '<pre class="prose">Ask &lt;b&gt;Fichtenkreuzschnabel@mail.example&lt;/b&gt;.</pre>' page
digest=$(grep -o '[0-9a-f]\{64\}</code>' page | tail -n 1 | cut -c 1-64)
does "nobody agrees with himself" 403 '' bob POST "$page/approve" "digest=$digest"
does "nor without the bytes that were shown" 409 '' lena POST "$page/approve" "digest=$(printf %064d 1)"
does "another agrees, and they go" 303 'said=carried-out' lena POST "$page/approve" "digest=$digest"
same "as they stood" "Ask $known.|We are looking.|Ask <b>$known</b>." "$(said 8)"
does "once" 409 '' lena POST "$page/approve" "digest=$digest"
echo '198.51.100.0/24' >inst/networks
does "others are proposed" 303 'said=proposed' bob POST "$at/8/words" what=answer "text=Ask $known at 192.0.2.7." why-all=own-address
page=$(sed 's/?.*//; s|^http://[^/]*||' to)
echo '192.0.2.0/24' >inst/networks
does "what is found since was not cleared" 409 '1 findings stand there that nobody cleared' lena POST "$page/approve" "digest=$(sql 'SELECT lower(hex(digest)) FROM decision ORDER BY made_at DESC LIMIT 1')"
same "and nothing went" "Ask $known.|We are looking.|Ask <b>$known</b>." "$(said 8)"
does "whoever may agree may refuse" 303 'said=closed' lena POST "$page/close"
does "then it goes no more" 409 '' lena POST "$page/approve" "digest=$(printf %064d 1)"
echo '198.51.100.0/24' >inst/networks

# ---- of a case that is erased ----
does "a look-up is ordered" 303 'said=noted' bob POST "$at/6/look-up" "text=email=$unknown"
does "words are proposed" 303 'said=proposed' bob POST "$at/6/words" what=answer "text=Ask $known." why-all=own-address
page=$(sed 's/?.*//; s|^http://[^/]*||' to)
check "then it is erased" register erase $name 6
answers "it is not looked up" 3 'erased' cases look-up $name 6 email=$unknown
answers "nor for the desk: the order ends" 0 '^0 other orders of the desk carried out, 0 not' work
does "which says so" 200 'given up: the case was erased' bob GET "$at/6"
does "words that are gone are not opened" 409 'was erased' lena POST "$page/read"
does "nor sent" 409 'was erased' lena POST "$page/approve" "digest=$(grep -o '[0-9a-f]\{64\}</code>' page | tail -n 1 | cut -c 1-64)"

# ---- a package of expertise ----
mkdir -p given
echo 'domain evil.example.com, wrote to contact@evil.example.com' >given/indicators.txt
printf 'rule evil { strings: $a = "192.0.2.7" }\n' >given/evil.yar
form "files are added to the case" 200 'name="part-[0-9]*" value="yes" checked *> indicators.txt' bob "$at/8/expertise/add" files=@given/evil.yar files=@given/indicators.txt
check "and looked through" bash -c 'grep -q "<code>indicators.txt</code>.*line 1, byte 34" page && grep -q "<code>contact@evil.example.com</code>" page'
mapfile -t parts < <(grep -o 'name="part-[0-9]*"' page | cut -d'"' -f2 | sed 's/$/=yes/')
why=$(grep -o 'name="why-[0-9a-f]\{16\}"' page | cut -d'"' -f2)
does "nothing is packed of nothing" 400 'Choose what is packed' bob POST "$at/8/expertise/propose"
does "nor without a reason" 400 'Say of each finding' bob POST "$at/8/expertise/propose" "${parts[@]}" language=en
does "with one it is proposed" 303 'said=proposed' bob POST "$at/8/expertise/propose" "${parts[@]}" language=en "$why=indicator"
page=$(sed 's/?.*//; s|^http://[^/]*||' to)
does "whoever decides sees the files and what was found" 200 'contact@evil.example.com' lena POST "$page/read"
digest=$(grep -o '[0-9a-f]\{64\}</code>' page | tail -n 1 | cut -c 1-64)
answers "nothing is made before" 0 '^0 other orders' work
seq=$(cases show $name 8 --json | python3 -c 'import json, sys; print([e["entry"] for e in json.load(sys.stdin)["entries"] if e["kind"] == "outgoing"][-1])')
sql "INSERT INTO person_errand (register, number, kind, entry, state, made, account, why) VALUES ('$name', 8, 1, $seq, 0, 1, x'00112233445566778899aabbccddeeff', '')"
answers "nor by an order that somebody wrote into the database" 3 'it is not what two persons decided' work
does "and agrees" 303 'said=carried-out' lena POST "$page/approve" "digest=$digest"
echo '192.0.2.0/24' >inst/networks
answers "what is found where it is made was not cleared" 3 'package: 1 findings are neither removed nor cleared' work
echo '198.51.100.0/24' >inst/networks
for wait in 0.05 0.15 0.3; do timeout -s KILL "$wait" "$pellucid" person work >/dev/null 2>&1 || true; done
check "it is made where the keys are, killed or not" work
same "once" "package-8.zip" "$(cases files $name 8 --private --json | python3 -c 'import json, sys; print(*(f["name"] for f in json.load(sys.stdin) if f["name"].startswith("package")))')"
seq=$(cases files $name 8 --private --json | python3 -c 'import json, sys; print(*(f["entry"] for f in json.load(sys.stdin) if f["name"] == "package-8.zip"))')
does "it is among the files" 200 'badge good">package<' bob POST "$at/8/read"
ask bob POST "$at/8/file/$seq"
mv page desk.zip
answers "whoever gets it checks it" 0 'an answer of the kind expertise' "$pellucid" person check desk.zip --trust inst/trust.policy
mkdir -p desk.d own.d
(cd desk.d && python3 -m zipfile -e ../desk.zip .)
same "the case commits to it" "sha256:$(sha256sum <desk.d/manifest.json | cut -d' ' -f1)" \
	"$(register show $name 8 --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["fields"]["package"])')"
"$pellucid" expertise check given/evil.yar given/indicators.txt >out 2>err || true
sed -n 's/^clear .*/& lena indicator/p' out >cleared
check "the terminal makes one, too" "$pellucid" expertise make given/evil.yar given/indicators.txt --cleared cleared --out own.zip
(cd own.d && python3 -m zipfile -e ../own.zip .)
rm -f {desk,own}.d/manifest.json {desk,own}.d/manifest.dsse.json
check "of the same bytes, but for its time" diff -r desk.d own.d
form "what was not made like that does not go with an answer" 422 'package' bob "$at/8/answer" text=x files=@given/evil.yar
form "the package does" 303 'said=noted' bob "$at/8/answer" 'text=Here it is.' "enclose-$seq=yes"
same "as its own file" "$(sha256sum <desk.zip | cut -d' ' -f1)" "$(cases files $name 8 --private --json | python3 -c 'import json, sys; print(*(f["sha256"] for f in json.load(sys.stdin) if f["given"]))')"
form "a file of the case that is none does not" 422 'package' bob "$at/8/answer" text=x "enclose-${parts[0]//[!0-9]/}=yes"
form "nor one of another case, or none" 303 'said=noted' bob "$at/8/answer" 'text=Nothing beside it.' enclose-1=yes enclose-99999=yes enclose-x=yes
form "a name that a package cannot have is said" 400 'give it one and add it again' bob "$at/8/expertise/add" 'files=@came.csv;filename="<b> evil.yar"'
form "nor are two files called the same" 400 'two files of a package cannot have the same name' bob "$at/8/expertise/add" files=@given/evil.yar
form "nothing added is said" 400 '' bob "$at/8/expertise/add"
does "a register that gives no packages has no such page" 404 '' bob POST /desk/case/plain/1/expertise
does "nor looks through words" 404 '' bob POST /desk/case/plain/1/words what=answer text=x
stop web

# ---- afterwards ----
check "another look-up finds something" cases look-up $name 1 "email=$known"
check "the case goes on" register change $name 1 accounts=3
answers "what it was said of stays" 1 'stays as long as' register change $name 1 look-up=
answers "an answer for another reason needs no look-up" 0 '"decision"' cases propose $name 5 reason legal-check=failed decision=rejected reason=no-legal-basis --session bob.session --json
check "and is decided" cases approve "$(field "$(cat out)" decision)" --session lena.session
# shellcheck disable=SC2119 # its options are its own
start_desk
# shellcheck disable=SC2046 # several words
does "but the form of facts does not make it one of these afterwards" 403 'Not held. is answered when' bob POST "$at/5/change" revision=1 \
	$(facts f-decision=rejected f-legal-check=failed f-reason=not-held)
same "nothing was written" 1 "$(register show $name 5 --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["revision"])')"
# How long the answer took is counted, at the desk as at the terminal.
does "the form of facts asks for the moment of the answer" 200 'name="f-answered-at"' bob POST "$at/5/read"
check "and for nothing that is counted of it" not grep -qE 'name="f-(hours|days|clock-met)"' page
check "as it says" grep -q 'is counted from the clocks of the case' page
decided="f-decision=rejected f-legal-check=failed f-reason=no-legal-basis"
# shellcheck disable=SC2046,SC2086 # several words
does "whoever sends something else is told what was said and what is" 400 'is said to be 9, and is 0: no clock ran' bob POST "$at/5/change" revision=1 $(facts $decided f-answered-at="$now" f-hours=9)
# shellcheck disable=SC2046,SC2086 # several words
does "or that there is no answer" 400 'there is no .*answered-at' bob POST "$at/5/change" revision=1 $(facts $decided f-clock-met=met)
same "nothing was written of that, either" 1 "$(register show $name 5 --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["revision"])')"
# shellcheck disable=SC2046,SC2086 # several words
does "the moment is enough" 303 'said=noted' bob POST "$at/5/change" revision=1 $(facts $decided f-answered-at="$now")
same "the rest follows" "0 0 no-clock" "$(register show $name 5 --json | python3 -c 'import json, sys; f = json.load(sys.stdin)["fields"]; print(f["hours"], f["days"], f["clock-met"])')"
stop web
answers "nor does the terminal" 1 'nobody has looked' register change $name 5 reason=not-held
# ---- killed in the middle ----
for wait in 0.02 0.05 0.1 0.15 0.2 0.3; do
	timeout -s KILL "$wait" "$pellucid" case look-up $name 3 email=$unknown >/dev/null 2>&1 || true
	kept=$(sql "SELECT count(*) FROM work_lookup WHERE number = 3")
	same "killed after $wait s: entries, digests and revisions are of one mind" "$kept $kept" \
		"$(sql "SELECT count(*) FROM work_entry WHERE number = 3 AND register = '$name' AND kind = 23") $(register show $name 3 --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["revision"])')"
done
same "the newest is what the case commits to" "sha256:$(text_of 3 | sha256sum | cut -d' ' -f1)" "$(committed 3)"

# ---- outside ----
check "no name stands in the clear" bash -c '! grep -rqaiF -e "${0%@*}" -e "${1%@*}" -e Goldammer inst ./*.log' "$unknown" "$known"
check "a head" register head $name
period=$(date -u +%Y)-H$((($(date -u +%-m) + 5) / 6))
check "the report" "$pellucid" report make $name "$period"
check "is taken" "$pellucid" report take $name "$period"
check "and opens nothing of it" not grep -qF "$(committed 2 | cut -d: -f2)" "$name-$period.openings"
answers "and is counted again" 0 'user-data-rejected *3$' "$pellucid" report verify "$name-$period.openings" --bundle "$name-$period.tlog-proof" --trust inst/trust.policy
exit "$failed"
