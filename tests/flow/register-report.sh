#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A register from its declaration to a report that an outsider recounts; then an insider edits, deletes, swaps and hashes anew in the
# database, and every verifier names the row.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/forge.sh
. "$PL_SRC/tests/lib/forge.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
origin=log.example/register
demo=$PL_SRC/demo

make_instance "$origin" >/dev/null
answers "a register that is not there is named" 3 'there is no register "requests"' \
	"$pellucid" register enter requests "$demo/requests-2021-h2.csv"
sed 's/^retain 0$/retain never/' "$demo/requests.register" >wrong.register
answers "a declaration with a mistake is refused with its line" 2 'line 8' "$pellucid" register add wrong.register
check "the register is declared" "$pellucid" register add "$demo/requests.register"
check "the same declaration again changes nothing" "$pellucid" register add "$demo/requests.register"
answers "a report before the first head says what is missing" 3 'no head' "$pellucid" report make requests 2021-H2

printf 'received,colour\n2021-07-01T00:00:00Z,red\n' >bad.csv
answers "a column that is no field is named" 3 'no field "colour"' "$pellucid" register enter requests bad.csv
printf 'received,category\n2021-07-01T00:00:00Z,user-data\n2021-07-01T00:00:00Z,gossip\n' >bad.csv
answers "a value that is not declared is refused with its line" 2 'line 3' "$pellucid" register enter requests bad.csv
printf 'received\n2031-07-01T00:00:00Z\n' >bad.csv
answers "so is a case from the future" 2 'after the day' "$pellucid" register enter requests bad.csv
answers "and no number was lost by it" 0 'entered as 1 to 109' "$pellucid" register enter requests "$demo/requests-2021-h2.csv"
answers "a head is signed" 0 'head of 109 leaves, numbers to 109' "$pellucid" register head requests
answers "a head without news says the same" 0 'head of 109 leaves, numbers to 109' "$pellucid" register head requests
answers "the report counts" 0 'user-data-rejected  *17$' "$pellucid" report make requests 2021-H2
answers "it is in the list" 0 'requests .*2021-H2 .*edition 1: 109 cases' "$pellucid" report list requests
check "an outsider takes it home" "$pellucid" report take requests 2021-H2
verify() { "$pellucid" report verify "${1:-requests-2021-H2.openings}" --bundle requests-2021-H2.tlog-proof --trust inst/trust.policy "${@:2}"; }
answers "and recounts it offline" 0 'every row was counted again' verify
json=$(verify requests-2021-H2.openings --json)
same "the numbers are those of the source" "109 109 12 92 17 17" "$(for n in requests requests countries technical-expertise \
	user-data user-data-rejected; do field "$json" "totals.$n"; done | tr '\n' ' ' | sed 's/ $//')"
check "the file is the body that the log names" "$pellucid" verify requests-2021-H2.openings --statement register-report \
	--bundle requests-2021-H2.tlog-proof --trust inst/trust.policy
check "the same state gives the same bytes" "$pellucid" report draft requests 2021-H2 --out again.openings
check "byte for byte" cmp requests-2021-H2.openings again.openings
answers "a second report is the next edition" 0 'edition 2' "$pellucid" report make requests 2021-H2
answers "another period has no cases" 0 '2020: 0 cases' "$pellucid" report make requests 2020
check "the public tables are what the log says" tables_fit

# ---- forged by whoever hands it out ----

sed '/^row 50 /s/technical-expertise/user-data/' requests-2021-H2.openings >forged
answers "an edited row is named" 1 'case 50, revision 0.*what is opened is not what was entered' verify forged
sed '/^row 50 /d' requests-2021-H2.openings >forged
answers "a missing row is named" 1 'case 51.*the next new number is 50' verify forged
sed 's/^total user-data-rejected .*/total user-data-rejected count category=weakening/' requests-2021-H2.openings >forged
sed -i "s/^declaration .*/declaration $(sed -n '/^pellucid-register v1/,/^row /p' forged | sed '$d' | wc -c)/" forged
answers "other totals are refused" 1 'names this file' verify forged

# ---- changed in the database, and reported again ----

forge_begin
# refused WORDS: no report is made, and the file that an insider would hand out is refused.
refused() {
	answers "no report is made: $1" 1 "$1" "$pellucid" report make requests 2021-H2
	check "the file is written" "$pellucid" report draft requests 2021-H2 --out forged
	answers "and refused by whoever reads it" 1 "$1" verify forged
	forge_undo
}
cp requests-2021-H2.openings honest
for name in "${forges[@]}"; do
	forge "$name"
	refused "${forge_says[$name]}"
