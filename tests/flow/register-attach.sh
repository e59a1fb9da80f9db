#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 900
# Files beside cases: sealed as they come, scanned by a real scanner, confirmed by mail or by work, taken out byte for byte, and gone
# with their case. Nothing of them stands anywhere in the clear, and nothing is left of what was broken off.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/canary.sh
. "$PL_SRC/tests/lib/canary.sh"
# shellcheck source=tests/lib/mail.sh
. "$PL_SRC/tests/lib/mail.sh"
# shellcheck source=tests/lib/clamd.sh
. "$PL_SRC/tests/lib/clamd.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
canary=CANARY-a7c4e219

tips_register 'field kind enum open good,bad' >tips.register
sed 's/^name tips/name samples/' tips.register >samples.register
cat >tips.form <<'END'
pellucid-intake-form v1
register tips
confirm mail,work
bits 8
ask kind required
attach 3 200000 pdf,png,csv,text refuse
message optional
END
cat >samples.form <<'END'
pellucid-intake-form v1
register samples
confirm work
bits 8
ask kind required
attach 2 2000000 any note
message optional
END
says() { grep -qF -e "$1" page; }
# send REGISTER CURL-ARGUMENTS...: post the form with files; the answer is in page, its status in status.
send() {
	local to=$1
	shift
	status=$(curl -s -o page -D head -w '%{http_code}' -F f-kind=bad "$@" "$web/intake/$to")
}
# work REGISTER CURL-ARGUMENTS...: the same, with a ticket.
work() {
	local to=$1
	shift
	send "$to" -F way=work -F "ticket=$("$pellucid" intake ticket "$to" --bits 8)" "$@"
}
blobs() { sql 'select count(*) from work_blob'; }
held() { sql 'select count(*) from work_blob where until is not null'; }
stored() { if [[ $PL_ENGINES == scale ]]; then blobs; else find "${PL_TEST_BLOB#dir:}" -type f | wc -l; fi; }
names() { "$pellucid" case files "$1" "$2" --private --json | python3 -c 'import json,sys; print([f["name"] for f in json.load(sys.stdin)])'; }
web_on() {
	start web "$pellucid" web --listen 127.0.0.1:0 --rate 1000000
	ready web web.serving
	web=http://127.0.0.1:${port[web]}
}
web_anew() {
	stop web
	web_on
}

make_instance log.example/attach --quorum 0 >/dev/null
canary_begin
check "registers are declared" bash -c '"$1" register add tips.register && "$1" register add samples.register' - "$pellucid"
check "a mail server runs" mail_server
check "a scanner runs" scanner
set_conf web port 0
set_conf web intake yes
set_conf mail smtp "smtp://127.0.0.1:$mail_port"
set_conf mail from desk@pellucid.example
sed 's/^attach.*/attach 3 200000 exe/' tips.form >bad.form
answers "a kind that is not known is refused with its line" 2 'pdf,png,jpeg' "$pellucid" intake open bad.form
check "forms with files are opened" bash -c '"$1" intake open tips.form && "$1" intake open samples.form' - "$pellucid"
[[ $failed == 0 ]] || exit 1

{ echo "a,b"; for i in $(seq 4000); do echo "$i,$canary-content"; done; } >"$canary-name.csv"
{ echo '%PDF-1.7'; head -c 100000 /dev/urandom; } >real.pdf
head -c 90000 /dev/urandom >noise
printf 'words %s\n' "$canary-second" >second.txt

# ---- without a scanner ----
"$pellucid" doctor >out 2>err || true
check "doctor says that nobody looks" has 'nobody looks for malware'
web_on
before=$(stored)
work tips -F "files=@second.txt"
same "a file without a scanner" "$status" 200
answers "is kept as not scanned" 0 'unscanned' "$pellucid" case files tips 1
set_conf intake scanner clamd:/nowhere/else
"$pellucid" doctor >out 2>err || true
check "doctor says that it does not answer" has 'does not answer'
set_conf intake scanner "http://127.0.0.1:1"
answers "no address of a scanner" 2 'clamd:/path' "$pellucid" case list
set_conf intake scanner "clamd:$PL_TMP/clamd.sock"
"$pellucid" doctor >out 2>err || true
check "doctor asks it" bash -c 'grep -q "scanner.*answers" out'
web_anew

