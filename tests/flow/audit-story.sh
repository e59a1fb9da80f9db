#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 900
# Audits and certificates: days that nobody covers, how a scope changed, what ends early, and copies of a report that name
# their reader when they come back.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/canary.sh
. "$PL_SRC/tests/lib/canary.sh"
demo=$PL_SRC/demo
audit() { "$pellucid" audit "$@"; }
size() { field "$("$pellucid" log checkpoint inst/log --json)" size; }

check "an instance is made" make_instance log.example/audits --quorum 0
canary_begin
export PELLUCID_INSTANCE=inst

# Stating.
answers "audits are stated" 0 '8 audits stated, 0 already there' audit import "$demo/audits.csv"
answers "once" 0 '0 audits stated, 8 already there' audit import "$demo/audits.csv"
answers "with what was added to the scope" 0 'added since iso-27001-2019: system file-delivery' audit show iso-27001-2022
answers "and what was removed" 0 'removed since iso-27001-2022: system statistics' audit show iso-27001-2025
answers "by whom" 0 'auditor: Example Auditors LLP' audit show soc2-2019-1
check "with its report's digest" grep -q "report: sha256:$(sha256sum <"$demo/audit-report.txt" | cut -c 1-64)" <(audit show soc2-2024-2)
answers "nobody's audit" 3 'no audit "nobody"' audit show nobody
head=$(head -n 1 "$demo/audits.csv")
row() { grep "^$1," "$demo/audits.csv"; }
now=$(size)
{ echo "$head"; row soc2-2019-1 | sed 's/2019-05-31/2019-06-30/'; } >bad.csv
answers "the same name with other words is refused" 2 'stated anew under another name' audit add bad.csv
{ echo "$head"; row soc2-2022-1 | sed 's/^soc2-2022-1/soc2-2022-b/'; } >bad.csv
answers "a second successor, too" 3 'superseded by soc2-2022-1 already' audit add bad.csv
{ echo "$head"; row iso-27001-2022 | sed 's/^iso-27001-2022/iso-b/; s/iso-27001-2019/soc2-2024-2/'; } >bad.csv
answers "and one of another standard" 2 'of another standard' audit add bad.csv
{ echo "$head"; row soc2-2019-1 | sed 's/,type-1,/,type-2,/; s/^soc2-2019-1/x/'; } >bad.csv
answers "and what does not fit together, with its line" 2 'line 2: .*speaks of a period' audit import bad.csv
same "what is refused is not logged" "$now" "$(size)"

# Days.
answers "the days between two certificates" 0 '2022-02-01 to 2022-02-15  *uncovered' audit list --at 2026-11-28
answers "the two months between two periods" 0 '2023-06-01 to 2023-07-31  *uncovered' audit list --at 2026-11-28
answers "and the lapse that lasts" 0 '2024-08-01 to 2026-11-28  *uncovered' audit list --at 2026-11-28
json=$(audit list --at 2026-11-28 --json)
same "counted" "1 15 3" "$(field "$json" standards.0.gaps) $(field "$json" standards.0.uncoveredDays) $(field "$json" standards.1.gaps)"

# What becomes of them.
answers "a reason is wanted" 2 'accreditation-lost' audit end iso-27001-2025 suspended --from 2026-05-01
answers "a day outside is refused" 2 'outside of the time' audit end iso-27001-2025 suspended --from 2020-05-01 --reason non-conformity
answers "what is not suspended is not reinstated" 3 'only what is suspended' audit end iso-27001-2025 reinstated --from 2026-05-01 --reason corrected
check "a certificate is suspended" audit end iso-27001-2025 suspended --from 2026-05-01 --reason non-conformity
check "and reinstated" audit end iso-27001-2025 reinstated --from 2026-06-01 --reason corrected
answers "the days are shown" 0 '2026-05-01 to 2026-05-31  *suspended *iso-27001-2025' audit list --at 2026-11-28
audit end soc2-2019-1 withdrawn --from 2026-07-01 --reason stated-in-error --payload-only >payload
"$pellucid" key approve inst/keys/officer-1.key payload --passphrase-file inst/keys/passphrase >approvals 2>/dev/null
answers "what an officer approved is no other end" 1 'something else' audit end soc2-2022-1 withdrawn --from 2026-07-01 --reason stated-in-error \
	--payload payload --approvals approvals
