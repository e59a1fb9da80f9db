#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 900
# Files with messages of a sender, and with answers to him: judged as those of a form, there once, handed out only to whoever has the secret,
# gone with their case; and what an older database does not know of them is found, and removed when somebody says so.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/canary.sh
. "$PL_SRC/tests/lib/canary.sh"
# shellcheck source=tests/lib/clamd.sh
. "$PL_SRC/tests/lib/clamd.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
canary=CANARY-b3e05d77

register() { # NAME ATTACH-LINE
	cat >"$1.register" <<-END
		pellucid-register v1
		name $1
		source intake
		existence exact
		opens rows
		late-after 7
		open-after 0
		retain 24
		field received time generalised month
		field kind enum open good,bad
		total cases count
	END
	cat >"$1.form" <<-END
		pellucid-intake-form v1
		register $1
		confirm work
		bits 8
		ask kind required
		${2:+attach $2}
		message optional
	END
	sed -i '/^$/d' "$1.form"
	"$pellucid" register add "$1.register" && "$pellucid" intake open "$1.form"
}
says() { grep -qF -e "$1" page; }
secret_of() { sed -n 's/.*<code class="secret">\([0-9A-Z]*\)<.*/\1/p' page; }
once_of() { sed -n 's/.*name="once" value="\([0-9A-Z]*\)".*/\1/p' page; }
# entered REGISTER: a case without files; prints its secret.
entered() {
	curl -s -o page -F f-kind=bad -F way=work -F "ticket=$("$pellucid" intake ticket "$1" --bits 8)" "$web/intake/$1"
	secret_of
}
# say REGISTER SECRET CURL-ARGUMENTS...: a message; the answer is in page and head, its status in status.
say() {
	local to=$1 secret=$2
	shift 2
	status=$(curl -s -o page -D head -w '%{http_code}' -F "secret=$secret" "$@" "$web/receipt/message/$to")
}
look() { status=$(curl -s -o page -w '%{http_code}' --data-urlencode "secret=$1" "$web/receipt"); }
# fetch SECRET FILE: what an answer brought; in got and head.
fetch() { status=$(curl -s -o got -D head -w '%{http_code}' --data-urlencode "secret=$1" --data-urlencode "file=$2" "$web/receipt/answer"); }
header() { tr -d '\r' <"$PL_TMP/head" | grep -qi -e "^$1\$"; }
blobs() { sql 'select count(*) from work_blob'; }
held() { sql 'select count(*) from work_blob where until is not null'; }
# What the blob store itself holds, on either engine.
stored() { "$pellucid" case strays --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["blobs"])'; }
messages() { "$pellucid" case show "$1" "$2" --json | python3 -c 'import json,sys; print(sum(e["kind"] == "message" for e in json.load(sys.stdin)["entries"]))'; }
# files REGISTER NUMBER EXPRESSION: of each file f
files() { "$pellucid" case files "$1" "$2" --private --json | python3 -c "import json,sys; print(*[$3 for f in json.load(sys.stdin)])"; }
web_on() {
	start web "$pellucid" web --listen 127.0.0.1:0 --rate 1000000
	ready web web.serving
	web=http://127.0.0.1:${port[web]}
}
web_anew() {
	stop web
	web_on
}

make_instance log.example/talk-files --quorum 0 >/dev/null
canary_begin
check "a scanner runs" scanner
set_conf web port 0
set_conf web intake yes
set_conf vault per-hour 100000
set_conf vault per-hour-all 100000
set_conf intake scanner "clamd:$PL_TMP/clamd.sock"
check "registers with forms" bash -c "$(declare -f register); pellucid=$pellucid; register tips '3 200000 pdf,png,csv,text refuse' && register samples '2 2000000 any note' && register words ''"
web_on
[[ $failed == 0 ]] || exit 1
{ echo "a,b"; for i in $(seq 4000); do echo "$i,$canary-content"; done; } >"$canary-name.csv"
{ echo '%PDF-1.7'; head -c 100000 /dev/urandom; } >real.pdf
head -c 90000 /dev/urandom >noise
printf 'words %s\n' "$canary-second" >second.txt
printf 'MZ %s' "$marker" >sample.exe
mine=$(entered tips)
other=$(entered tips)
sample=$(entered samples)
plain=$(entered words)
check "four cases" test "${#mine}${#other}${#sample}${#plain}" = 26262626

