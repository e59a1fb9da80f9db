#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# Marked copies in other people's programs: PDF stays valid, every page shows its reader, text stays text; XML, CSV and JSON are read
# as before; and what these programs write anew still names its reader.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
PL_ENGINES=none
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
export LC_ALL=C.UTF-8 PELLUCID_INSTANCE=inst

check "an instance is made" make_instance log.example/copies --quorum 0
check "hand-outs are counted" "$pellucid" register add "$PL_SRC/demo/hand-outs.register"
echo 'An example of terms.' >terms.txt
check "terms are published" "$pellucid" statement document terms.txt

# PDF by a program that is not ours, in four shapes.
mandoc -T pdf "$PL_SRC/docs/man/pellucid-log.1" >plain.pdf
qpdf --object-streams=generate --linearize plain.pdf packed.pdf
qpdf --rotate=+90 --object-streams=disable plain.pdf turned.pdf
pdftocairo -pdf plain.pdf drawn.pdf
pages() { qpdf --show-npages "$1"; }
# trace CODE FILE [OPTION]
traced() { "$pellucid" audit trace "$1" --json 2>err | tee out | grep -q "\"number\":$2[,}]"; }
number=0
# copy FILE TYPE CUSTOMER: of a document that is published here only to be handed out
copy() {
	"$pellucid" statement document "$1" --media-type "$2" &&
		"$pellucid" audit hand-out "sha256:$(sha256sum <"$1" | cut -c 1-64)" --to "$3" --terms terms.txt --accepted 2026-01-01 --out "copy-$1"
}
for shape in plain packed turned drawn; do
	number=$((number + 1))
	check "a $shape PDF is marked" copy $shape.pdf application/pdf "Example Ελλάς $number GmbH"
	check "qpdf finds nothing wrong in it" qpdf --check copy-$shape.pdf
	same "it has as many pages" "$(pages $shape.pdf)" "$(pages copy-$shape.pdf)"
	pdftotext -layout copy-$shape.pdf text
	same "each page names its reader" "$(pages $shape.pdf)" "$(tr -d '\f' <text | grep -c "Copy for Example Ελλάς $number GmbH")"
	check "and holds what it held" grep -q 'pellucid log' text
	check "poppler draws it" pdftocairo -png -r 20 copy-$shape.pdf drawn
	qpdf --qdf --object-streams=disable --remove-unreferenced-resources=yes copy-$shape.pdf again.pdf
	check "written anew by qpdf it is traced" traced again.pdf $number
	qpdf copy-$shape.pdf --pages . 2 -- --empty second.pdf 2>/dev/null || qpdf --empty --pages copy-$shape.pdf 2 -- second.pdf
	check "a single page of it, too" traced second.pdf $number
	pdftocairo -pdf copy-$shape.pdf printed.pdf
	pdftotext printed.pdf text
	mark=$(grep -o 'PLM-[0-9A-HJKMNP-TV-Z]*' text | head -n 1)
	answers "and by the mark that a print shows" 0 "^$number of hand-outs" "$pellucid" audit trace --mark "$mark"
done
pdffonts copy-plain.pdf >fonts
check "its letters are in it" grep -q 'DejaVuSans.* yes yes yes' fonts
qpdf --encrypt '' owner 256 -- plain.pdf locked.pdf
check "(an encrypted PDF)" "$pellucid" statement document locked.pdf --media-type application/pdf
answers "is refused with what to do" 1 'qpdf --decrypt' "$pellucid" audit hand-out "sha256:$(sha256sum <locked.pdf | cut -c 1-64)" --to X \
	--terms terms.txt --accepted 2026-01-01 --out no.pdf
head -c 3000 plain.pdf >cut.pdf
check "(half a PDF)" "$pellucid" statement document cut.pdf --media-type application/pdf
answers "is no PDF" 2 'no PDF' "$pellucid" audit hand-out "sha256:$(sha256sum <cut.pdf | cut -c 1-64)" --to X --terms terms.txt \
	--accepted 2026-01-01 --out no.pdf
same "none of that was counted" $number "$("$pellucid" audit hand-outs --json | grep -o '"number":' | wc -l)"

# XML and CSV.
printf '<?xml version="1.0" encoding="UTF-8"?>\n<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components/></bom>\n' >bom.xml
check "XML is marked" copy bom.xml application/vnd.cyclonedx+xml 'Example -- Reader'
check "and well-formed" xmllint --noout copy-bom.xml
check "with the same elements" python3 -c '
from xml.etree.ElementTree import canonicalize
assert canonicalize(from_file="bom.xml") == canonicalize(from_file="copy-bom.xml")'
for i in {1..70}; do printf '%d,"a, b",plain %d,\r\n' "$i" "$i"; done >table.csv
check "CSV is marked" copy table.csv text/csv 'Example Reader'
check "and Python reads the same rows" python3 -c '
import csv
a, b = (list(csv.reader(open(n, newline=""))) for n in ("table.csv", "copy-table.csv"))
assert a == b and len(a) == 70'
check "it is traced" traced copy-table.csv $((number + 2))

# CycloneDX, by its schema.
cat >sbom.json <<'T'
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "version": 1,
  "metadata": {"timestamp": "2026-11-28T10:00:00Z"},
  "components": [{"type": "library", "name": "example", "version": "1.10", "purl": "pkg:generic/example@1.10"}]
}
T
check "an SBOM is marked" copy sbom.json application/vnd.cyclonedx+json 'Example "Reader" \ GmbH'
printf '{"bomFormat":"CycloneDX","specVersion":"1.6","version":1}' >bare.json
check "one without metadata, too" copy bare.json application/vnd.cyclonedx+json 'Example Reader'
by_schema() { node "$PL_SRC/tests/interop/copies/schema.mjs" "$PL_VECTORS/cyclonedx" "$@"; }
if [[ -d ${NODE_PATH:-/nowhere}/ajv ]]; then
	check "both are what the schema of CycloneDX 1.6 wants" by_schema sbom.json copy-sbom.json copy-bare.json
	sed 's/"name":"pellucid:hand-out"/"title":"pellucid:hand-out"/' copy-sbom.json >spoilt.json
	check "(which refuses other members)" not by_schema spoilt.json
else
	bad "ajv is not installed: no schema was checked"
fi
exit "$failed"
