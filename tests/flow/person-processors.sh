#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 600
# One person's request goes to processors in the shape of OpenDSR: handed over by durable jobs, tried again, with receipts that are
# verified by the processor's configured certificate. And expertise for an authority goes only when it is clear of data of users.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
who=email=Example.Person@example.org

make_instance log.example/processors >/dev/null
openssl req -x509 -newkey rsa:2048 -nodes -keyout one.key -out inst/one.pem -days 2 -subj /CN=dsr.one.example \
	-addext subjectAltName=DNS:dsr.one.example 2>/dev/null
openssl ecparam -name prime256v1 -genkey -noout -out two.key
openssl ec -in two.key -pubout -out inst/two.pem 2>/dev/null

# ---- a processor ----

start one python3 "$PL_SRC/tests/lib/opendsr_processor.py" one.key dsr.one.example
ready one processor.ready
start two python3 "$PL_SRC/tests/lib/opendsr_processor.py" two.key dsr.two.example
ready two processor.ready
cat >inst/holdings <<END
pellucid-holdings v1
here zurich-1 example-ag 35
store mailing opendsr http://127.0.0.1:${port[one]}/requests dsr.one.example one.pem example
class mailing addresses frankfurt-2 mailing-gmbh 0 email,language
store support opendsr http://127.0.0.1:${port[two]}/requests dsr.two.example two.pem example
class support tickets zurich-1 support-ag 12 email,text
END
answers "they are named as those who answer for themselves" 0 'mailing (is asked by pellucid person send)' "$pellucid" person where "$who"

# ---- handing over ----

: >away
answers "a request is kept for both" 0 '2 processors' "$pellucid" person send erasure "$who"
id=$(sed -n 's/^request \([^:]*\):.*/\1/p' out)
nobody_reads() { ! grep -rlaiF example.person inst "${PL_TEST_DB#sqlite:}"* 2>/dev/null | grep .; }
check "sealed" nobody_reads
answers "who is away is asked again later" 3 '0 answered, 2 did not' "$pellucid" person work
check "and it is said" has 'status 503 where 201 was expected'
rm away
# By the process that does it by itself; nobody asks.
start keep "$pellucid" person keep
ready keep person.keeping
handed() { "$pellucid" person receipts >out 2>err; [[ $(grep -c "$id .*pending" out) == 2 ]]; }
check "then it is handed over, by itself" soon handed
stop keep
check "which says how many answered, and nobody's words" grep -q '^evt=person.processors .*answered=[12]' keep.log
check "nor whom it was about" not grep -qi example.person keep.log
check "as the specification says" python3 - "$id" <<'END'
import json, sys
a = json.load(open("asked.dsr.one.example"))
assert a["subject_request_id"] == sys.argv[1] and a["subject_request_type"] == "erasure" and a["regulation"] == "gdpr"
assert a["subject_identities"] == [{"identity_type": "email", "identity_value": "Example.Person@example.org", "identity_format": "raw"}]
END
answers "the receipts are verified" 0 'mailing 1: pending, .*: verified' "$pellucid" person receipts "$id"
check "by a bare key, too" has 'support 1: pending, .*: verified'
check "the receipt that repeats the request is not kept" nobody_reads

# ---- how it goes ----

echo in_progress >state
answers "they are asked how it goes" 0 '2 answered, 0 did not' "$pellucid" person work --ask
answers "and say so" 0 "$id mailing *erasure *in_progress" bash -c '"$0" person receipts | sed "s/  */ /g"' "$pellucid"
answers "what is under way is not cancelled" 0 '2 processors' "$pellucid" person send cancel "$id"
"$pellucid" person work >/dev/null
answers "but goes on" 0 'in_progress' "$pellucid" person receipts
: >liar
echo completed >state
answers "an answer with a wrong signature counts for nothing" 3 'signature is not that of mailing' "$pellucid" person work --ask
rm liar
answers "with the right one it does" 0 '2 answered' "$pellucid" person work --ask
answers "it is over" 0 'completed, .*results https://results.example/' "$pellucid" person receipts
answers "every receipt is kept and verified" 0 'mailing 3: completed, .*: verified' "$pellucid" person receipts "$id"
openssl ec -in two.key -pubout 2>/dev/null >good.pem
openssl ecparam -name prime256v1 -genkey -noout 2>/dev/null | openssl ec -pubout -out inst/two.pem 2>/dev/null
answers "another key does not verify them" 1 'support 1: .*NOT verified' "$pellucid" person receipts "$id"
cp good.pem inst/two.pem

