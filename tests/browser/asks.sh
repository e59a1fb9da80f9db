#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# Asking for a copy in Chromium: a visitor without JavaScript, the desk, a lawyer who agrees, the copy with the secret, prolonging and taking back; in German; wide and
# narrow, light and dark; axe finds nothing. The copy, a PDF, is traced to its reader.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
demo=$PL_SRC/demo
make_desk
set_conf web intake yes
check "audits are stated" "$pellucid" audit import "$demo/audits.csv"
check "hand-outs are counted" "$pellucid" register add "$demo/hand-outs.register"
check "requests, too" "$pellucid" register add "$demo/document-requests.register"
for words in en de; do check "with words ($words)" "$pellucid" register words "$demo/document-requests.words.$words"; done
sed 's/^bits .*/bits 10/; s/^confirm .*/confirm work/' "$demo/document-requests.form" >ask.form
check "a form is opened" "$pellucid" intake open ask.form
{
	echo 'Terms for copies of reports'
	echo
	for i in $(seq 30); do echo "$i. Whoever gets a copy shows it to nobody else and destroys it on the day that it names."; done
} >terms.txt
python3 - <<'END'
objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
           b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>", b"<< /Length 0 >>\nstream\n\nendstream"]
out, at = b"%PDF-1.7\n", []
for i, o in enumerate(objects, 1):
    at.append(len(out))
    out += b"%d 0 obj\n%s\nendobj\n" % (i, o)
start = len(out)
out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % a for a in at) + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
open("report.pdf", "wb").write(out)
END
check "terms are published" "$pellucid" statement document terms.txt --media-type text/plain
check "a report is" "$pellucid" statement document report.pdf --media-type application/pdf
pdf=sha256:$(sha256sum <report.pdf | cut -c 1-64)
check "it is offered" "$pellucid" audit offer "$pdf" --terms terms.txt --title 'Penetration test of 2026' --days 90
check "another, too" "$pellucid" audit offer soc2-2024-2 --terms terms.txt --title 'SOC 2 report of 2024'
check "people with each role" "$PL_BUILD/tests/unit/web/desk_tool" people inst
# shellcheck disable=SC2119 # its options are its own
start_desk
[[ $failed == 0 ]] || exit 1
node "$PL_SRC/tests/browser/asks.mjs" "$desk" "$PL_TMP" "$pellucid" || failed=1
answers "the copy is traced" 0 'the very copy' "$pellucid" audit trace copy.pdf --private
check "to its reader" has 'for Wiesenpieper & Söhne'
answers "its steps are the desk's" 0 'prolonged to 2199-06-30' "$pellucid" audit hand-outs
check "both of them" has 'taken back: terms-broken'
exit "$failed"
