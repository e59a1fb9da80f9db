#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# A form that takes files, in Chromium: without JavaScript and with the work of the browser, refused and taken, in German; wide and
# narrow, light and dark; axe finds nothing.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/clamd.sh
. "$PL_SRC/tests/lib/clamd.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
cat >tips.register <<'END'
pellucid-register v1
name tips
source intake
existence exact
opens rows
late-after 7
open-after 0
retain 24
field received time generalised month
field kind enum open good,bad
total cases count
END
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
make_instance log.example/tips --quorum 0 >/dev/null
check "a register is declared" "$pellucid" register add tips.register
check "a scanner runs" scanner
set_conf web port 0
set_conf web intake yes
set_conf intake scanner "clamd:$PL_TMP/clamd.sock"
check "a form is opened" "$pellucid" intake open tips.form
[[ $failed == 0 ]] || exit 1
start web "$pellucid" web --listen 127.0.0.1:0 --rate 1000000
ready web web.serving
node "$PL_SRC/tests/browser/attach.mjs" "http://127.0.0.1:${port[web]}" "$pellucid" eicar.com || failed=1
answers "the files are there" 0 'report.txt' "$pellucid" case files tips 1 --private
answers "and those of the other sender" 0 'Übersicht.txt' "$pellucid" case files tips 2 --private
exit "$failed"
