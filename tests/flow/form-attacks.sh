#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 900
# Hostile input to every form that is open to the public, against the web process itself (tests/lib/attacks): texts that are code somewhere else, too much of
# everything, bytes that are no text, forms that no page of ours sent, everything twice, and asking for what is there and what is not. Each gets its status
# and clear words, leaves nothing or exactly one thing, and stands nowhere as anything but text: pages, exports, mail, terminal, log lines.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/mail.sh
. "$PL_SRC/tests/lib/mail.sh"
demo=$PL_SRC/demo

# ---- an instance with every form ----

small_register() { # NAME: with a text that anybody may read, and one that nobody may
	cat <<-END
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
		field where text open
		total cases count
		table by-where where
	END
}
small_register notes >notes.register
small_register private >private.register
printf '%s\n' 'pellucid-intake-form v1' 'register notes' 'confirm work' 'bits 8' 'ask kind required' 'ask where optional' 'message optional' >notes.form
printf '%s\n' 'pellucid-intake-form v1' 'register persons' 'confirm mail,work' 'bits 8' 'ask kind required' 'ask sender optional' 'ask words optional' \
	'set channel portal' 'set decision pending' 'message required' 'attach 3 200000 csv,text note' 'start request-received' >persons.form
printf '%s\n' 'pellucid-intake-form v1' 'register vulnerabilities' 'confirm work' 'bits 8' 'ask product required' 'ask component optional' 'ask summary optional' \
	'ask finder-name optional' 'set direction inbound' 'set state new' 'set reason none' 'set finder not-stated' 'message required' 'attach 3 200000 csv,text note' >vulnerabilities.form
sed 's/^bits .*/bits 8/' "$demo/authority-requests.form" >authority-requests.form
sed 's/^bits .*/bits 8/; s/^confirm .*/confirm work/' "$demo/document-requests.form" >document-requests.form
echo 'Whoever gets a copy shows it to nobody else.' >terms.txt

make_desk
check "a mail server runs" mail_server
set_conf web intake yes
set_conf mail smtp "smtp://127.0.0.1:$mail_port"
set_conf mail from desk@pellucid.example
set_conf vault per-hour 100000
set_conf vault per-hour-all 100000
for name in notes private; do check "a register: $name" "$pellucid" register add $name.register; done
for name in persons authority-requests vulnerabilities document-requests; do check "a register: $name" "$pellucid" register add "$demo/$name.register"; done
check "audits are stated" "$pellucid" audit import "$demo/audits.csv"
check "terms are published" "$pellucid" statement document terms.txt --media-type text/plain
check "a report may be asked for" "$pellucid" audit offer soc2-2024-2 --terms terms.txt --title 'A report'
for name in notes persons authority-requests vulnerabilities document-requests; do check "a form: $name" "$pellucid" intake open $name.form; done
check "people with each role" "$PL_BUILD/tests/unit/web/desk_tool" people inst
# shellcheck disable=SC2119 # its options are its own
start_desk
[[ $failed == 0 ]] || exit 1
export PL_ENGINES ATTACK_DOCUMENT ATTACK_TERMS
ATTACK_DOCUMENT=sha256:$(sha256sum <"$demo/audit-report.txt" | cut -c 1-64)
ATTACK_TERMS=sha256:$(sha256sum <terms.txt | cut -c 1-64)
export DESK_ORIGIN=$desk
desk=${desk/localhost/127.0.0.1}
attack() { python3 -B "$PL_SRC/tests/lib/attacks/run.py" "$desk" "$PL_TMP" "$@" || failed=1; }
web_pid=${pid[web]}

# ---- the attacks ----

attack inject sizes nontext
check "a supplier takes part in a report" "$pellucid" vuln party 1 supplier library 'A library'
check "and may read it" bash -c '"$1" vuln access 1 library >party.secret' - "$pellucid"
echo "party 1 $(cat party.secret)" >>made.txt
attack forged
for i in 1 2 3 4; do
	code=$(curl -s -o page -w '%{http_code}' --interface "127.77.0.$i" -d f-kind=copy --data-urlencode "message=by mail" -d "contact=mail$i@remote.example" -d way=mail "$desk/intake/persons")
	same "a code is mailed" "$code" 200
done
check "the worker sends them" "$pellucid" worker run --once
check "they come" soon mails_are 4
for i in 1 2 3 4; do
	read_mail $i
	grep -oE '([0-9A-Z]{5}-){5}[0-9A-Z]' mail.txt