# ---- cancelling, callbacks ----

rm state
: >refuses
"$pellucid" person send access "$who" >out
refused=$(sed -n 's/^request \([^:]*\):.*/\1/p' out)
answers "who refuses is not asked again and again" 3 '0 answered, 2 did not' "$pellucid" person work
answers "nobody forgets it" 0 "person-processor .*after 1 attempts" "$pellucid" worker dead
rm refuses
job=$("$pellucid" worker dead | head -n 1 | cut -d' ' -f1)
answers "it is tried again by a person's act" 0 'is tried again' "$pellucid" worker revive "$job"
answers "then it goes" 0 '1 answered, 0 did not' "$pellucid" person work
answers "to that one alone" 0 '^1$' bash -c '"$0" person receipts | grep -c "$1 .*pending"' "$pellucid" "$refused"
"$pellucid" worker bury "$("$pellucid" worker dead | head -n 1 | cut -d' ' -f1)" >/dev/null

"$pellucid" person send access "$who" >out
id=$(sed -n 's/^request \([^:]*\):.*/\1/p' out)
"$pellucid" person work >/dev/null
answers "what is pending is cancelled" 0 '2 processors' "$pellucid" person send cancel "$id"
"$pellucid" person work >/dev/null
answers "with a receipt" 0 'mailing 2: cancelled, .*: verified' "$pellucid" person receipts "$id"

"$pellucid" person send portability "$who" --callback https://dsr.example/callbacks >out
id=$(sed -n 's/^request \([^:]*\):.*/\1/p' out)
"$pellucid" person work >/dev/null
printf '{"controller_id":"example","expected_completion_time":"2030-01-01T00:00:00Z","status_callback_url":"https://dsr.example/callbacks","subject_request_id":"%s","request_status":"completed"}' "$id" >callback
signature=$(openssl dgst -sha256 -sign one.key callback | base64 -w0)
answers "a callback is taken in" 0 'taken in' "$pellucid" person callback mailing callback --domain dsr.one.example --signature "$signature"
answers "once: nothing leaves completed" 0 "$id mailing portability completed" bash -c '"$0" person receipts | sed "s/  */ /g"' "$pellucid"
answers "what was said before is not taken in again" 2 'taken in before' "$pellucid" person callback mailing callback --domain dsr.one.example --signature "$signature"
answers "not for another domain" 1 'another domain' "$pellucid" person callback mailing callback --domain dsr.two.example --signature "$signature"
answers "not of another processor" 1 'signature is not that of support' "$pellucid" person callback support callback --domain dsr.two.example --signature "$signature"

# ---- they call back, over HTTP ----

set_conf web intake yes
set_conf web url https://portal.example
set_conf web port 0
"$pellucid" person send access "$who" >out
id=$(sed -n 's/^request \([^:]*\):.*/\1/p' out)
"$pellucid" person work >/dev/null
check "they are told where" grep -qF '"status_callback_urls":["https://portal.example/opendsr/callbacks"]' asked.dsr.one.example
start web "$pellucid" web --rate 1000000
ready web web.serving
url=http://localhost:${port[web]}/opendsr/callbacks
status_of() { # FILE STATE [ID [URL]]
	printf '{"controller_id":"example","expected_completion_time":"2030-01-01T00:00:00Z","status_callback_url":"%s","subject_request_id":"%s","request_status":"%s"}' \
		"${4:-https://portal.example/opendsr/callbacks}" "${3:-$id}" "$2" >"$1"
}
# reports WHAT STATUS WORDS FILE [DOMAIN [KEY [HEADER]]]
reports() {
	serves "$1" "$2" "$3" --data-binary "@$4" -H 'Content-Type: application/json' -H "${7:-X-OpenDSR}-Processor-Domain: ${5:-dsr.one.example}" \
		-H "${7:-X-OpenDSR}-Signature: $(openssl dgst -sha256 -sign "${6:-one.key}" "$4" | base64 -w0)" "$url"
}
receipts() { sql "select count(*) from person_receipt"; }
n=$(receipts)
status_of progress in_progress
reports "nobody reports for another" 403 'not signed by a processor' progress dsr.one.example two.key
cp body refused
reports "nor somebody whom nobody asked" 403 'not signed by a processor' progress dsr.three.example
check "both learn the same" cmp body refused
serves "nor without a signature" 403 'not signed by a processor' --data-binary @progress "$url"
check "and that, too" cmp body refused
python3 -c 'print("x" * 20000)' >large
serves "what is too long is not read" 413 '' --data-binary @large "$url"
printf '{"controller_id":' >broken
reports "what is no status is refused" 400 '"error"' broken
status_of other in_progress "$id" https://other.example/callbacks
reports "what was meant for somebody else, too" 400 'not this address' other
status_of unknown in_progress 00000000-0000-4000-8000-000000000000
reports "a request that was never made" 404 'no such request' unknown
same "nothing of that was kept" "$n" "$(receipts)"
reports "a processor reports" 202 '' progress
answers "and it counts" 0 "$id mailing access in_progress" bash -c '"$0" person receipts | sed "s/  */ /g"' "$pellucid"
answers "with its signature" 0 'mailing 2: in_progress, .*: verified' "$pellucid" person receipts "$id"
reports "not twice" 409 'taken in before' progress
status_of completed completed
reports "the other one, by a bare key and the header's old name" 202 '' completed dsr.two.example two.key X-OpenGDPR
status_of back in_progress "$id"
printf ' ' >>back
reports "nothing leaves completed" 409 'beyond that' back dsr.two.example two.key
same "two were kept" $((n + 2)) "$(receipts)"
check "no event names anybody" not grep -qiF -e example.person -e "$id" web.log
stop web
set_conf web intake no
start web "$pellucid" web --rate 1000000
ready web web.serving
url=http://localhost:${port[web]}/opendsr/callbacks
reports "where nothing is taken in there is no such address" 404 '' completed
stop web

