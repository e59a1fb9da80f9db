#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# Forms that take files, in Chromium: without JavaScript and with the work of the browser, refused and taken, in German; the files of a
# case at the desk: listed, taken out, added; and those that come with a message, or go to the sender with an answer. Wide and narrow, light
# and dark; axe finds nothing.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/clamd.sh
. "$PL_SRC/tests/lib/clamd.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
tips_register 'field kind enum open good,bad' >tips.register
cat >tips.form <<'END'
pellucid-intake-form v1
register tips
confirm work
bits 10
ask kind required
attach 2 100000 pdf,png,text
message optional
word en form Tell us something | It is counted, and answered within a month.
word en kind What kind is it? | Only this is public, and the month.
word en attach Documents | Nobody but those who work on your case sees them.
word de form Erzählen Sie uns etwas | Es wird gezählt und binnen eines Monats beantwortet.
word de kind Welcher Art ist es? | Nur das ist öffentlich, und der Monat.
END
sed 's/name tips/name samples/' tips.register >samples.register
sed 's/name tips/name matters/; s/^total/field package digest open\nfield who text sealed\n&/' tips.register >matters.register
printf 'received,kind,who\n%s,good,an authority\n' "$(date -u +%FT00:00:00Z)" >matters.csv
cat >samples.form <<'END'
pellucid-intake-form v1
register samples
confirm work
bits 10
ask kind required
attach 1 100000 any note
message optional
END
make_desk
check "registers are declared" bash -c '"$1" register add tips.register && "$1" register add samples.register' - "$pellucid"
check "one that gives packages of expertise" bash -c '"$1" register add matters.register && "$1" register enter matters matters.csv --promises secrets' - "$pellucid"
check "people with each role" "$PL_BUILD/tests/unit/web/desk_tool" people inst
check "a scanner runs" scanner
set_conf web intake yes
set_conf intake scanner "clamd:$PL_TMP/clamd.sock"
check "forms are opened" bash -c '"$1" intake open tips.form && "$1" intake open samples.form' - "$pellucid"
[[ $failed == 0 ]] || exit 1
# shellcheck disable=SC2119 # its options are its own
start_desk
printf 'MZ %s' "$marker" >sample.exe
check "somebody sends a sample" curl -sf -o page -F f-kind=bad -F way=work -F "ticket=$("$pellucid" intake ticket samples --bits 10)" -F "files=@sample.exe;filename=Prüfung \"1\".exe" "$desk/intake/samples"
node "$PL_SRC/tests/browser/attach.mjs" "$desk" "$PL_TMP" "$pellucid" || failed=1
answers "the files are there" 0 'report.txt' "$pellucid" case files tips 1 --private
answers "a message is there once" 0 '^ *4 .* message ' "$pellucid" case show tips 1
same "with its files" "$("$pellucid" case files tips 1 --json | python3 -c 'import json,sys; print([f.get("with", 0) for f in json.load(sys.stdin)])')" "[0, 0, 5, 5, 8, 8]"
answers "and those of the other sender" 0 'Übersicht.txt' "$pellucid" case files tips 2 --private
exit "$failed"