check "an end is approved elsewhere" audit end soc2-2019-1 withdrawn --from 2026-07-01 --reason stated-in-error --payload payload \
	--approvals approvals
answers "nothing follows it" 3 'nothing follows' audit end soc2-2019-1 withdrawn --from 2026-08-01 --reason stated-in-error
answers "it stays in the list" 0 'soc2-2019-1 .*withdrawn from 2026-07-01 (stated-in-error)' audit list
{ echo "$head"; row soc2-2019-1 | sed 's/^soc2-2019-1/soc2-2019-1b/; s/2019-05-31/2019-06-30/'; } >one.csv
audit add one.csv --payload-only >payload
"$pellucid" key approve inst/keys/officer-1.key payload --passphrase-file inst/keys/passphrase >approvals 2>/dev/null
check "anew, under another name" audit add one.csv --payload payload --approvals approvals
answers "and found the second time" 0 'already there' audit add one.csv
check "the tables are those of the log" tables_fit

# Copies.
echo 'Whoever gets a copy shows it to nobody else and destroys it on the day that it names.' >terms.txt
give() { audit hand-out "$@" --terms terms.txt --accepted 2026-11-01; }
answers "without a register nobody gets one" 3 'hand-outs' give soc2-2024-2 --file "$demo/audit-report.txt" --to 'Example Customer' --out one.txt
check "it is declared" "$pellucid" register add "$demo/hand-outs.register"
for words in en de; do check "with words ($words)" "$pellucid" register words "$demo/hand-outs.words.$words"; done
answers "nor against terms that nobody can look up" 3 'publish them first' give soc2-2024-2 --file "$demo/audit-report.txt" \
	--to 'Example Customer' --out one.txt
check "the terms are published" "$pellucid" statement document terms.txt
answers "an audit without a report" 3 'names no report' give soc2-2019-1 --to X --out one.txt
answers "another file is not the report" 1 'not the document whose digest' give soc2-2024-2 --file terms.txt --to X --out one.txt
answers "its bytes are not published" 3 'give them with --file' give soc2-2024-2 --to X --out one.txt
answers "terms are accepted before" 2 'before the copy is given' audit hand-out soc2-2024-2 --file "$demo/audit-report.txt" --to X \
	--terms terms.txt --accepted 2200-01-01 --out one.txt
check "nothing was written" test ! -e one.txt -a ! -e one.txt.new
answers "one customer gets his copy" 0 '1 of hand-outs: soc2-2024-2, text/plain' give soc2-2024-2 --file "$demo/audit-report.txt" \
	--to 'Example Customer Ελλάς' --expires 2199-12-31 --out one.txt
check "another one hers" give soc2-2024-2 --file "$demo/audit-report.txt" --to 'Example Reader' --out two.txt
check "for their eyes" test "$(stat -c %a one.txt)" = 600
answers "a name is not taken twice" 2 'is there already' give soc2-2024-2 --file "$demo/audit-report.txt" --to X --out one.txt
check "the copy holds the report" grep -qF 'This is an example' one.txt
check "and names its reader" grep -qF 'Copy for Example Customer Ελλάς' one.txt
check "copies differ" bash -c '! cmp -s one.txt two.txt'
answers "a copy is traced" 0 '1 of hand-outs' audit trace one.txt
check "by its bytes" has 'the very copy'
grep -v '^Copy for' two.txt >leaked.txt
answers "and without its line by its blanks" 0 '2 of hand-outs' audit trace leaked.txt
check "by its mark" has 'their mark'
answers "a mark that somebody read off a page" 0 '1 of hand-outs' audit trace --mark "$(grep -o 'PLM-.*' one.txt)"
answers "the customer, from the vault" 0 'for Example Customer Ελλάς' audit trace one.txt --private
answers "the original is nobody's" 1 'no hand-out' audit trace "$demo/audit-report.txt"
answers "nor is a mark that was never given" 1 'no hand-out' audit trace --mark PLM-00000000000000000000000000
answers "no mark" 2 'a mark is' audit trace --mark PLM-1
answers "hand-outs are listed" 0 'expires 2199-12-31' audit hand-outs --audit soc2-2024-2
same "no name without the vault" 0 "$(audit hand-outs --json | grep -c 'Example Customer')"
same "two of them" "2 1" "$(json=$(audit hand-outs --json) && echo "$(field "$json" handOuts.0.number) $(field "$json" handOuts.1.number)")"

