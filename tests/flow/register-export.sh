#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a reader takes away of a report: words beside every number, CSV, JSON by its schema, HTML and PDF; the same bytes again, whatever stands in
# the private tables; editions; the verifier that is a program of its own counts, too.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
demo=$PL_SRC/demo
export_as() { "$pellucid" report export requests "${3:-2021-H2}" --format "$1" --out "$2" "${@:4}"; }
make_instance log.example/export >/dev/null
check "the register is declared" "$pellucid" register add "$demo/requests.register"

# ---- words ----
sed 's/^register .*/register persons/' "$demo/requests.words.en" >wrong
answers "words about a register that is not there are refused" 3 'no register' "$pellucid" register words wrong
sed 's/^total countries /total counties /' "$demo/requests.words.en" >wrong
answers "a name that is not declared is refused with its line" 3 'line 11: .*no total "counties"' "$pellucid" register words wrong
sed 's/^value decision full /value decision fully /' "$demo/requests.words.en" >wrong
answers "so is a value" 3 'no value "decision fully"' "$pellucid" register words wrong
sed 's/ | / - /' "$demo/requests.words.en" >wrong
answers "a line without a definition is refused" 2 'label> | <definition' "$pellucid" register words wrong
printf '%s\n' 'pellucid-register-words v1' 'register requests' 'language en' 'title Requests' 'total requests Requests | All of them.' >few
answers "words that leave names unexplained say which" 0 'not explained: total countries' "$pellucid" register words few
check "English words" "$pellucid" register words "$demo/requests.words.en"
answers "German words, and nothing is unexplained" 0 '' "$pellucid" register words "$demo/requests.words.de"

check "nothing is said of it" test ! -s err

check "cases are entered" "$pellucid" register enter requests "$demo/requests-2021-h2.csv"
check "a head is signed" "$pellucid" register head requests
check "a report is made" "$pellucid" report make requests 2021-H2

# ---- formats ----
for format in csv csv-totals json html pdf; do check "it is exported as $format" export_as "$format" "r.$format"; done
check "and in German" export_as json de.json 2021-H2 --language de
check "German PDF" export_as pdf de.pdf 2021-H2 --language de
same "the rows: a line of names, then one a case, each ending in CRLF" "110 110" "$(wc -l <r.csv) $(grep -c $'\r$' r.csv)"
same "as many user data requests as the report says" 17 "$(grep -c ,user-data, r.csv)"
same "the numbers" "109 12 92 17 17" "$(for n in requests countries technical-expertise user-data user-data-rejected; do
	awk -F, -v n="$n" '$1 == "total" && $2 == n { print $5 }' r.csv-totals; done | tr '\n' ' ' | sed 's/ $//')"
check "the cells of one table add up" awk -F, '$1 == "cell" && $2 == "by-country" { sum += $5 } END { exit sum != 109 }' r.csv-totals
same "every line of the rows says that they are imported" "1 109" "$(head -n 1 r.csv | grep -c ',register_source.$') $(grep -c $',imported\r$' r.csv)"
same "and every line of the numbers" "1 0" "$(head -n 1 r.csv-totals | grep -c ',register_source.$') $(tail -n +2 r.csv-totals | grep -vc $',imported\r$')"
same "which any reader of CSV finds" imported "$(python3 -c 'import csv, sys
for name in ("r.csv", "r.csv-totals"):
    rows = list(csv.DictReader(open(name, newline="", encoding="utf-8")))
    assert rows and {r["register_source"] for r in rows} == {"imported"}, name