done
# The same with the row of leaf hashes changed, too: only the root of the head is left, and it says so.
forge rehash
hashes=$(sql "SELECT hex(hashes) FROM register_tile WHERE register = 'requests' AND level = 0 AND number = 0" | tr 'A-F' 'a-f')
sql "UPDATE register_tile SET hashes = x'${hashes:0:79*64}$forged_leaf${hashes:80*64}' WHERE register = 'requests' AND level = 0 AND number = 0"
refused "do not lead to the last head's root"
sql "UPDATE register_tile SET hashes = x'$hashes' WHERE register = 'requests' AND level = 0 AND number = 0"
answers "put right again it is reported again" 0 'edition 3' "$pellucid" report make requests 2021-H2

# ---- declared anew while cases come ----
moves() { # HEAD-LINES FIELDS-AND-COUNTS: a declaration of the register moves
	printf '%s\n' 'pellucid-register v1' 'name moves' 'source intake' 'existence exact' 'opens rows' 'late-after 7' 'open-after 0' 'retain 24' \
		'field received time open' "$@"
}
moves 'field kind enum open a,b' 'field colour enum open red,blue' 'field words text sealed' 'total cases count' 'total reds count colour=red' \
	'table by-kind kind' >first.register
moves 'field size u64 open' 'field kind enum open a,b,c' 'field words text sealed' 'total cases count' 'total large count size=9' 'total bs count kind=b' \
	'table by-kind kind' 'table by-size size' >second.register
printf 'received,kind,colour,words\n2021-07-01T00:00:00Z,a,red,one\n2021-07-02T00:00:00Z,b,red,two\n2021-07-03T00:00:00Z,b,blue,three\n' >moves.csv
check "a register is declared" "$pellucid" register add first.register
sed 's/^field colour .*/field colour text open/; /reds/d' first.register >other.register
check "and again, before anything was entered: nobody is bound by the first" "$pellucid" register add other.register
check "back it goes" "$pellucid" register add first.register
check "cases come" "$pellucid" register enter moves moves.csv
for change in 's/^total reds .*/total reds count colour=blue/' 's/^field colour enum open/field colour enum sealed/;/^total reds/d' 's/^existence exact/existence padded/' \
	's/kind enum open a,b/kind enum open a/' 's/^table by-kind kind/table by-kind colour/'; do
	sed "$change" first.register >wrong.register
	answers "what keeps its name keeps its meaning: $change" 2 'in the declaration before\|stay as they were declared' "$pellucid" register add wrong.register
