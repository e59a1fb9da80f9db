#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 600
# The database comes back from an older copy: nothing is entered, no number is given twice, what is lost is said in public and counted
# again by whoever reads the report; a sender whose case was lost still holds the proof that it was there.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
period=$(date -u +%Y)-H$((10#$(date -u +%m) > 6 ? 2 : 1))
now=$(date -u +%Y-%m-%dT00:00:00Z)

tips_register 'retain 0' 'field received time generalised half-year' 'field kind enum open good,bad' 'field words text sealed' \
	'total bad count kind=bad' >tips.register
cases() { # COUNT KIND
	local i
	echo received,kind,words
	for ((i = 0; i < $1; i++)); do echo "$now,$2,words of $2 $i"; done
}
cases 3 good >first.csv
cases 4 bad >second.csv
cases 2 good >third.csv

make_instance log.example/recover >/dev/null
"$pellucid" register add tips.register >/dev/null
"$pellucid" register enter tips first.csv >/dev/null
"$pellucid" register head tips >/dev/null
sed 's/^name tips$/name zeal/' tips.register >zeal.register
"$pellucid" register add zeal.register >/dev/null
database save old
answers "four more come, with promises" 0 'entered as 4 to 7' "$pellucid" register enter tips second.csv --promises secrets
"$pellucid" register change tips 2 kind=bad >/dev/null
"$pellucid" register head tips >/dev/null
"$pellucid" register receipt tips 6 words --out six.receipt
answers "the sender of one has his proof" 0 'proved' "$pellucid" register check six.receipt --trust inst/trust.policy
log=$(published)

database load old
answers "after the older copy nothing is entered" 1 'the log has published' "$pellucid" register enter tips third.csv
answers "and the log does not start" 1 'the record is an older copy' "$pellucid" register head tips
answers "a database that holds a record is not made anew" 2 'it is not lost' "$pellucid" recover database --accept-that-nobody-witnesses
answers "the operator says that it is an older copy" 0 'tables' "$pellucid" recover database --accept-that-nobody-witnesses --from-older-copy
answers "once" 2 'not older' "$pellucid" recover database --accept-that-nobody-witnesses --from-older-copy
answers "the register is still behind the log" 1 'behind the log' "$pellucid" register enter tips third.csv
answers "no case of it is changed" 1 'behind the log' "$pellucid" register change tips 1 kind=bad
answers "and no head is signed" 1 'is behind the log' "$pellucid" register head tips
heads_of() { sql "select count(*) from register_end where register = '$1'"; }
of_tips=$(heads_of tips)
has_head() { [[ $(heads_of "$1") -ge 1 ]]; }
# Ten minutes later, when both have a head due; an object store bears that much.
start keep env LD_PRELOAD="$(faketime_library)" FAKETIME=+10m FAKETIME_DONT_FAKE_MONOTONIC=1 "$pellucid" register keep
ready keep register.keeping
check "whoever keeps the rhythm says so" soon grep -q '^evt=register.head_failed register=tips' keep.log
check "and signs a head of the register behind it" soon has_head zeal
sleep 11 # two looks
same "says it once" 1 "$(grep -c '^evt=register.head_failed' keep.log)"
check "and goes on" kill -0 "${pid[keep]}"
same "the one that is behind has no new head" "$of_tips" "$(heads_of tips)"
stop keep
answers "it is recovered" 0 'lost in restore: numbers 4 to 7' "$pellucid" register recover tips
answers "once" 2 'nothing of tips is missing' "$pellucid" register recover tips
answers "the next case has the next number" 0 'entered as 8 to 9' "$pellucid" register enter tips third.csv --promises secrets.new
answers "a case from before is changed as it is here" 0 'revision 1' "$pellucid" register change tips 1 kind=bad
answers "a lost one is not" 3 'lost' "$pellucid" register change tips 5 kind=good
answers "what was private before is there" 0 'words of good 0' "$pellucid" register show --private tips 1
answers "a head is signed" 0 'numbers to 9' "$pellucid" register head tips
check "the log went on" test "$(published)" -gt "$log"
"$pellucid" register receipt tips 9 --out nine.receipt
answers "a new case is proved in the tree that went on" 0 'proved' "$pellucid" register check nine.receipt --trust inst/trust.policy
answers "the lost one's sender still holds his proof" 0 'proved' "$pellucid" register check six.receipt --trust inst/trust.policy

answers "the report says what is lost" 0 '4 lost' "$pellucid" report make tips "$period"
check "and how much of the tree" grep -q '5 leaves were lost' out
"$pellucid" report take tips "$period" >/dev/null
"$pellucid" report export tips "$period" --format json --out report.json
check "a report as a document says how many leaves are gone" grep -q '"lost-leaves"' report.json
answers "an outsider counts the same" 0 'verified' "$pellucid" report verify "tips-$period.openings" --bundle "tips-$period.tlog-proof" \
	--trust inst/trust.policy
check "with the loss" grep -q '5 leaves were lost' out
grep -n '^gap ' "tips-$period.openings" >gap.line
same "the gap stands in the openings" "$(grep -c . gap.line)" 1
cat >count.mjs <<'END'
import fs from "node:fs";
import vm from "node:vm";
const [pages, file] = process.argv.slice(2);
for (const script of ["recount-hash.js", "recount-core.js", "recount-commit.js", "recount-count.js"])
	vm.runInThisContext(fs.readFileSync(`${pages}/${script}`, "utf8"));
try {
	const { result } = PellucidRecount.recountText(fs.readFileSync(file, "utf8"));
	console.log(`${result.cases} cases, ${result.lost} lost, ${result.lostLeaves} leaves, ${result.gaps.length} gap`);
} catch (e) {
	console.log(e.message);
	process.exitCode = 1;
}
END
answers "the browser's script counts the same" 0 '5 cases, 4 lost, 5 leaves, 1 gap' node count.mjs "$PL_SRC/pages" "tips-$period.openings"
sed '/^edge /d' "tips-$period.openings" >changed.openings
answers "and refuses a gap without its edge" 1 'subtrees' node count.mjs "$PL_SRC/pages" changed.openings
sed 's/^\(gap [0-9]*\) 7 /\1 8 /' "tips-$period.openings" >changed.openings
answers "a gap that says something else is refused" 1 '' "$pellucid" report verify changed.openings --bundle "tips-$period.tlog-proof" \
	--trust inst/trust.policy
sed '/^row 5 0/d' "tips-$period.openings" >changed.openings
answers "so is a lost number that is left out" 1 'case 6' "$pellucid" report verify changed.openings --bundle "tips-$period.tlog-proof" \
	--trust inst/trust.policy
check "the tables are what the log says" tables_fit

# No copy at all: only the log is left.
database_lost
answers "the tables are made from the log" 0 'tables' "$pellucid" recover database --accept-that-nobody-witnesses
answers "and the register goes on behind it" 0 'numbers 1 to 9' "$pellucid" register recover tips
answers "with the next number" 0 'entered as 10 to 11' "$pellucid" register enter tips third.csv
answers "under a head of the same tree" 0 'numbers to 11' "$pellucid" register head tips
answers "its report says that everything before is lost" 0 '9 lost' "$pellucid" report make tips "$period"
exit "$failed"