# ---- a message brings files ----
look "$mine"
check "the page takes files, and says which" bash -c 'grep -q "Up to 3 files of at most" page && grep -q "enctype=\"multipart/form-data\"" page'
once=$(once_of)
check "each page sends one message" test "${#once}" = 26
say tips "$mine" -F "once=$once" -F "message=$canary-words" -F "files=@$canary-name.csv" -F "files=@real.pdf;type=text/html"
same "a message with two files" "$status" 200
check "is taken" says 'is with those who work on your case'
same "they are the case's at once" "$(held)" 0
same "and belong to the message" "$(files tips 1 '(f["name"], f["with"], f["from"])')" "('$canary-name.csv', 2, 'sender') ('real.pdf', 2, 'sender')"
answers "the terminal says so, too" 0 'real.pdf  with message 2' "$pellucid" case files tips 1 --private
answers "without what is private it says the kind alone" 0 '(private)  with message 2' "$pellucid" case files tips 1
answers "one is taken out" 0 'bytes' "$pellucid" case file tips 1 3 --out got.csv
check "byte for byte" cmp got.csv "$canary-name.csv"
rm got.csv
check "nothing stands in the clear" nowhere "$canary"
kept=$(blobs)
say tips "$mine" -F "once=$once" -F "message=$canary-words" -F "files=@$canary-name.csv" -F "files=@real.pdf;type=text/html"
same "the same once more" "$status" 200
check "is known" says 'came before'
same "and there once" "$(messages tips 1) $(blobs) $(held)" "1 $kept 0"
say tips "$mine" -F files=@second.txt
same "a file without words" "$status" 200
same "is a message, too" "$(messages tips 1)" 2
say tips "$mine" -F message=
same "neither words nor a file" "$status" 400
status=$(curl -s -o page -w '%{http_code}' --data-urlencode "secret=$mine" --data-urlencode "message=$canary-plain" "$web/receipt/message/tips")
same "a form without files" "$status $(messages tips 1)" "200 3"

# ---- two at once ----
look "$other"
once=$(once_of)
at_once=()
for i in 1 2 3 4; do
	curl -s -o "page.$i" -F "secret=$other" -F "once=$once" -F message=at-once -F files=@second.txt "$web/receipt/message/tips" &
	at_once+=($!)
done
wait "${at_once[@]}"
# The scanner takes two files at a time: on a busy machine somebody is told to come again.
same "a button that is pressed four times" "$(messages tips 2) $(cat page.? | grep -c 'Your message is with those') $(cat page.? | grep -c -e 'came before' -e 'cannot be examined at this moment') $(held)" "1 1 3 0"
say tips "$other" -F "once=$once" -F message=at-once -F files=@second.txt
check "and once more" bash -c 'grep -q "came before" page'

# ---- what is not taken ----
kept=$(blobs)
inside=$(stored)
say tips "$mine" -F "files=@noise;filename=x.pdf;type=application/pdf" -F "message=$canary-typed"
same "a kind that is not taken, whatever it is called" "$status" 415
check "is named, and what was typed stays" bash -c 'grep -q "x.pdf is of a kind" page && grep -q "$1-typed" page && grep -q "choose your files again" page' - "$canary"
{ echo '%PDF-1.7'; head -c 250000 /dev/urandom; } >long.pdf
say tips "$mine" -F files=@long.pdf
same "a file that is too long" "$status" 413
say tips "$mine" -F files=@second.txt -F files=@second.txt -F files=@second.txt -F files=@second.txt
same "too many files" "$status" 413
say tips "$mine" -F "files=@eicar.com;filename=harmless.txt"
same "something harmful where it is refused" "$status" 422
check "is said" says 'something harmful was found'
web_anew # so many in a minute are not taken from one address
say words "$plain" -F files=@second.txt -F message=x
same "a register whose form takes none" "$status" 409
say words "$plain" -F message=x
same "takes words" "$status" 200
say tips "${mine%?}$([[ $mine == *0 ]] && echo 1 || echo 0)" -F files=@second.txt
same "a wrong secret" "$status" 404
check "finds nothing" says 'no case for this secret'
say tips "" -F files=@second.txt
same "no secret" "$status" 404
say samples "$mine" -F files=@second.txt
same "the page of another register" "$status" 404
say nowhere "$mine" -F files=@second.txt
same "of one that is not there" "$status" 404
status=$(curl -s -o page -w '%{http_code}' -F "secret=$mine" -F files=@second.txt "$web/receipt/message")
same "no register" "$status" 404
status=$(curl -s -o page -w '%{http_code}' -H 'Content-Type: multipart/form-data; boundary=b' --data-binary $'--b\r\nContent-Disposition: form-data; name="secret"\r\n\r\nx\r\n' "$web/receipt/message/tips")
same "a form without its end" "$status" 400
stop clamd
say tips "$mine" -F files=@second.txt -F "message=$canary-later"
same "no scanner" "$status" 503
check "says when to come again, and what was typed stays" bash -c 'grep -qi "^retry-after: " head && grep -q "$1-later" page' - "$canary"
say tips "$mine" -F "message=$canary-now"
same "words alone need none" "$status" 200
check "the scanner comes back" scanner
set_conf intake held-address 100000
web_anew
say tips "$mine" -F files=@real.pdf
same "so many bytes a day from an address" "$status" 429
set_conf intake held-address 1GiB
set_conf intake held 50000
web_anew
say tips "$mine" -F files=@real.pdf
same "so many bytes altogether" "$status" 503
set_conf intake held 1GiB
web_anew
"$pellucid" intake close words >/dev/null
say words "$plain" -F files=@second.txt
same "a register that was closed takes no files" "$status" 409
say words "$plain" -F message=y
same "but words" "$status" 200
same "nothing of all that is kept" "$(blobs) $(stored) $(held)" "$kept $inside 0"
curl -s -o page --limit-rate 20000 -F "secret=$sample" -F files=@noise "$web/receipt/message/samples" &
sending=$!
sleep 1
kill -9 "${pid[web]}"
wait "$sending" 2>/dev/null || true
ended web || true
same "a process that died in the middle of a message leaves nothing" "$(blobs) $(stored) $(find inst/run -type f | wc -l)" "$kept $inside 0"
web_on
timeout 1 curl -s -o page --limit-rate 20000 -F "secret=$sample" -F files=@noise "$web/receipt/message/samples" || true
soon test "$(find inst/run -type f | wc -l)" = 0
same "nor does a sender who hangs up" "$(blobs) $(stored) $(messages samples 1)" "$kept $inside 0"
for i in $(seq 17); do say tips "$mine" -F "message=more $i"; done
say tips "$mine" -F message=more -F files=@second.txt
same "so many messages a day, files or not" "$status $(blobs)" "429 $kept"
say samples "$sample" -F files=@sample.exe
same "something harmful where samples are taken" "$status" 200
answers "is kept and marked" 0 'found' "$pellucid" case files samples 1