done
check "it is declared anew" "$pellucid" register add second.register
printf 'received,size,kind,words\n2021-07-04T00:00:00Z,9,c,four\n2021-07-05T00:00:00Z,2,b,five\n' >moves.csv
check "cases come under the new one" "$pellucid" register enter moves moves.csv
answers "an old case goes on under the new one" 0 'revision 1' "$pellucid" register change moves 2 size=9
answers "and keeps what was private" 0 'two' "$pellucid" register show moves 2 --private
check "a head is signed" "$pellucid" register head moves
answers "old and new are reported together: a total of one declaration says so" 0 'reds  *1  (only under 1 of the 2 declarations)' "$pellucid" report make moves 2021-H2
answers "of the other, too; a case counts under the declaration of its last revision" 0 'large  *2  (only under 2 of the 2 declarations)' cat out
check "what both count is counted of all" grep -q 'cases  *5$' out
check "with how many cases under which" bash -c 'grep -q "1: sha256:[0-9a-f]*: 2 cases, leaves below 3" out && grep -q "2: sha256:[0-9a-f]*: 3 cases, the present one" out'
check "it is taken home" "$pellucid" report take moves 2021-H2
moved() { "$pellucid" report verify "${1:-moves-2021-H2.openings}" --bundle "${2:-moves-2021-H2.tlog-proof}" --trust inst/trust.policy "${@:3}"; }
answers "whoever verifies it sees the same" 0 'entered under 2 declarations, each case opened and counted under its own' moved
answers "so does the verifier alone" 0 'entered under 2 declarations' "$PL_BUILD/src/cli/pellucid-verify" moves-2021-H2.openings --bundle moves-2021-H2.tlog-proof --trust inst/trust.policy
same "in JSON" "2 3 reds,large,bs" "$(moved moves-2021-H2.openings moves-2021-H2.tlog-proof --json | python3 -c 'import json, sys
r = json.load(sys.stdin)
print(*(d["cases"] for d in r["declarations"]), ",".join(sorted(r["partly"], key=["reds", "large", "bs"].index)))')"
node -e '
const fs = require("fs"), vm = require("vm");
for (const s of ["hash", "core", "commit", "count"]) vm.runInThisContext(fs.readFileSync(`${process.argv[1]}/recount-${s}.js`, "utf8"));
try {
	const { result: r } = PellucidRecount.recountText(fs.readFileSync(process.argv[2], "utf8"));
	console.log(r.declarations.map((d) => d.cases).join(), r.totals.map((t) => `${t.name}=${t.value}`).join());
} catch (e) {
	console.log(e.message);
}' "$PL_SRC/pages" moves-2021-H2.openings >script
same "the script of the page counts the same" "2,3 cases=5,large=2,bs=2,reds=1" "$(cat script)"
# wrongly NAME WORDS: the file "forged" is refused by both, in these words.
wrongly() {
	answers "$1" 1 "$2" moved forged
	check "the script says it, too: $1" bash -c 'node -e "
const fs = require(\"fs\"), vm = require(\"vm\");
for (const s of [\"hash\", \"core\", \"commit\", \"count\"]) vm.runInThisContext(fs.readFileSync(process.argv[1] + \"/recount-\" + s + \".js\", \"utf8\"));
PellucidRecount.recountText(fs.readFileSync(\"forged\", \"utf8\"));" "$PL_SRC/pages" 2>&1 | grep -Eq "$0"' "$2"
}
sed '/^row 1 0 /s/ open-1 / open /' moves-2021-H2.openings >forged
wrongly "a row under the wrong declaration is named" 'case 1, revision 0 .*wrong declaration'
sed 's/^earlier 3 /earlier 4 /; /^row 4 0 /s/ open / open-1 /' moves-2021-H2.openings >forged
wrongly "so is one that is given another place" 'case 4, revision 0'
sed 's/^total reds count colour=red/total reds count colour=blu/' moves-2021-H2.openings >forged
answers "an earlier declaration is the one of the log" 1 'none of its type\|is not among\|value' moved forged
# A bundle without one of the declarations: the operator cannot make one up afterwards.
python3 - moves-2021-H2.tlog-proof >without <<'END'
import base64, json, re, sys
begin = "c2sp.org/tlog-proof@v1\n"
def declares(proof):
    entry = base64.b64decode(re.match(r"extra (\S+)", proof)[1])
    envelope = json.loads(entry[entry.index(b"{"):])
    return json.loads(base64.b64decode(envelope["payload"]))["predicateType"] == "urn:pellucid:register/v1"
parts = open(sys.argv[1]).read().split(begin)[1:]
# The last one ends with the checkpoint.
print("".join(begin + p for p in parts[:-1] if not declares(p)) + begin + parts[-1], end="")
assert sum(declares(p) for p in parts[:-1]) == 2
END
answers "without the declarations in the log the report is not proved" 1 'does not prove that the register was declared by sha256' moved moves-2021-H2.openings without
for format in json csv csv-totals html pdf; do check "exported as $format" "$pellucid" report export moves 2021-H2 --format "$format" --out "m.$format"; done
check "JSON follows its schema" node "$PL_SRC/tests/lib/schema.mjs" "$PL_SRC/docs/formats/report-json.schema.json" m.json
same "JSON names the declaration before" "sha256:$(sha256sum <first.register | cut -d' ' -f1)" "$(field "$(<m.json)" register.earlier.0)"
check "and says of a total which declaration counts it" grep -q '"definition": ".*Not every declaration of this report counts it.*sha256:' m.json
same "the rows have the columns of both" "number,revision,received,size,kind,entered,late,colour,declaration_digest,register_source" "$(head -n 1 m.csv | tr -d '\r')"
same "each with the fields of its own" "1,0,2021-07-01T00:00:00Z,,a,red 2,1,2021-07-02T00:00:00Z,9,b, 4,0,2021-07-04T00:00:00Z,9,c," \
	"$(awk -F, '$1 == 1 || $1 == 2 || $1 == 4 { printf "%s%s,%s,%s,%s,%s,%s", s, $1, $2, $3, $4, $5, $8; s = " " }' m.csv)"
check "HTML names both" grep -q "entered under: sha256:$(sha256sum <first.register | cut -d' ' -f1), sha256:$(sha256sum <second.register | cut -d' ' -f1)" m.html
check "the public tables are what the log says" tables_fit

# ---- a database from an older copy ----

sql "UPDATE register_state SET highest = 100 WHERE name = 'requests'"
printf 'received\n2021-07-01T00:00:00Z\n' >one.csv
answers "a counter behind the log gives no number" 1 'behind the log, which knows number 109' \
	"$pellucid" register enter requests one.csv
exit "$failed"
