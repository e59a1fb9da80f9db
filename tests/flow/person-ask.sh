#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 900
# What a person asks beside a copy and an erasure, from the desk: where data of hers are, corrections, an objection; whose a case is that came by letter; and a case that
# nothing may erase. Each order is carried out once, whoever is killed; what cannot be done says why in the case's file; nobody stands in the clear.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/mail.sh
. "$PL_SRC/tests/lib/mail.sh"
# shellcheck source=tests/lib/persons.sh
. "$PL_SRC/tests/lib/persons.sh"
# shellcheck source=tests/lib/canary.sh
. "$PL_SRC/tests/lib/canary.sh"
# shellcheck source=tests/lib/installed.sh
. "$PL_SRC/tests/lib/installed.sh"
canary=CANARY-90ab51e7
who=who@remote.example
make_desk
canary_begin
check "a mail server" mail_server
set_conf web intake yes
set_conf mail smtp "smtp://127.0.0.1:$mail_port"
set_conf mail from desk@pellucid.example
set_conf vault per-hour 100000
set_conf vault per-hour-all 100000
mkdir other # what the store outside remembers is nobody's canary
cat >other/store.sh <<'END'
#!/bin/bash
here=${0%/*}
read -r ask
[[ ! -e $here/broken ]] || exit 1
mine() { [[ $ask == *'"value":"who@remote.example"'* ]]; }
case $ask in
'{"act":"find"'*) mine && echo '{"found":{"class":"installations","rows":30}}' ;;
'{"act":"correct"'*'"row":"7"'*) mine && echo corrected >>"$here/told" && echo '{"corrected":true}' ;;
'{"act":"object"'*'"purpose":"research"'*) echo '{"objected":{"outcome":"goes-on","reason":"legal-duty"}}' ;;
'{"act":"object"'*'"ends":true'*) mine && echo ended >>"$here/told" && echo '{"objected":{"outcome":"stopped"}}' ;;
'{"act":"object"'*) echo '{"objected":{"outcome":"stopped"}}' ;;
esac
echo '{"end":true}'
END
chmod +x other/store.sh
cat >inst/holdings <<END
pellucid-holdings v1
here zurich-1 example-ag 35
store telemetry command $PL_TMP/other/store.sh
class telemetry installations frankfurt-2 example-gmbh 6 id,seen
END
cat >plain.register <<'END'
pellucid-register v1
name plain
source intake
existence exact
opens rows
late-after 7
open-after 0
retain 24
field received time generalised month
field kind enum open good,bad
field words text sealed
total cases count
END
check "the register of persons" "$pellucid" register add "$PL_SRC/demo/persons.register"
with_key vendor
set_conf intake products "$PL_TMP/vendor.pub"
check "its form" "$pellucid" intake open "$PL_SRC/demo/persons.form"
check "another register" "$pellucid" register add plain.register
printf 'received,kind,words\n%s,good,by letter\n' "$(date -u +%FT00:00:00Z)" >plain.csv
check "with a case that came by letter" "$pellucid" register enter plain plain.csv
check "people with each role" "$PL_BUILD/tests/unit/web/desk_tool" people inst
# shellcheck disable=SC2034 # read by desk.sh
keep_fresh=yes
# shellcheck disable=SC2119 # its options are its own
start_desk

check "somebody asks" request correct "$who"
check "and somebody else" request where other@remote.example
# done_are N M: of the desk's orders N were carried out, and M were not.
done_are() { work >work.out 2>work.err || true; grep -q "^$1 other orders of the desk carried out, $2 not$" work.out; }
# all_done: whatever waits is carried out; a case that was changed a moment ago has to come into the index first.
none_waits() { [[ $(sql 'select count(*) from person_errand where state = 0') == 0 ]]; }
all_done() { for _ in 1 2 3 4 5; do none_waits && return || work >work.out 2>work.err || true; done; none_waits; }
# What came of the orders of a case, the newest last.
said() { "$pellucid" case show "${2:-persons}" "$1" --private --json | python3 -c 'import json, sys
for e in json.load(sys.stdin)["entries"]:
	if e["kind"] == "said": print(e["about"] + ": " + (e.get("text") or "").strip().replace("\n", " | "))'; }
says() { said "${@:2}" >said.txt; grep -qF -e "$1" said.txt; }
p=/desk/case/persons

# ---- who may ----
does "nobody asks for a case that nobody confirmed" 409 'Nothing can be ordered' desk POST /desk/case/plain/1/person/ask act=where
does "an auditor asks nothing" 403 'another role' auditor POST $p/1/person/ask act=where
does "nor holds anything" 403 'another role' auditor POST $p/1/hold act=hold reason=legal-duty until=
does "an act that is none" 400 '' desk POST $p/1/person/ask act=something
check "nothing of that waits" done_are 0 0

# ---- where ----
does "the desk asks where her data are" 303 'said=noted' desk POST $p/1/person/ask act=where
does "it waits" 200 'Where data of the person are' desk GET $p/1
: >other/broken
check "a store that does not answer makes it wait" done_are 0 1
does "which the desk sees" 200 'waits, failed' desk GET $p/1
check "and nothing is said" test -z "$(said 1)"
rm other/broken
check "then it is done" done_are 1 0
check "ours said what they hold" says 'cases/persons: 1 (zurich-1, example-ag, P24M)' 1
check "and the one outside" says 'telemetry/installations: 30 (frankfurt-2, example-gmbh, P6M)' 1
does "the same of somebody else" 303 'said=noted' desk POST $p/2/person/ask act=where
check "is done" done_are 1 0
check "nothing is held there" says 'telemetry/installations: 0 (frankfurt-2' 2
does "the page says that something came of it" 200 'What came of it' desk GET $p/1
check "and not what, before it is opened" not grep -q frankfurt-2 page
does "opened it does" 200 'telemetry/installations: 30' desk POST $p/1/read

# ---- corrections ----
correct() { does "$1" "$2" "$3" desk POST "$p/1/person/ask" act=correct "store=$4" "table=$5" "row=$6" "column=$7" "text=$8"; }
correct "a correction without a row" 400 'names a store, a table, a row' cases persons '' sender Zoe
check "keeps what was typed" grep -q 'name="table"[^>]*value="persons"' page
correct "one of our own case" 303 'said=noted' cases persons 1 sender "$canary corrected
in two lines"
correct "and two of a store outside at once" 303 'said=noted' telemetry installations 7 seen 2026-01-02T03:04:05Z
correct "of which the second names no row of hers" 303 'said=noted' telemetry installations 8 seen 2026-01-02T03:04:05Z
correct "a store that is none" 303 'said=noted' nowhere installations 7 seen x
correct "somebody else's case" 303 'said=noted' cases persons 2 sender Mallory
correct "a field that is none" 303 'said=noted' cases persons 1 nothing x
check "all are carried out" all_done
same "and each says what came of it" 6 "$(said 1 | grep -c '^correct: ')"
same "two were corrected" 2 "$(said 1 | grep -c '^correct: corrected')"
check "one has no such store" says 'there is no store "nowhere"' 1
answers "the case says it" 0 "$canary corrected" "$pellucid" register show --private persons 1
answers "somebody else's does not" 0 "$canary" "$pellucid" register show --private persons 2
check "indeed" not has Mallory
same "the store was told once" 1 "$(grep -c '^corrected' other/told)"
does "the desk sees that some ended" 200 'ended; why stands in the case' desk GET $p/1

# ---- an objection ----
object() { does "$1" "$2" "$3" desk POST "$p/1/person/ask" "act=${5:-object}" "purpose=$4"; }
object "a purpose is a word" 400 'A purpose is a word' 'All of it'
object "she objects" 303 'said=noted' advertising
object "and to another use" 303 'said=noted' research
check "both are told" all_done
check "it stopped there" says 'telemetry: stopped' 1
check "and is no use of ours" says 'cases: not-used' 1
check "what goes on says why" says 'telemetry: goes-on, legal-duty' 1
object "she allows it again" 303 'said=noted' advertising again
check "that is told" all_done
check "and the store knows that it ended" grep -q '^ended' other/told

# ---- killed wherever it is ----
for n in 1 2 3 4 5; do object "objection $n" 303 'said=noted' "purpose-$n"; done
before=$(said 1 | wc -l)
for after in 0.01 0.03 0.05 0.08 0.12 0.2; do
	timeout -s KILL $after "$pellucid" person work >/dev/null 2>&1 || true
done
work >one.out 2>&1 &
one=$!
work >two.out 2>&1 || true
wait $one || true
check "none waits" all_done
same "each is carried out and said once" $((before + 5)) "$(said 1 | wc -l)"

# ---- whose a case is ----
link() { does "$1" "$2" "$3" desk POST /desk/case/plain/1/link "identities=$4"; }
finds() { "$pellucid" person find "email=$who" >out 2>err && grep -q plain/1 out; }
link "nobody" 400 'Nobody is known by that' ''
link "no identity" 400 'Nobody is known by that' 'who@remote.example'
link "a secret finds its case by itself" 400 'Nobody is known by that' case=01ARZ3NDEKTSV4RRFFQ69G5FAV
link "the case that came by letter is hers" 303 'said=noted' "email=$who"
check "not before it is done" not finds
check "it is" all_done
check "then it is found" finds
check "which the file says" says 'link:' 1 plain

# ---- a case that nothing may erase ----
hold() { does "$1" "$2" "$3" desk POST "${5:-$p/2}/hold" act="${6:-hold}" "reason=$4" "until=${7:-}"; }
does "an erasure is proposed" 303 'said=proposed' desk POST $p/2/erase
path=$(sed 's/?.*//' to)
shown() { ask "$1" GET "$path" && sed -n 's/.*SHA-256 <code class="hash">\([0-9a-f]*\)<.*/\1/p' page; }
hold "a reason that is none" 400 'has one of the reasons' because
hold "an end that is over" 400 'has one of the reasons' legal-claim $p/2 hold 2020-01-01
hold "a day that is none" 400 'has one of the reasons' legal-claim $p/2 hold tomorrow
hold "there is none to release" 409 'is not held' '' $p/2 release
hold "the case is held" 303 'said=noted' legal-claim $p/2 hold 2090-01-01
does "the page says why" 200 'needed for a claim in law' desk GET $p/2
check "and until when" grep -q 2090-01-01 page
does "who agrees to the erasure now erases nothing" 409 '' legal POST "$path/approve" "digest=$(shown legal)"
answers "the case stands" 0 "$canary" "$pellucid" register show --private persons 2
does "nobody proposes one now" 409 'The case is held' desk POST $p/2/erase
answers "the operator erases nothing either" 1 'is held (legal-claim, until 2090-01-01)' "$pellucid" register erase persons 2
check "and reads what to do" has 'pellucid person release persons 2'
answers "nor does the person's own request" 0 'needed for a claim in law' "$pellucid" person erase email=other@remote.example --out kept.zip
answers "it still stands" 0 "$canary" "$pellucid" register show --private persons 2
nowhere_at_all "while it is held" "$canary" "$who" other@remote.example
hold "it is released" 303 'said=noted' '' $p/2 release
answers "then it is erased" 0 'erased' "$pellucid" register erase persons 2
answers "the file says who held it" 0 ' hold .*legal-claim 2090-01-01' "$pellucid" case show persons 2
check "and that it was released" has ' release '
hold "what is erased is not held" 409 '' legal-claim $p/2 hold

# ---- an order whose case goes ----
object "once more" 303 'said=noted' advertising
"$pellucid" register erase persons 1 >/dev/null
check "there is nobody left to do it for" done_are 0 0
check "and the order ends" none_waits
nowhere_at_all "after the erasure" "$canary corrected" "$who"
exit "$failed"
