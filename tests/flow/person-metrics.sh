#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 300
# The numbers that are published about requests of persons, whose rows stay shut: the CCPA's table among them, counted again by others than
# us from what an auditor gets; what he draws, compares and signs; what of it a stranger can check; and who lies to whom.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst

make_instance log.example/metrics >/dev/null
answers "the register of persons is declared" 0 'persons' "$pellucid" register add "$PL_SRC/demo/persons.register"
answers "what its names mean is stated" 0 '' "$pellucid" register words "$PL_SRC/demo/persons.words.en"
answers "in German, too" 0 '' "$pellucid" register words "$PL_SRC/demo/persons.words.de"
# Synthetic rows; kind, law, decision, ground and days follow from the number of the row.
day=$(date -u +%Y-%m-%dT00:00:00Z)
{
	echo received,kind,regulation,channel,identity,decision,ground,extended,days,sender,words
	kinds=(where copy delete correct object limit opt-out)
	laws=(gdpr ccpa ccpa fadp other)
	for ((i = 0; i < 210; i++)); do
		decision=full ground=none days=$((i * 7 % 47))
		((i % 4 != 1)) || decision=part
		if ((i % 6 == 2)); then
			decision=denied
			case $((i / 30 % 5)) in 0) ground=unverifiable ;; 1) ground=not-a-consumer ;; 2) ground=exempt ;; 3) ground=not-held ;; 4) ground=other ;; esac
		fi
		((i % 30 != 7)) || decision=pending days=
		((i % 30 != 8)) || decision=spam ground=advertising days=
		echo "$day,${kinds[i % 7]},${laws[i % 5]},portal,mailed-code,$decision,$ground,$([[ $days == 4? ]] && echo true || echo false),$days,person $i,text $i"
	done
} >rows.csv
answers "210 requests" 0 'entered as 1 to 210' "$pellucid" register enter persons rows.csv
"$pellucid" register head persons >/dev/null
period=$(date -u +%Y)-H$((10#$(date -u +%m) > 6 ? 2 : 1))
answers "their totals are stated for rows that stay shut, which an auditor opens" 3 '--counted FILE' "$pellucid" report make persons "$period"
answers "are reported" 0 'ccpa-know-mean' "$pellucid" report make persons "$period" --counted counted
answers "the file with opened rows is not written over" 2 'exists already' "$pellucid" report draft persons "$period" --counted counted --out draft
check "and nobody else reads it" test "$(stat -c %a counted)" = 600
"$pellucid" report take persons "$period" >/dev/null
answers "that there are so many is counted again" 0 'requests *210' "$pellucid" report verify "persons-$period.openings" --bundle "persons-$period.tlog-proof" --trust inst/trust.policy
"$pellucid" report export persons "$period" --format json --out report.json
"$pellucid" report export persons "$period" --format csv-totals --out report.csv
check "the CCPA's table is as somebody else counts it" python3 - <<'END'
import csv, json, statistics
rows = [r for r in csv.DictReader(open("rows.csv")) if r["regulation"] == "ccpa"]
totals = {}
for r in csv.reader(open("report.csv", newline="")):
    if len(r) > 4 and r[0] == "total":
        totals[r[1]] = int(r[4])
kinds = {"know": {"where", "copy"}, "delete": {"delete"}, "correct": {"correct"}, "limit": {"limit"}, "opt-out": {"opt-out"}}
for name, kind in kinds.items():
    mine = [r for r in rows if r["kind"] in kind]
    decided = [int(r["days"]) for r in mine if r["decision"] in ("full", "part", "denied")]
    want = {"": len(mine), "-complied": sum(r["decision"] in ("full", "part") for r in mine), "-denied": sum(r["decision"] == "denied" for r in mine),
        "-median": statistics.median_low(decided), "-mean": sum(decided) // len(decided)}
    for end, value in want.items():
        assert totals["ccpa-" + name + end] == value, (name, end, totals["ccpa-" + name + end], value)
grounds = [r["ground"] for r in rows if r["decision"] == "denied"]
assert totals["ccpa-unverifiable"] == grounds.count("unverifiable") > 0
assert totals["ccpa-other"] == grounds.count("other") + grounds.count("not-held") > 0
assert totals["spam"] == sum(r["decision"] == "spam" for r in csv.DictReader(open("rows.csv"))) > 0
text = json.dumps(json.load(open("report.json")))
assert "ccpa-know-mean" in text and "person 7" not in text and "text 7" not in text
END
check "no row says who asked" not grep -qa -e 'person 7' -e 'text 7' "persons-$period.openings"
check "no row is open" not grep -qa '^row .* open ' "persons-$period.openings"
check "those of the auditor's file are" test "$(grep -c '^row .* open ' counted)" = 210

# ---- the auditor: a key of his own, words that he says afterwards, no instance ----
openings=persons-$period.openings proof=persons-$period.tlog-proof
head -c 40 /dev/urandom | base64 >there.pass
chmod 600 there.pass
alone() { env -u PELLUCID_INSTANCE "$pellucid" "$@"; }
check "he makes a key" alone key make there.key --passphrase-file there.pass
alone key public there.key >there.pub
check "which the roots introduce" "$pellucid" key add example-audit there.pub --role reviewer
answers "he draws" 0 'drawn: 12 of 210 cases' alone report sample "$openings" --words dice-4-1-6 --count 12
cp out drawn
answers "the same words draw the same" 0 'drawn: 12' alone report sample "$openings" --words dice-4-1-6 --count 12
check "case for case" cmp out drawn
answers "others draw others" 0 'drawn: 12' alone report sample "$openings" --words dice-4-1-5 --count 12
check "indeed" not cmp -s out drawn
check "and so does somebody who reads the format" python3 - "$openings" drawn <<'END'
import hashlib, sys
data = open(sys.argv[1], "rb").read()
last = {}
for line in data.decode().split("\n"):
    w = line.split(" ")
    if w[0] == "row":
        last[int(w[1])] = w[5]
cases = sorted(n for n, kind in last.items() if kind in ("sealed", "open"))
n, drawn, i = len(cases), set(), 0
limit = (2**64 - 1) - (2**64 - 1) % n
while len(drawn) < 12:
    h = hashlib.sha256(b"pl-register-sample/v1\0" + hashlib.sha256(data).digest() + hashlib.sha256(b"dice-4-1-6").digest() + i.to_bytes(8, "big")).digest()
    v, i = int.from_bytes(h[:8], "big"), i + 1
    if v < limit:
        drawn.add(cases[v % n])
said = [int(line.split()[0]) for line in open(sys.argv[2]).read().split("\n")[1:] if line]
assert said == sorted(drawn), (said, sorted(drawn))
END
answers "with the opened rows he sees what they say" 0 'decision=' alone report sample "$openings" --words dice-4-1-6 --count 12 --counted counted
first=$(sed -n 2p drawn) third=$(sed -n 4p drawn)
not_drawn=1
while grep -qx "$not_drawn" drawn; do not_drawn=$((not_drawn + 1)); done
audit() { alone report audit there.key "$openings" --auditor example-audit --words dice-4-1-6 --count 12 --bundle "$proof" --trust inst/trust.policy --passphrase-file there.pass "$@"; }
answers "he signs what he compared: two are otherwise in their files" 0 'payload' audit --counted counted --differing "$first,$third"
cp out envelope
answers "only what was drawn can differ" 2 'none of the drawn cases' audit --counted counted --differing "$not_drawn"
answers "it comes in" 0 'signed by example-audit (reviewer)' "$pellucid" statement import envelope
answers "the same again is found" 0 'already there' "$pellucid" statement import envelope
answers "he thinks better of it" 0 'payload' audit --counted counted
cp out again
answers "he cannot take it back with the same words" 1 'tells of that draw' "$pellucid" statement import again
"$pellucid" report take persons "$period" >/dev/null
answers "strangers check his draw" 0 'example-audit .* compared 12 of 210 cases with their files: 2 differ; counted all totals again' \
	alone report verify "$openings" --bundle "$proof" --trust inst/trust.policy
answers "in JSON, too" 0 '"samples":\[{"index":[0-9]*,"auditor":"example-audit","asDrawn":true,"among":210,"drawn":12,"differing":2,"recounted":true}\]' \
	alone report verify "$openings" --bundle "$proof" --trust inst/trust.policy --json

# ---- who lies ----
# An auditor who picks: his numbers do not follow from his words. His key signs what he likes; whoever checks draws again.
openssl genpkey -algorithm ed25519 -out second.pem 2>/dev/null
openssl pkey -in second.pem -pubout -out second.pub
check "he has a second key" "$pellucid" key add example-audit second.pub --role reviewer
python3 -B "$PL_SRC/tests/lib/resign.py" envelope second.pem 'words="what-I-like"' 'differing=[]' >picked
answers "the log takes it" 0 'signed by example-audit' "$pellucid" statement import picked
"$pellucid" report take persons "$period" >/dev/null
answers "whoever verifies sees that he picked, and that his first word stands" 0 \
	'Not drawn as it had to be: the sample of example-audit .* the words of the draw give case' alone report verify "$openings" --bundle "$proof" --trust inst/trust.policy
check "in JSON, too" sh -c '"$@" --json | grep -q "\"asDrawn\":true.*\"asDrawn\":false"' _ "$pellucid" report verify "$openings" --bundle "$proof" --trust inst/trust.policy
# An operator who hands out other rows than those he counted, or states other totals.
sed 's/^\(row 1 0 .*\) portal /\1 mail /' counted >other
answers "another file is not what was counted" 1 'leads to another leaf' alone report sample "$openings" --words x --counted other
sed 's/^total denied [0-9]*$/total denied 0/' "$openings" >kinder
answers "other totals are another file" 1 'no such statement' alone report verify kinder --bundle "$proof" --trust inst/trust.policy
answers "and not what the rows give" 1 'stated is denied 0, the rows give' alone report sample kinder --words x --counted counted
sed '0,/^cell /s/^\(cell .*\) [0-9]*$/\1 1/' "$openings" >cells
answers "tables that forget cases are refused" 1 'does not count every case once' alone report sample cells --words x
sed '/^counted /,/^cell /d' "$openings" >without
answers "totals without their source are refused" 2 'expected a row' alone report sample without --words x
answers "where rows are open nothing is drawn" 3 'rows of this file are open' alone report sample counted --words x
exit "$failed"