done >codes.txt
same "one in each" "$(wc -l <codes.txt)" 4
attack twice known
check "it is the process that it was" kill -0 "$web_pid"
same "and never fell over" "$(ps -o pid= -p "$web_pid" | tr -d ' ')" "$web_pid"

# ---- where it must not have come to ----

same "nothing was run" "$(find "$PL_TMP" -name zqx -o -name 'zqx.*' | wc -l)" 0
check "log lines are log lines" bash -c '! grep -av "^evt=[a-z_.]* \|^evt=[a-z_.]*$" web.log | grep .'
check "with nothing in them that anybody sent" not grep -aq 'zqx\|OR 1=1\|evil' web.log
check "and nothing that a terminal would obey" not grep -aqP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' web.log
check "mail went to those who asked for it" bash -c '! grep -rqa "evil\|zqx" mail'
for i in $(seq "$(mails)"); do
	read_mail "$i"
	sed -n '1s/^To: //p' mail.txt
done | sort -u >to
"$pellucid" worker run --once >out 2>&1 || true
check "and to nobody else" bash -c '! grep -vE "^(mail[1-4]@remote|first@(known|other)|once@known).example$" to'
check "the tables are what the log says" tables_fit
answers "and nothing is amiss in the instance" 0 '' "$pellucid" fsck

# ---- what those who work on it see ----

legal=$(cat legal.session)
csrf legal
cat >pages.py <<'PY'
import os, sys
sys.path.insert(0, os.environ["PL_SRC"] + "/tests/lib/attacks")
import client, forms
_, _, session, token = sys.argv
origin = os.environ["DESK_ORIGIN"]
made = [line.split() for line in open("made.txt")]
for name in forms.FORMS:
    numbers = [n for r, n, _ in made if r == name]
    bad = []
    for n in numbers:
        for answer in (client.ask("GET", f"/desk/case/{name}/{n}", headers={"Cookie": f"pl-desk={session}"}),
                       client.ask("POST", f"/desk/case/{name}/{n}/read", client.fields([("csrf", token)]), {"Cookie": f"pl-desk={session}", "Origin": origin, "Sec-Fetch-Site": "same-origin"})):
            bad += [(n, answer.status, b) for b in client.clean(answer)] + ([(n, answer.status)] if answer.status != 200 else [])
    client.check(f"{name}: the desk shows {len(numbers)} cases, opened and not, as text", numbers and not bad, bad[:5])
    seen = client.ask("POST", f"/desk/case/{name}/{numbers[-1]}/read", client.fields([("csrf", token)]), {"Cookie": f"pl-desk={session}", "Origin": origin, "Sec-Fetch-Site": "same-origin"})
    client.check(f"{name}: with what was written", "zqx" in seen.text, client.words(seen)[:200])
number = next(n for r, n, _ in made if r == "mailed")
for what, subject in {"CR LF": "x\r\nBcc: zqx@evil.example", "LF": "x\nBcc: zqx@evil.example", "a long line": "zqx " * 300, "NUL": "x\0zqx"}.items():
    got = client.ask("POST", f"/desk/case/persons/{number}/mail", client.fields([("csrf", token), ("subject", subject), ("text", "words")]),
                     {"Cookie": f"pl-desk={session}", "Origin": origin, "Sec-Fetch-Site": "same-origin"})
    client.check(f"a subject of several lines goes into no mail ({what})", got.status in (303, 400) and not client.clean(got), f"{got.status} {client.words(got)[:200]}")
got = client.ask("POST", f"/desk/case/persons/{number}/mail", client.fields([("csrf", token), ("subject", "=?utf-8?Q?zqx=0D=0ABcc:_zqx@evil.example?= \u202e"), ("text", ".\r\n.\r\nMAIL FROM:<zqx@evil.example>\r\nBcc: zqx@evil.example")]),
                 {"Cookie": f"pl-desk={session}", "Origin": origin, "Sec-Fetch-Site": "same-origin"})
client.check("a subject and a text that look like headers are sent as words", got.status == 303, f"{got.status} {client.words(got)[:200]}")
client.done()
PY
python3 -B pages.py "$desk" "$legal" "${token[legal]}" || failed=1
same "a sender sets no field that is not his" "$(field "$("$pellucid" register show persons "$(awk '/^unheard/ { print $2 }' made.txt)" --json)" fields.channel)" portal