# ---- an answer brings files ----
printf 'the answer %s\n' "$canary-answer" >answer
{ echo '%PDF-1.7'; echo "$canary-enclosed"; head -c 300000 /dev/urandom; } >"decision $canary.pdf"
answers "an answer with two files" 0 'whoever has the secret' "$pellucid" case answer tips 1 answer "decision $canary.pdf" second.txt
same "they are the desk's, given with it" "$(files tips 1 '(f["from"], f["given"], f.get("with"))' | grep -o "('desk', True, [0-9]*)" | sort -u | wc -l)" 1
answers "the terminal says so" 0 'given with answer' "$pellucid" case files tips 1
answers "the file of the case, too" 0 ' enclose ' "$pellucid" case show tips 1
seq=$(files tips 1 'f["entry"] if f["given"] else ""')
read -r first last <<<"$seq"
check "nothing stands in the clear" nowhere "$canary"
look "$mine"
sum=$(sha256sum <"decision $canary.pdf")
check "he sees name and digest" bash -c 'grep -qF "decision $1.pdf" page && grep -qF "sha256:$2" page' - "$canary" "${sum%% *}"
fetch "$mine" "$first"
same "he fetches it" "$status" 200
check "byte for byte" cmp got "decision $canary.pdf"
check "as something to be kept" bash -c 'grep -qi "^content-disposition: attachment; filename=\"decision $1.pdf\"" head' - "$canary"
check "that no browser opens" header 'content-type: application/octet-stream'
check "or guesses" header 'x-content-type-options: nosniff'
check "and nobody stores" header 'cache-control: no-store'
check "and that runs nothing" header "content-security-policy: default-src 'none'; sandbox"
fetch "$mine" "$last"
check "the other one" cmp got second.txt
fetch "$other" "$first"
same "by the secret of another case" "$status" 404
check "says that there is no such file" bash -c 'grep -q "no such file" got && ! grep -q "$1" got' - "$canary"
fetch "${mine%?}$([[ $mine == *0 ]] && echo 1 || echo 0)" "$first"
same "by a wrong one" "$status" 404
for nothing in 3 1 999999 0 -1 x ''; do
	fetch "$mine" "$nothing"
	same "a number that is no file of an answer (${nothing:-none})" "$status" 404
