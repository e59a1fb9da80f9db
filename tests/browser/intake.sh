#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# The pages on which people send something in, in Chromium: with a mailed code and without JavaScript, with the work of the browser,
# in German; wide and narrow, light and dark; axe finds nothing.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/mail.sh
. "$PL_SRC/tests/lib/mail.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
tips_register 'field kind enum open good,bad' 'field channel enum open portal,post' 'field person text sealed' 'total bad count kind=bad' >tips.register
cat >tips.form <<'END'
pellucid-intake-form v1
register tips
confirm mail,work,key
bits 14
ask kind required
ask person optional
set channel portal
message required
start request-received
word en form Tell us something | It is counted, and answered within a month.
word en kind What kind is it? | Only this is public, and the month.
word en person Your name | Nobody but those who work on your case sees it.
word de form Erzählen Sie uns etwas | Es wird gezählt und binnen eines Monats beantwortet.
word de kind Welcher Art ist es? | Nur das ist öffentlich, und der Monat.
word de person Ihr Name | Ihn sieht nur, wer Ihren Fall bearbeitet.
END
make_instance log.example/tips --quorum 0 >/dev/null
check "a register is declared" "$pellucid" register add tips.register
check "a mail server runs" mail_server
set_conf web port 0
set_conf web intake yes
set_conf mail smtp "smtp://127.0.0.1:$mail_port"
set_conf mail from desk@pellucid.example
for name in vendor product; do
	(umask 077 && echo "$name of a test" >"$name.words")
	"$pellucid" key make "$name.key" --passphrase-file "$name.words" >"$name.pub"
done
set_conf intake products "$PL_TMP/vendor.pub"
check "a form is opened" "$pellucid" intake open tips.form
[[ $failed == 0 ]] || exit 1
start web "$pellucid" web --listen 127.0.0.1:0 --rate 1000000
ready web web.serving
node "$PL_SRC/tests/browser/intake.mjs" "http://127.0.0.1:${port[web]}" "$PL_TMP/mail" "$pellucid" "$PL_TMP" || failed=1
exit "$failed"