before=$(mails)
check "mail of the desk goes out" "$pellucid" worker run --once
check "some of it came" soon bash -c '[[ $(find mail -type f -path "*/new/*" | wc -l) -gt $0 ]]' "$before"
for i in $(seq $((before + 1)) "$(mails)"); do
	read_mail "$i"
	check "to whoever asked, and to nobody else" grep -qx 'To: mail[1-4]@remote.example' <(sed -n 1p mail.txt)
	cat mail.txt
done >more.txt
grep -a '^FAIL' more.txt && failed=1
check "nobody got a copy" not grep -aq 'to=<[^>]*evil' smtpd.log
cat >heads.py <<'PY'
import email, email.policy, glob, sys
bad = [(k, v) for name in glob.glob("mail/**/new/*", recursive=True) for k, v in email.message_from_binary_file(open(name, "rb"), policy=email.policy.compat32).items()
       if k.lower() not in ("subject",) and "evil" in v or "zqx" in k.lower()]
print(bad)
sys.exit(1 if bad else 0)
PY
check "no header is anybody else's" python3 heads.py

# ---- the terminal ----

number=$(awk '/^persons/ { print $2 }' made.txt | sed -n 1p)
check "the operator reads a case" bash -c '"$1" case show persons "$2" --private >file.txt && "$1" register show persons "$2" --private >>file.txt' - "$pellucid" "$number"
awk '/^persons/ { print $2 }' made.txt | while read -r number; do "$pellucid" case show persons "$number" --private </dev/null; done >file.txt 2>err
check "nothing of it is an order to a terminal" not grep -aqP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' file.txt
check "no line of a message looks like an entry" not grep -qE '^ *9  2026-01-01T00:00:00Z  decide' <(grep -E '^ {0,3}[0-9]' file.txt)
check "it is all there" bash -c 'grep -q "u{9b}31mzqx" file.txt && grep -q "DROP TABLE" file.txt && grep -q "<script>zqx" file.txt'

# ---- exports ----

for name in notes vulnerabilities; do check "a head: $name" "$pellucid" register head $name; done
check "a report" "$pellucid" report make notes "$(date -u +%Y)"
index=$(sql "select entry_index from register_report where register = 'notes'")
for file in rows.csv totals.csv report.json report.html report.pdf; do
	status=$(curl -s -o "export-$file" -D head -w '%{http_code}' "$desk/report/$index/$file")
	same "it is taken away: $file" "$status" 200
	check "as a file: $file" grep -qi '^content-disposition: attachment; filename="notes-' head
done
curl -s "$desk/report/$index" >export-page.html
cat >exports.py <<'PY'
import base64, binascii, csv, io, json, os, sys
sys.path.insert(0, os.environ["PL_SRC"] + "/tests/lib/attacks")
import client
made = [line.split() for line in open("made.txt")]
def text(cell):
    try:
        return base64.b64decode(cell, validate=True).decode()
    except (ValueError, binascii.Error):
        return ""
for name in ("rows", "totals"):
    rows = list(csv.reader(io.StringIO(open(f"export-{name}.csv", encoding="utf-8", newline="").read())))
    client.check(f"{name}.csv has as many columns in each line", len({len(r) for r in rows}) == 1, {len(r) for r in rows})
    client.check(f"{name}.csv has no cell that a spreadsheet computes", not [c for r in rows[1:] for c in r if c[:1] in "=+-@\t\r" and c], [c for r in rows for c in r if c[:1] in ("=", "+", "-", "@")])
    client.check(f"{name}.csv has the texts, in base64", sum("zqx" in text(c) for r in rows for c in r) > 20)
    if name == "rows":
        numbers = {r[0] for r in rows[1:]}
        client.check("every case has one line", len(numbers) == len(rows) - 1 and {n for r, n, _ in made if r == "notes"} <= numbers, len(rows))
json.load(open("export-report.json", encoding="utf-8"))
for name in ("report", "page"):
    reader = client.Reader()
    reader.feed(open(f"export-{name}.html", encoding="utf-8").read())
    client.check(f"{name}.html has nothing but text of it", not [b for b in reader.bad if "style" not in b], reader.bad[:5])
client.done()
PY
python3 -B exports.py "$desk" || failed=1
check "the report is recounted by others" "$pellucid" report take notes "$(date -u +%Y)"
answers "whatever stands in it" 0 'every row was counted again' "$pellucid" report verify notes-"$(date -u +%Y)".openings --bundle notes-"$(date -u +%Y)".tlog-proof --trust inst/trust.policy
exit "$failed"
