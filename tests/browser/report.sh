#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# The pages of registers, reports and claims in Chromium, and the report counted again in the browser, on its page, on the Verify page and in
# the one file: as it is, and falsified.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/forge.sh
. "$PL_SRC/tests/lib/forge.sh"
origin=log.example/report
export PELLUCID_INSTANCE=$PL_TMP/inst
make_instance "$origin" --quorum 0 >/dev/null
check "a register is declared" "$pellucid" register add "$PL_SRC/demo/requests.register"
check "its words are stated" "$pellucid" register words "$PL_SRC/demo/requests.words.en"
check "in German, too" "$pellucid" register words "$PL_SRC/demo/requests.words.de"
check "cases are entered" "$pellucid" register enter requests "$PL_SRC/demo/requests-2021-h2.csv"
check "a head is signed" "$pellucid" register head requests
check "a report is made" "$pellucid" report make requests 2021-H2
printf 'received,country,category\n2021-01-01T00:00:00Z,c-01,user-data\n2022-01-01T00:00:00Z,c-02,weakening\n2021-12-01T00:00:00Z,c-02,user-data\n' >more.csv
check "more cases" "$pellucid" register enter requests more.csv
# What the public tables know of the head before: the next one is twenty hours late, and the page shows it as one that closes a day.
sqlite3 inst/pellucid.db "update register set time = time / 600 * 600 - 72600 where name = 'requests'"
check "a head is signed" "$pellucid" register head requests
sqlite3 inst/pellucid.db "update register_late set day = time - 72000 - 86400 where register = 'requests'"
for period in 2021-H1 2022-H1 2021-H2; do check "a report about $period" "$pellucid" report make requests $period; done
# A register that opens totals only, and what an auditor said of it.
check "a register whose rows stay shut" "$pellucid" register add "$PL_SRC/demo/persons.register"
check "with words" "$pellucid" register words "$PL_SRC/demo/persons.words.en"
{
	echo received,kind,regulation,channel,identity,decision,ground,extended,days,sender,words
	for i in {1..30}; do
		echo "2021-12-0$((i % 9 + 1))T00:00:00Z,$([[ $((i % 3)) == 0 ]] && echo copy || echo delete),gdpr,portal,mailed-code,$([[ $i -gt 25 ]] && echo denied || echo full),none,false,$i,person $i,text $i"
	done
} >persons.csv
check "has cases" "$pellucid" register enter persons persons.csv
check "and a head" "$pellucid" register head persons
check "a report states its totals" "$pellucid" report make persons 2021-H2 --counted counted
check "it is taken" "$pellucid" report take persons 2021-H2
check "an auditor has a key" "$pellucid" key new example-audit --role reviewer
"$pellucid" report audit inst/keys/example-audit.key persons-2021-H2.openings --auditor example-audit --words dice-4-1-6 --count 10 --counted counted \
	--bundle persons-2021-H2.tlog-proof --trust inst/trust.policy --passphrase-file inst/keys/passphrase >sample
check "what he compared is in the log" "$pellucid" statement import sample
# A register that is declared anew while cases come.
moves() {
	printf '%s\n' 'pellucid-register v1' 'name moves' 'source intake' 'existence exact' 'opens rows' 'late-after 7' 'open-after 0' 'retain 24' \
		'field received time open' "$@" >moves.register
	"$pellucid" register add moves.register
}
check "a register is declared" moves 'field kind enum open a,b' 'field colour enum open red,blue' 'total cases count' 'total reds count colour=red' 'table by-kind kind'
printf 'received,kind,colour\n2021-07-01T00:00:00Z,a,red\n2021-07-02T00:00:00Z,b,red\n' >moves.csv
check "cases come" "$pellucid" register enter moves moves.csv
check "it is declared anew" moves 'field size u64 open' 'field kind enum open a,b,c' 'total cases count' 'total large count size=9' 'table by-kind kind' 'table by-size size'
printf 'received,size,kind\n2021-07-04T00:00:00Z,9,c\n2021-07-05T00:00:00Z,2,b\n' >moves.csv
check "more cases come" "$pellucid" register enter moves moves.csv
check "with a head" "$pellucid" register head moves
check "and a report of both" "$pellucid" report make moves 2021-H2
# One who picked: his numbers do not follow from his words. His key signs what he likes; the page draws again.
openssl genpkey -algorithm ed25519 -out second.pem 2>/dev/null
openssl pkey -in second.pem -pubout -out second.pub
check "he has a second key" "$pellucid" key add example-audit second.pub --role reviewer
python3 -B "$PL_SRC/tests/lib/resign.py" sample second.pem 'words="what-I-like"' >picked
check "the log takes what he likes" "$pellucid" statement import picked
check "claims are made" "$pellucid" claim import "$PL_SRC/demo/claims.csv"
check "one is superseded" "$pellucid" claim status 001-centres superseded --by 003-centres-after
# What an insider makes of the database is shown to the program here, and to the pages below: both name the row.
check "an outsider takes the report home" "$pellucid" report take requests 2021-H2
PL_TEST_DB=sqlite:inst/pellucid.db
forge_begin
for name in "${forges[@]}"; do
	forge "$name"
	check "a forgery: $name" "$pellucid" report draft requests 2021-H2 --out "forged.$name"
	forge_undo
	answers "the program names its row" 1 "${forge_says[$name]}" "$pellucid" report verify "forged.$name" --bundle requests-2021-H2.tlog-proof --trust inst/trust.policy
	echo "${forge_says[$name]}" >"forged.$name.says"
done
answers "what was forged is put right again" 0 'every row was counted again' "$pellucid" report verify requests-2021-H2.openings --bundle requests-2021-H2.tlog-proof --trust inst/trust.policy
[[ $failed == 0 ]] || exit 1
start web "$pellucid" web --listen 127.0.0.1:0 --rate 1000000
ready web web.serving
node "$PL_SRC/tests/browser/report.mjs" "http://127.0.0.1:${port[web]}" "$PL_TMP" "${forges[@]}" || failed=1
exit "$failed"