print("imported")')"
same "JSON says it, too" imported "$(field "$(<r.json)" register.source)"
check "JSON follows its schema" node "$PL_SRC/tests/lib/schema.mjs" "$PL_SRC/docs/formats/report-json.schema.json" r.json de.json
sed 's/"edition": 1/"edition": 0/' r.json >wrong.json
answers "and the schema can say no" 1 'edition must be >= 1' node "$PL_SRC/tests/lib/schema.mjs" "$PL_SRC/docs/formats/report-json.schema.json" wrong.json
same "each total has its definition" 15 "$(node -e 'const r = JSON.parse(require("fs").readFileSync("r.json")); console.log(r.totals.filter((t) => t.definition.endsWith(".") && t.rule).length)')"
same "principles and what is prohibited stand in it" "3 1" "$(node -e 'const r = JSON.parse(require("fs").readFileSync("r.json")); console.log(r.principles.length, r.prohibited.length)')"
check "in German they are German" grep -q 'Zahl der Fälle ist genau' de.json
check "the PDF is whole" qpdf --check r.pdf
pdftotext -layout r.pdf r.txt
check "and has the numbers" grep -Eq '^For data of users, rejected +17$' r.txt
check "its dates are the report's own" bash -c 'pdfinfo -isodates r.pdf | grep -q "CreationDate: *$(node -p "JSON.parse(require(\"fs\").readFileSync(\"r.json\")).statement.time.slice(0, 19)")"'
check "German letters are there" bash -c 'pdftotext de.pdf - | grep -q "Anfragen von Behörden"'
check "HTML stands alone: no script, no address but a fragment" bash -c '! grep -Eq "<script|https?://|src=" r.html && grep -q "<svg class=\"bars\"" r.html'
answers "another format is refused" 2 'csv-totals, json' "$pellucid" report export requests 2021-H2 --format docx
answers "a period without a report, too" 3 'no such report' "$pellucid" report export requests 2020 --format json

# ---- the same bytes, from the openings alone ----
for format in csv csv-totals json html pdf; do
	TZ=America/New_York LC_ALL=C check "again as $format, elsewhere" export_as "$format" again
	check "byte for byte" cmp "r.$format" again
done
sql 'CREATE TABLE saved AS SELECT * FROM register_leaf'
sql "UPDATE register_leaf SET open_values = (SELECT open_values FROM register_leaf WHERE register = 'requests' AND number = 6) WHERE register = 'requests' AND number = 41" >/dev/null
check "with a private row changed" export_as csv again
check "nothing changes in what readers get" cmp r.csv again

# ---- editions ----
cp r.json first.json
sql 'DELETE FROM register_leaf'
sql 'INSERT INTO register_leaf SELECT * FROM saved'
printf 'received,country,category,decision\n2021-12-01T00:00:00Z,c-01,user-data,rejected\n' >more.csv
check "a case is found later" "$pellucid" register enter requests more.csv
check "a head is signed" "$pellucid" register head requests
answers "the next edition" 0 'edition 2' "$pellucid" report make requests 2021-H2
check "the newest is exported" export_as json second.json
same "and names the one that it replaces" "2 110 $(field "$(<first.json)" statement.entry)" \
	"$(field "$(<second.json)" statement.edition) $(node -p 'JSON.parse(require("fs").readFileSync("second.json")).totals[0].value') $(field "$(<second.json)" statement.replaces)"
check "the first one stays what it was" export_as json again 2021-H2 --edition 1
check "byte for byte" cmp first.json again

# ---- the verifier alone ----
check "an outsider takes openings and bundle home" "$pellucid" report take requests 2021-H2
only() { "$PL_BUILD/src/cli/pellucid-verify" "${1:-requests-2021-H2.openings}" --bundle requests-2021-H2.tlog-proof --trust inst/trust.policy "${@:2}"; }
answers "pellucid-verify counts every row again" 0 'Every row was counted again' only
same "and says so in JSON" 110 "$(field "$(only requests-2021-H2.openings --json)" shown.recount.totals.requests)"
same "pellucid verify says the same" "$(only requests-2021-H2.openings --json)" "$("$pellucid" verify requests-2021-H2.openings --bundle requests-2021-H2.tlog-proof --trust inst/trust.policy --json)"
sed '/^row 50 /s/technical-expertise/user-data/' requests-2021-H2.openings >forged
answers "a changed file is refused" 1 '' only forged
answers "from standard input there is nothing to count" 2 'not from standard input' bash -c '"$PL_BUILD/src/cli/pellucid-verify" - --bundle requests-2021-H2.tlog-proof --trust inst/trust.policy <requests-2021-H2.openings'
check "it is linked with no network and no database" bash -c '! ldd "$PL_BUILD/src/cli/pellucid-verify" | grep -Eq "curl|sqlite|libpq|microhttpd|cairo"'
check "the public tables are what the log says" tables_fit
exit "$failed"
