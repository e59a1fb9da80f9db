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

# ---- a database from an older copy ----

sql "UPDATE register_state SET highest = 100 WHERE name = 'requests'"
printf 'received\n2021-07-01T00:00:00Z\n' >one.csv
answers "a counter behind the log gives no number" 1 'behind the log, which knows number 109' \
	"$pellucid" register enter requests one.csv
exit "$failed"