# ---- by mail ----
send tips -F way=mail -F contact=who@remote.example -F "message=see the files" -F "files=@$canary-name.csv" -F "files=@real.pdf;type=text/html"
same "a form with two files" "$status" 200
check "waits for its code" says 'mailed you a code'
same "they are nobody's yet" "$(held)" 2
check "nothing of them stands in the clear" nowhere "$canary"
check "the worker sends the code" "$pellucid" worker run --once
check "and removes none that waits" test "$(held)" = 2
check "it comes" soon mails_are 1
read_mail 1
code=$(grep -oE '([0-9A-Z]{5}-){5}[0-9A-Z]' mail.txt)
status=$(curl -s -o page -w '%{http_code}' --data-urlencode "code=$code" "$web/intake/confirm")
same "the code" "$status" 200
check "gives a number" says 'Entered as number 2'
same "the files are the case's" "$(held)" 0
answers "their names are private" 0 '(private)' "$pellucid" case files tips 2
check "and not said" bash -c '! grep -q CANARY out'
same "who may, reads them" "$(names tips 2)" "['$canary-name.csv', 'real.pdf']"
answers "the file of the case names them, too" 0 "$canary-name.csv, .* clean" "$pellucid" case show tips 2 --private
check "and not their keys" bash -c '! grep -qE "[0-9a-f]{64}" out'
seq=$("$pellucid" case files tips 2 --json | python3 -c 'import json,sys; print(*[f["entry"] for f in json.load(sys.stdin)])')
first=${seq% *}
last=${seq#* }
answers "one is taken out" 0 'bytes' "$pellucid" case file tips 2 "$first" --out got.csv
check "byte for byte" cmp got.csv "$canary-name.csv"
same "for our eyes only" "$(stat -c %a got.csv)" 600
answers "and written over nothing" 2 'already' "$pellucid" case file tips 2 "$first" --out got.csv
answers "the other one, too" 0 'bytes' "$pellucid" case file tips 2 "$last" --out got.pdf
check "byte for byte, again" cmp got.pdf real.pdf
answers "an entry that is no file" 3 'about no file' "$pellucid" case file tips 2 1 --out no
check "it leaves nothing" test ! -e no
rm got.csv got.pdf
check "nothing stands in the clear after it either" nowhere "$canary"

# ---- what is not taken ----
kept=$(blobs)
work tips -F "files=@noise;filename=x.pdf;type=application/pdf" -F "message=$canary-typed"
same "a kind that is not taken, whatever it is called" "$status" 415
check "is named" says 'x.pdf is of a kind'
check "what was typed stays" says "$canary-typed"
check "and the files must be chosen again" says 'choose your files again'
{ echo '%PDF-1.7'; head -c 250000 /dev/urandom; } >long.pdf
work tips -F "files=@long.pdf"
same "a file that is too long" "$status" 413
check "what is wrong is said" says 'long.pdf is larger'
work tips -F files=@second.txt -F files=@second.txt -F files=@second.txt -F files=@second.txt
same "too many files" "$status" 413
send tips -F way=work -F "ticket=v1:tips:1:00000000000000000000000000:1" -F files=@second.txt
same "no work, no file" "$status" 400
status=$(curl -s -o page -w '%{http_code}' -H 'Content-Type: multipart/form-data; boundary=b' --data-binary $'--b\r\nContent-Disposition: form-data; name="f-kind"\r\n\r\nbad\r\n' "$web/intake/tips")
same "a form without its end" "$status" 400
status=$(curl -s -o page -w '%{http_code}' -H 'Sec-Fetch-Site: cross-site' -F f-kind=bad -F files=@second.txt "$web/intake/tips")
same "a form of another site" "$status" 403
work tips -F "files=@second.txt;filename=../../$canary-path.txt"
same "a name with a path" "$status" 200
same "loses the path" "$(names tips 3)" "['$canary-path.txt']"
check "only what was taken is stored" test "$(blobs)" = $((kept + 1))

# ---- what the scanner finds ----
kept=$(blobs)
work tips -F "files=@eicar.com;filename=harmless.txt"
same "something harmful where it is refused" "$status" 422
check "is said" says 'something harmful was found'
check "and not kept" test "$(blobs)" = "$kept"
printf 'MZ %s' "$marker" >sample.exe
work samples -F "files=@sample.exe"
same "something harmful where samples are taken" "$status" 200
answers "is kept and marked" 0 'found' "$pellucid" case files samples 1
answers "with the scanner's name for it" 0 'sample.exe  Pellucid.Marker' "$pellucid" case files samples 1 --private
entry=$("$pellucid" case files samples 1 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["entry"])')
answers "whoever takes it out is warned" 0 'no harm' "$pellucid" case file samples 1 "$entry" --out got.exe
check "it is what was sent" cmp got.exe sample.exe
head -c 1500000 /dev/urandom >huge
work samples -F "files=@huge"
same "longer than the scanner takes" "$status" 503
stop clamd
kept=$(blobs)
work samples -F "files=@sample.exe" -F "message=$canary-later"
same "no scanner" "$status" 503
check "says when to come again" grep -qi '^retry-after: ' head
check "and what was typed stays" says "$canary-later"
check "nothing half is kept" test "$(blobs)" = "$kept"
answers "the terminal does not do it either" 3 'does not answer' "$pellucid" case attach samples 1 sample.exe
check "the scanner comes back" scanner

# ---- two at once ----
ticket=$("$pellucid" intake ticket tips --bits 8)
curl -s -o one -F f-kind=bad -F way=work -F "ticket=$ticket" -F files=@real.pdf "$web/intake/tips" &
one=$!
work tips -F files=@second.txt -F "files=@$canary-name.csv"
wait "$one"
check "two senders at once" bash -c 'grep -q "Entered as number" one && grep -q "Entered as number" page'
same "each has his own" "$(for n in 4 5; do names tips "$n"; done | sort | tr '\n' ' ')" "['real.pdf'] ['second.txt', '$canary-name.csv'] "

# ---- broken off ----
kept=$(blobs)
files=$(stored)
curl -s -o page --limit-rate 20000 -F f-kind=bad -F way=work -F ticket=x -F "files=@noise" "$web/intake/samples" &
sending=$!
sleep 1
kill -9 "${pid[web]}"
wait "$sending" 2>/dev/null || true
ended web || true
check "the worker finds nothing to do" "$pellucid" worker run --once
same "a process that died in the middle of an upload leaves nothing" "$(blobs) $(stored) $(find inst/run -type f | wc -l)" "$kept $files 0"
check "nor in the clear" nowhere "$canary"
web_on
# What a crash between the blob and the case leaves: a row, and perhaps a blob.
send tips -F way=mail -F contact=never@remote.example -F "files=@real.pdf"
same "a form that nobody confirms" "$(held)" 1
sql 'update work_waiting set until = 1'
sql 'update work_blob set until = 1 where until is not null'
sql "insert into work_blob (digest, size, until, dead) values (x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', 1, 1, 0)"
check "the worker" "$pellucid" worker run --once
same "removes the file, and a row without one" "$(blobs) $(stored)" "$kept $files"

# ---- by those who work on it ----
answers "a file is added" 0 'added: second.txt' "$pellucid" case attach tips 2 second.txt --note "$canary-why"
answers "with its note" 0 "$canary-why" "$pellucid" case show tips 2 --private
answers "and listed as the desk's" 0 'desk *text' "$pellucid" case files tips 2
check "nothing of it stands in the clear" nowhere "$canary"

# ---- the end ----
kept=$(blobs)
files=$(stored)
nowhere_at_all "before the erasure" "$canary" who@remote.example
answers "the case is erased" 0 'is erased' "$pellucid" register erase tips 2
answers "the step stays" 0 ' file .*csv' "$pellucid" case show tips 2 --private
check "without the name" bash -c '! grep -q CANARY out'
answers "the file does not" 3 'erased' "$pellucid" case file tips 2 "$first" --out gone
answers "nothing more is added" 3 'erased' "$pellucid" case attach tips 2 second.txt
check "the worker" "$pellucid" worker run --once
same "removes its three files from the blob store" "$(blobs) $(stored)" "$((kept - 3)) $((files - 3))"
answers "those of other cases stay" 0 'bytes' "$pellucid" case file tips 3 "$("$pellucid" case files tips 3 --json | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["entry"])')" --out other
check "and are whole" cmp other second.txt
rm other
nowhere_at_all "after the erasure" "$canary" who@remote.example

# ---- limits, and a full disk ----
set_conf intake held-address 150000
web_anew
kept=$(blobs)
work tips -F files=@real.pdf
same "so many bytes a day from an address" "$status" 429
set_conf intake held-address 1GiB
set_conf intake held 100000
web_anew
work tips -F files=@real.pdf
same "so many bytes altogether" "$status" 503
check "nothing is kept" test "$(blobs)" = "$kept"
set_conf intake held 1GiB
if [[ $PL_ENGINES != scale ]]; then
	stop web
	# shellcheck disable=SC2016
	start web unshare -m bash -c 'mount -t tmpfs -o size=64k tmpfs "$1" && exec "$2" web --listen 127.0.0.1:0' - "${PL_TEST_BLOB#dir:}" "$pellucid"
	ready web web.serving
	web=http://127.0.0.1:${port[web]}
	work tips -F files=@real.pdf -F "message=$canary-full"
	same "a full disk" "$status" 503
	check "is said, and what was typed stays" bash -c 'grep -q "no room for your files" page && grep -q "$1-full" page' - "$canary"
	check "and nothing is left" test "$(blobs)" = "$kept"
fi
exit "$failed"