# A public body: an SBOM.
cat >sbom.json <<'T'
{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [{"type": "library", "name": "example", "version": "1.10"}]}
T
check "an SBOM is published" "$pellucid" statement document sbom.json --media-type application/vnd.cyclonedx+json
sbom=sha256:$(sha256sum <sbom.json | cut -c 1-64)
check "and handed out, from the store" give "$sbom" --to 'Example Customer' --out sbom.copy.json
check "it says so where the format has room" python3 -c '
import json
a, b = json.load(open("sbom.json")), json.load(open("sbom.copy.json"))
p = b.pop("metadata")["properties"]
assert a == b and len(p) == 1 and p[0]["name"] == "pellucid:hand-out" and "Mark PLM-" in p[0]["value"]'
python3 -c 'import json; json.dump(json.load(open("sbom.copy.json")), open("again.json", "w"))'
answers "written anew it is traced all the same" 0 '3 of hand-outs' audit trace again.json
answers "no such body" 3 'names no body' give sha256:0000000000000000000000000000000000000000000000000000000000000000 --to X --out y

# Counted in public, and nobody named.
nowhere_at_all "before the erasure" 'Example Customer' 'Example Reader' 'This is an example. It stands'
check "(the search finds what does)" somewhere 'soc2-2024-2' database
check "a head is signed" "$pellucid" register head hand-outs
answers "a report counts them" 0 'hand-outs  *3$' "$pellucid" report make hand-outs "$(date -u +%Y)"
entry=$(field "$(audit show soc2-2024-2 --json)" index)
answers "by document and month" 0 "^cell,by-statement,$entry,[0-9-]*-01T00:00:00Z,2," "$pellucid" report export hand-outs "$(date -u +%Y)" \
	--format csv-totals
check "it is taken home" "$pellucid" report take hand-outs "$(date -u +%Y)"
answers "and recounted there" 0 'hand-outs  *3$' env -u PELLUCID_INSTANCE "$pellucid" report verify "hand-outs-$(date -u +%Y).openings" \
	--bundle "hand-outs-$(date -u +%Y).tlog-proof" --trust inst/trust.policy
check "and names nobody" not grep -qF -e Example -e "$(printf 'Example Customer' | base64 | cut -c 1-12)" "hand-outs-$(date -u +%Y).openings"
answers "the customer is erased" 0 'erased' "$pellucid" register erase hand-outs 1
nowhere_at_all "after the erasure" 'Example Customer' 'Example Reader' 'This is an example. It stands'
answers "and the copy is still counted and traced" 0 '1 of hand-outs' audit trace one.txt --private
check "without a name" has '(erased)'
check "the tables are still those of the log" tables_fit

# What visitors see.
start web "$pellucid" web --listen 127.0.0.1:0 --rate 1000000
ready web web.serving
base=http://127.0.0.1:${port[web]}
serves "all audits" 200 'not covered' "$base/audits"
serves "in German" 200 'nicht gedeckt' "$base/audits?lang=de"
serves "one of them" 200 'Example Certification Body' "$base/audit/iso-27001-2022"
serves "how its scope changed" 200 'file-delivery' "$base/audit/iso-27001-2022"
serves "what became of it" 200 'something did not conform' "$base/audit/iso-27001-2025"
serves "JSON" 200 '"uncoveredDays"' "$base/audits.json"
serves "CSV" 200 'iso-27001,uncovered,2022-02-01,2022-02-15,' "$base/audits.csv"
serves "a feed" 200 'soc2-2019-1: SOC 2:2017, withdrawn' "$base/audits.atom"
serves "no report" 404 . "$base/body/sha256:$(sha256sum <"$demo/audit-report.txt" | cut -c 1-64)"
serves "nobody" 404 'html' "$base/audit/nobody"
exit "$failed"
