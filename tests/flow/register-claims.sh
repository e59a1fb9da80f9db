#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# What five documents say of one vendor, as claims: the rules flag what does not fit together, and nothing else, until a person states
# what became of it.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
demo=$PL_SRC/demo/claims.csv
claim() { "$pellucid" claim "$@"; }

# expected: do the flags in out agree with both columns of the table, row by row?
expected() {
	python3 - "$demo" out <<'P'
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8")))
found = {(f["flag"], frozenset(f["claims"])) for f in json.load(open(sys.argv[2]))["flags"]}
wanted, wrong = set(), 0
for row in rows:
    own = {(flag, frozenset(filter(None, [row["claim"], other])))
           for flag, _, other in (word.partition(":") for word in row["must flag"].split())}
    wanted |= own
    for flag in {f for f in found if row["claim"] in f[1]} ^ own:
        print("row", row["claim"], "differs:", flag[0], *sorted(flag[1]))
        wrong += 1
    for word in row["must not flag"].split():
        for flag in found:
            if row["claim"] in flag[1] and (word == flag[0] or word in flag[1]):
                print("row", row["claim"], "must not be flagged:", flag[0], *sorted(flag[1]))
                wrong += 1
sys.exit(wrong or found != wanted or not wanted)
P
}
flags() { field "$(claim check --json)" unexplained; }

check "an instance is made" make_instance log.example/claims --quorum 0
answers "without claims nothing is flagged" 0 '0 claims, 0 flags' claim check
answers "a table with a mistake is refused with its line" 2 'line 3: .*to' claim import - <<'T'
claim,kind,subject,property,word,from,to,words
a,fact,s,p,w,2021,2022,fine
b,fact,s,q,w,2022,2021,the wrong way round
T
answers "and nothing of it is stated" 0 '0 claims' claim check
answers "the table of the five documents is stated" 0 '86 claims stated, 0 already there' claim import "$demo"
answers "once" 0 '0 claims stated, 86 already there' claim import "$demo"

# What is flagged, and what is not.
answers "some of it does not fit together" 1 'unexplained' claim check --json
check "the flags are those of the columns" expected
same "there are nine of them" 9 "$(field "$(cat out)" unexplained)"
answers "they are said in words, too" 1 'promised by 2018-12-31, and no claim shows it kept' claim check
answers "never, and seventeen" 1 'never (undated), and 17 request (2021-07-01 to 2021-12-31)' claim check
check "in 2018 other things did not fit" code 1 claim check --at 2018-06-01 --json
check "but the promise was not overdue yet" not has '"overdue"'

# One of them, as a page takes it.
json=$(claim show 003-person-requests --json)
same "2,252 requests of persons in 2021" "2252 request 2021-01-01T00:00:00Z 2022-01-01T00:00:00Z open" \
	"$(field "$json" value) $(field "$json" unit) $(field "$json" from) $(field "$json" to) $(field "$json" status)"
same "with its words" '2,252 requests of persons about their data in 2021' "$(field "$json" text)"
answers "a claim that is not there" 3 'no claim "nothing"' claim show nothing
answers "by subject" 0 '003-centres-after' claim list --subject transparency-centres --property count
check "and no other one" not has 'bug-bounty'
json=$(claim history transparency-centres count --json)
same "the history of a number, the undated ones first" "000-centres 001-centres 003-centres-before 003-centres-after" \
	"$(for i in 0 1 2 3; do field "$json" claims.$i.claim; done | xargs)"

# The same name says something else.
sed 's/Nine transparency centres/Ten transparency centres/' "$demo" >other.csv
answers "a claim does not change" 2 '"000-centres" says something else since entry' claim import other.csv
cat >lab.claim <<'C'
[claim]
claim = lab-1
kind = result
subject = laboratory
property = blocked
bound = at-least
value = 99
unit = percent
as-of = 2026-05
product = suite
version = 1.0
words = A laboratory saw 99 percent of attacks blocked
C
check "one more, from a file" claim add lab.claim
answers "is found the second time" 0 'already there: lab-1' claim add lab.claim
sed 's/^value = 99$/value = 90/; s/^claim = .*/claim = lab-2/' lab.claim >lab2.claim
check "and another one about the same version" claim add lab2.claim
answers "fits, for both are bounds" 1 '88 claims, 9 flags' claim check

# A person states what became of them.
evidence=$(cut -d, -f14 "$demo" | sed -n 2p)
answers "superseded needs the claim in its place" 2 'names the claim in its place' claim status 001-centres superseded
answers "about the same thing" 2 'another one about the same thing' claim status 001-centres superseded --by 000-iso
answers "which is there" 3 'no claim "nothing"' claim status 001-centres superseded --by nothing
answers "late needs evidence" 2 'name evidence' claim status 002-builds late --date 2020
answers "and is late" 2 'in time: met' claim status 002-builds late --date 2018-11 --evidence "$evidence"
answers "a number is not met" 2 'only a promise' claim status 000-centres met --date 2018-11 --evidence "$evidence"
size=$(field "$("$pellucid" log checkpoint inst/log --json)" size)
check "one supersedes the other" claim status 001-centres superseded --by 003-centres-after
check "and is superseded itself" claim status 003-centres-after superseded --by 000-centres
check "as is the one before" claim status 003-centres-before superseded --by 000-centres
answers "nobody goes in a circle" 3 'superseded itself' claim status 000-centres superseded --by 001-centres
same "what is refused is not logged" $((size + 3)) "$(field "$("$pellucid" log checkpoint inst/log --json)" size)"
check "the never is withdrawn" claim status 004-user-data withdrawn --evidence "$evidence"
check "type 1 gave way to type 2" claim status 001-soc2 superseded --by 000-soc2
check "in both documents" claim status 003-soc2 superseded --by 000-soc2
check "membership has ended" claim status 001-enisa superseded --by 000-enisa
same "one flag is left" 1 "$(flags)"
answers "the promise" 1 'overdue .*002-builds' claim check
check "which is kept late" claim status 002-builds late --date 2020-06-30 --evidence "$evidence"
answers "everything is explained, and nothing hidden" 0 '88 claims, 9 flags, 0 not explained' claim check
answers "a page shows what became of it" 0 'superseded by 003-centres-after by entry' claim show 001-centres
answers "and a list" 0 '002-builds' claim list --status late
check "somebody was mistaken" claim status 002-builds open
same "and one flag is back" 1 "$(flags)"
check "the tables are those of the log" tables_fit
exit "$failed"