# ---- expertise ----

mkdir given
printf '%s\n' 'sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' 'domain evil.example.com' 'dropped by C:\Users\Example\AppData\x.exe' >given/indicators.txt
printf 'rule r { strings: $a = "contact@evil.example.com" condition: $a }\n' >given/rules.yar
answers "a user's folder is found" 1 '^clear user-path indicators.txt [0-9]* sha256:' "$pellucid" expertise check given/indicators.txt given/rules.yar
check "an address, too" has '^clear email rules.yar'
grep '^clear email' out >clears
answers "so it does not go" 1 'neither removed nor cleared' "$pellucid" expertise make given/indicators.txt given/rules.yar --out e.zip
check "nothing is written" not test -e e.zip
sed -i 's/Users.Example/Users\\Public/' given/indicators.txt
sed 's/$/ somebody indicator/' clears >cleared
answers "a finding is cleared by somebody with an account here" 1 'no active account with the role' "$pellucid" expertise make given/* --cleared cleared --out e.zip
# enrol NAME CODE: set a password as a person would, with an authenticator app; its recovery codes go to NAME.codes.
cat >enrol.py <<'PY'
import base64, hashlib, hmac, subprocess, sys, time
program, code, password = sys.argv[1:4]
p = subprocess.Popen([program, "account", "password"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
p.stdin.write(f"{code}\n{password}\n")
p.stdin.flush()
line = p.stdout.readline()
if not line:
    sys.exit(p.wait())
secret = base64.b32decode(line.split()[-1])
mac = hmac.new(secret, int(time.time() // 30).to_bytes(8, "big"), hashlib.sha1).digest()
at = mac[19] & 15
p.stdin.write(f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7fffffff) % 1000000:06}\n")
p.stdin.close()
print("".join(l for l in p.stdout if len(l) == 20), end="")
sys.exit(p.wait())
PY
enrol() {
	python3 enrol.py "$pellucid" "$2" "has a long password" >"$1.codes" 2>err
	[[ $(wc -l <"$1.codes") == 10 ]]
}
# login NAME: with the next recovery code
login() {
	local code
	code=$(head -n 1 "$1.codes")
	sed -i 1d "$1.codes"
	printf 'has a long password\n%s\n' "$code" | "$pellucid" account login "$1" --session "$1.session"
}

code=$(field "$("$pellucid" account first ada --email ada@example.org --json)" code)
enrol ada "$code" || bad "ada enrols"
login ada >/dev/null || bad "ada logs in"
code=$(field "$("$pellucid" account add somebody --role legal --session ada.session --json)" code)
answers "who was only invited clears nothing" 1 'no active account with the role' "$pellucid" expertise make given/* --cleared cleared --out e.zip
enrol somebody "$code" || bad "somebody enrols"
cat >matters.register <<'END'
pellucid-register v1
name matters
source intake
existence exact
opens rows
late-after 7
open-after 0
retain 24
field received time generalised month
field package digest open
total matters count
END
"$pellucid" register add matters.register >/dev/null
printf 'received\n%s\n' "$(date -u +%Y-%m-%dT00:00:00Z)" >matters.csv
"$pellucid" register enter matters matters.csv --promises matters.secrets >/dev/null

# ---- nothing else goes out of a register of expertise ----
echo 'What you asked for is enclosed.' >words
zeros=sha256:$(printf '0%.0s' {1..64})
answers "files that nobody looked through do not go out" 1 'not made by "pellucid expertise make"' "$pellucid" case answer matters 1 words given/rules.yar
check "and one is told what to do" has 'pellucid expertise make FILE'
python3 -c 'import shutil; shutil.make_archive("bare", "zip", "given")'
answers "nor an archive of them" 1 'not made by' "$pellucid" case answer matters 1 words bare.zip
answers "words do" 0 'whoever has the secret' "$pellucid" case answer matters 1 words
answers "a digest of nothing that was made here is refused" 1 '"package" is the digest of no package' "$pellucid" register change matters 1 "package=$zeros"
check "with what to do" has 'expertise make'
printf 'received,package\n%s,%s\n' "$(date -u +%Y-%m-%dT00:00:00Z)" "$zeros" >second.csv
answers "also when a case is entered" 1 'digest of no package' "$pellucid" register enter matters second.csv
answers "the case has none" 0 'revision *0' "$pellucid" register show matters 1
answers "then it goes" 0 'manifest sha256:' "$pellucid" expertise make given/* --cleared cleared --out e.zip --case matters/1 --field package
manifest=$(sed 's/.*manifest //' out)
answers "and the case is committed to it" 0 "^package *$manifest" "$pellucid" register show matters 1
answers "it goes out" 0 'whoever has the secret' "$pellucid" case answer matters 1 words e.zip
cp e.zip other.zip && echo >>other.zip
answers "one byte more does not" 1 'not made by' "$pellucid" case answer matters 1 words other.zip
answers "nor together with one that does" 1 'not made by' "$pellucid" case answer matters 1 words e.zip other.zip
cp e.zip renamed.zip
answers "its name does not matter" 0 'whoever has the secret' "$pellucid" case answer matters 1 words renamed.zip
answers "the digest of the file is known, too" 0 'revision' "$pellucid" register change matters 1 "package=sha256:$(sha256sum e.zip | cut -d' ' -f1)"
answers "a case changes further with what stands there" 0 'revision' "$pellucid" register change matters 1 "package=$manifest"
answers "but not to another" 1 'digest of no package' "$pellucid" register change matters 1 "package=$zeros"
answers "the authority checks it" 0 'an answer of the kind expertise' "$pellucid" person check e.zip --trust inst/trust.policy
echo '# changed' >>given/rules.yar
sed -i 's/contact@/contacts@/' given/rules.yar
answers "what was cleared is that finding and no other" 3 'has the file changed since' "$pellucid" expertise check given/* --cleared cleared
echo "Somebody was there" >given/indicators.txt
sed 's/contacts@/contact at /' -i given/rules.yar
answers "an account of this instance is known" 1 '^clear known indicators.txt 0' "$pellucid" expertise check given/*
printf '203.0.113.9 evil.example.com\n' >given/indicators.txt
answers "an address is nobody's" 0 '' "$pellucid" expertise check given/*
echo '203.0.113.0/24 # homes' >networks
answers "unless it is of a network of homes" 1 '^clear address indicators.txt 0' "$pellucid" expertise check given/* --networks networks

# ---- an account that ended ----

mkdir credentials && mv inst/keys/people.secret credentials/people-secret
answers "without the accounts' secret nothing is done" 3 'secret file is gone' "$pellucid" person work
answers "a service is handed it by systemd" 0 '^0 answers of the desk given, 0 not' env CREDENTIALS_DIRECTORY="$PWD/credentials" "$pellucid" person work
mv credentials/people-secret inst/keys/people.secret
"$pellucid" account end somebody --session ada.session >/dev/null
sed -i '/^store/d; /^class/d' inst/holdings
answers "it is erased" 0 'a number in the chain of events' "$pellucid" person erase account=somebody --out ended.zip
answers "once" 0 'Nothing was held' "$pellucid" person erase account=somebody --out again.zip
answers "what is left has no name" 0 'erased *ended' "$pellucid" account list
answers "and its name is not given again" 2 'was one' "$pellucid" account add somebody --role legal --session ada.session
answers "the chain of events is whole" 0 '' "$pellucid" account events --verify
exit "$failed"