done
same "by GET" "$(curl -s -o /dev/null -w '%{http_code}' "$web/receipt/answer?secret=$mine&file=$first")" 405
fetch "$other" "$first"
check "no secret and no name stands in the log" not grep -qE "$mine|$other|decision" web.log
answers "a kind that does not go out" 2 'does not go out' "$pellucid" case answer tips 1 answer noise
answers "nothing harmful goes out" 1 'it does not go out' "$pellucid" case answer samples 1 answer eicar.com
answers "not so many" 2 'at most 5 files' "$pellucid" case answer tips 1 answer second.txt second.txt second.txt second.txt second.txt second.txt
answers "none without a sender's secret" 3 '' "$pellucid" case answer tips 99 answer second.txt
set_conf answers bytes 1000
answers "nor so long" 2 'at most 1000 bytes' "$pellucid" case answer tips 1 answer real.pdf
set_conf answers kinds pdf,exe
answers "kinds that there are not" 2 'kinds' "$pellucid" case answer tips 1 answer
set_conf answers kinds any
set_conf answers bytes 64MiB
set_conf answers files 4
stop clamd
answers "no scanner, no file" 3 'does not answer' "$pellucid" case answer tips 1 answer second.txt
answers "but words" 0 'whoever' "$pellucid" case answer tips 1 answer
same "nothing of these is kept" "$(held) $(blobs)" "0 $((kept + 3))"

# ---- memory does not grow with a file, and what rotted goes to nobody ----
set_conf intake scanner ""
head -c 50000000 /dev/urandom >huge
answers "a large one" 0 'whoever' "$pellucid" case answer tips 2 answer huge
web_anew
fetch "$other" 0
peak() { awk '/^VmHWM/ {print $2}' "/proc/${pid[web]}/status"; }
before=$(peak)
entry=$(files tips 2 'f["entry"] if f["given"] else ""')
fetch "$other" "${entry// /}"
check "is fetched whole" cmp got huge
check "within 24 MiB more ($before KiB before, $(peak) KiB after)" test "$(($(peak) - before))" -lt 24576
rm huge
if [[ $PL_ENGINES != scale ]]; then
	hex=$(sqlite3 "${PL_TEST_DB#sqlite:}" "select lower(hex(digest)) from work_file where register = 'tips' and number = 1 and seq = $last")
	blob=${PL_TEST_BLOB#dir:}/sha256/${hex:0:2}/${hex:2}
	cp "$blob" whole
	chmod u+w "$blob"
	flip "$blob" 60
	fetch "$mine" "$last"
	same "a file that rotted" "$status" 500
	check "goes out in no part" not grep -q "$canary" got
	mv "$blob" rotten
	fetch "$mine" "$last"
	same "one that is lost" "$status" 404
	cp whole "$blob"
	fetch "$mine" "$last"
	same "is there again" "$status" 200
	rm -f whole rotten
fi

# ---- an older database ----
stop web
"$pellucid" worker run --once >/dev/null
answers "without strays there is nothing to say" 0 '0 strays' "$pellucid" case strays
database save older
web_on
kept=$(blobs)
inside=$(stored)
say samples "$sample" -F files=@noise
same "a message that the copy does not have" "$status" 200
answers "and an answer" 0 'whoever' "$pellucid" case answer samples 1 answer second.txt
stop web
database load older
same "is restored over it: two blobs more than rows" "$(($(stored) - inside)) $(blobs)" "2 $kept"
check "the worker leaves them" "$pellucid" worker run --once
answers "they are found, and young" 0 '2 strays of [0-9]* bytes: 2 too young, 0 removed' "$pellucid" case strays
answers "too young to go" 0 '2 too young, 0 removed' "$pellucid" case strays --remove
answers "nothing goes by itself" 0 '2 strays of [0-9]* bytes: 0 too young, 0 removed' "$pellucid" case strays --days 0
check "and what to do is said" grep -q 'say --remove' err
same "they are there" "$(stored)" $((inside + 2))
answers "each is named" 0 '"state":"removed"' "$pellucid" case strays --days 0 --remove --json
same "both are gone, and nothing else" "$(stored) $(blobs)" "$inside $kept"
answers "days that are no number" 2 'days' "$pellucid" case strays --days soon
web_on
fetch "$mine" "$first"
check "what rows name is whole" cmp got "decision $canary.pdf"
say samples "$sample" -F files=@noise
same "and life goes on" "$status" 200

# ---- the end ----
kept=$(blobs)
nowhere_at_all "before the erasure" "$canary" "$mine" "$other"
answers "the case is erased" 0 'is erased' "$pellucid" register erase tips 1
fetch "$mine" "$first"
same "its answers' files are handed to nobody" "$status" 404
look "$mine"
check "nor shown" not says "decision"
say tips "$mine" -F files=@second.txt
check "and no message comes to it any more" test "$status" != 200
answers "the steps stay" 0 ' enclose ' "$pellucid" case show tips 1 --private
check "without names" not grep -q CANARY out
check "the worker" "$pellucid" worker run --once
same "removes its five files" "$(blobs)" $((kept - 5))
same "and the rows for its sender" "$(sql "select count(*) from work_answer_file where register = 'tips' and number = 1")" 0
answers "no strays are left" 0 '0 strays' "$pellucid" case strays
stop web
nowhere_at_all "after the erasure" "$canary" "$mine" "$other"
exit "$failed"
