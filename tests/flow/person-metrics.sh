#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 300
# The numbers that are published about requests of persons: the CCPA's table among them, counted again by others than us.
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
		echo "$day,${kinds[i % 7]},${laws[i % 5]},portal,mailed-code,$decision,$ground,$([[ $days == 4? ]] && echo true || echo false),$days,person $i,text $i"
	done
} >rows.csv
answers "210 requests" 0 'entered as 1 to 210' "$pellucid" register enter persons rows.csv
"$pellucid" register head persons >/dev/null
period=$(date -u +%Y)-H$((10#$(date -u +%m) > 6 ? 2 : 1))
answers "are reported" 0 'ccpa-know-mean' "$pellucid" report make persons "$period"
"$pellucid" report take persons "$period" >/dev/null
answers "the report is counted again" 0 'requests *210' "$pellucid" report verify "persons-$period.openings" --bundle "persons-$period.tlog-proof" --trust inst/trust.policy
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
text = json.dumps(json.load(open("report.json")))
assert "ccpa-know-mean" in text and "person 7" not in text and "text 7" not in text
END
check "no row says who asked" not grep -qa -e 'person 7' -e 'text 7' "persons-$period.openings"
exit "$failed"
