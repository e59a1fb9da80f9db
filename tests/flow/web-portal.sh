#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 240
# The portal of a real instance with a real release: every route (with the embedded engines; the other rooms' own stories ask theirs
# with both), headers, caching, bounds, proofs that verify offline.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/hello.sh
. "$PL_SRC/tests/lib/hello.sh"
# shellcheck source=tests/lib/portal.sh
. "$PL_SRC/tests/lib/portal.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"

start web "$pellucid" web --listen "127.0.0.1:0,[::1]:0,unix:$PL_TMP/web.sock" --rate 100000
ready web 'web.serving address=unix'
port4=$(sed -n 's/.*127.0.0.1:0 port=//p' "$PL_TMP/web.log")
port6=$(sed -n 's/.*\[::1\]:0 port=//p' "$PL_TMP/web.log")
u=http://127.0.0.1:$port4
serves "an error page before any other" 404 'There is no such page' "$u/nowhere"
cp "$PL_TMP/body" first-error
release=$("$pellucid" release show hello 1.0 --json)
digest=$(python3 -c 'import json, re, sys; print(re.search(r"\"artefacts\".*?sha256:([0-9a-f]{64})", sys.argv[1]).group(1))' "$release")
curl -sS -o "$PL_TMP/page" "$u/product/hello/1.0"
index=$(sed -n 's/.*href="\/statement\/\([0-9]*\)">Statement.*/\1/p' "$PL_TMP/page" | head -1)

# ---- every route ----
asked=$PL_TMP/asked
serves "the first page" 200 'Latest releases' "$u/"
serves "an error page afterwards" 404 'There is no such page' "$u/nowhere"
check "says the same of the log" cmp "$PL_TMP/body" first-error
serves "the first page over IPv6" 200 'Latest releases' "http://[::1]:$port6/"
serves "the first page over a Unix socket" 200 'Latest releases' --unix-socket "$PL_TMP/web.sock" http://portal/
serves "products" 200 '/product/hello' "$u/products"
serves "a product, complete by its head" 200 'These are all releases' "$u/product/hello"
serves "text of a body is escaped" 200 'A &lt;b&gt;program&lt;/b&gt; that greets &amp; goes' "$u/product/hello"
serves "a release with its verdicts" 200 '<b>1</b><span>identical' "$u/product/hello/1.0"
serves "the log" 200 "/statement/$index" "$u/log"
serves "the log by type" 200 'Key introduced' "$u/log?type=urn:pellucid:key/v1"
serves "older entries" 200 '/statement/1"' "$u/log?before=2"
serves "search by number" 200 'statement found' "$u/search?q=1"
serves "search by digest" 200 'statements found' "$u/search?q=$digest"
serves "search by digest in capitals" 200 'statements found' "$u/search?q=SHA256:$(echo "$digest" | tr a-f A-F)"
serves "search for what is not there" 200 'Not in the log' "$u/search?q=$(printf '%064d' 0)"
serves "search for nonsense" 200 'This is neither' "$u/search?q=%3Cscript%3E"
serves "a statement" 200 "$digest" "$u/statement/$index"
serves "its payload" 200 '"predicateType"' "$u/statement/$index.json"
serves "its envelope" 200 '"payloadType"' "$u/statement/$index.dsse"
serves "its proof" 200 'c2sp.org/tlog-proof@v1' "$u/statement/$index.tlog-proof"
serves "its bundle" 200 'c2sp.org/tlog-proof@v1' "$u/statement/$index.bundle"
serves "the release's bundle" 200 'filename="hello-1.0.tlog-proof"' "$u/product/hello/1.0/bundle"
serves "the proof of all releases" 200 'filename="hello-all.tlog-proof"' "$u/products/hello/bundle"
curl -sS -o all.bundle "$u/products/hello/bundle"
check "which proves them" "$PL_BUILD/src/cli/pellucid-verify" --all-releases hello --bundle all.bundle --trust inst/trust.policy
check "and is the one that the program makes" sh -c "'$pellucid' product bundle hello | cmp - all.bundle"
serves "of what is not there" 404 "There is no such page" "$u/products/nothing/bundle"
serves "which the product's page offers" 200 'href="/products/hello/bundle">All releases, provable: 1<' "$u/product/hello"
serves "in German" 200 'Alle Veröffentlichungen, beweisbar: 1' "$u/product/hello?lang=de"
serves "a body" 200 'filename="__hello"' "$u/body/$digest?name=./hello"
serves "keys" 200 'officer' "$u/keys"
for page in / /products /registers /claims /rewards /disclosure /log /keys /about "/statement/$index"; do
	case $PL_ENGINES in
		embedded) serves "$page warns that the record lies beside the log" 200 'A restored older copy' "$u$page" ;;
		*) serves "$page says that nobody witnesses" 200 'Not witnessed' "$u$page" ;;
	esac
done
serves "witnesses" 200 'Not witnessed' "$u/witnesses"
serves "verify" 200 'proves nothing against the operator' "$u/verify"
serves "about" 200 'What it does not prove' "$u/about"
serves "the trust file" 200 '#pellucid trust v1' "$u/trust"
serves "the feed" 200 '<title>hello 1.0</title>' "$u/feed.atom"
serves "robots.txt" 200 'User-agent' "$u/robots.txt"
serves "the checkpoint" 200 'max-age=5' "$u/checkpoint"
tile=$(cd "$PELLUCID_INSTANCE/log/public" && find tile/0 -type f | sort | tail -1)
serves "a tile" 200 'max-age=31536000, immutable' "$u/$tile"
css=$(curl -sS "$u/" | sed -n 's/.*href="\(\/assets\/style[^"]*\)".*/\1/p')
serves "the style sheet" 200 'max-age=31536000, immutable' "$u$css"
file=$(curl -sS "$u/verify" | sed -n 's/.*href="\(\/assets\/pellucid-verify[^"]*\)".*/\1/p')
serves "the verify page as one file" 200 'attachment; filename="pellucid-verify.html"' "$u$file"
curl -sS -o "$PL_TMP/one.html" "$u$file"
curl -sS -o "$PL_TMP/verify.html" "$u/verify"
check "whose digest stands on the page" grep -q "$(sha256sum <"$PL_TMP/one.html" | cut -d' ' -f1)" "$PL_TMP/verify.html"
check "which says that these bytes are not logged" grep -q 'these bytes are not logged here' "$PL_TMP/verify.html"
check "they are logged" code 0 "$pellucid" statement verify-page
page=$(cat out)
check "once" code 0 "$pellucid" statement verify-page
same "by the same entry" "$(cat out)" "$page"
curl -sS -o "$PL_TMP/verify.html" "$u/verify"
check "and the page leads to the statement" grep -q "href=\"/statement/$page\"" "$PL_TMP/verify.html"
check "which is about what was downloaded" sh -c "curl -sS '$u/statement/$page.json' | grep -q '$(sha256sum <"$PL_TMP/one.html" | cut -d' ' -f1)'"
check "and whose body it is" "$pellucid" statement body "sha256:$(sha256sum <"$PL_TMP/one.html" | cut -d' ' -f1)" --out "$PL_TMP/two.html"
check "byte for byte" cmp "$PL_TMP/one.html" "$PL_TMP/two.html"
check "the feed is XML" sh -c "curl -sS '$u/feed.atom' | python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.stdin)'"

# What the other rooms show, of one case, claim, company, advisory and audit.
state_the_rest() {
	tips_register 'retain 0' 'field received time open' 'field words text sealed' >tips.register
	printf 'received,words\n%s,one\n' "$(date -u +%Y-%m-%dT00:00:00Z)" >tips.csv
	sed "s/EXPIRES/$(date -u -d '+300 days' +%Y-%m-%dT00:00:00Z)/" "$PL_VECTORS/advisory/provider.conf" >provider.conf
	head -n 2 "$PL_SRC/demo/claims.csv" >claims.csv
	head -n 2 "$PL_SRC/demo/entities.csv" >entities.csv
	head -n 2 "$PL_SRC/demo/audits.csv" >audits.csv
	"$pellucid" register add tips.register && "$pellucid" register enter tips tips.csv --promises secrets &&
		"$pellucid" register head tips && "$pellucid" report make tips 2020 && "$pellucid" claim import claims.csv &&
		"$pellucid" entity import entities.csv && "$pellucid" advisory provider provider.conf &&
		"$pellucid" advisory publish "$PL_VECTORS/advisory/good/konsole-de.json" && "$pellucid" audit import audits.csv &&
		"$pellucid" bounty matrix "$PL_SRC/demo/rewards.matrix" && "$pellucid" vuln policy "$PL_SRC/demo/disclosure.en"
}
link_of() { curl -sS "$u$1" | sed -n "s|.*href=\"\($2\)\".*|\1|p" | head -n 1; }
all_asked() {
	"$PL_BUILD/tests/unit/web/desk_tool" routes inst >rows || return
	python3 - rows "$asked" <<'PY'
import re, sys, urllib.parse
asked = [line.split(" ", 1) for line in open(sys.argv[2], encoding="utf-8").read().splitlines()]
asked = [(method, urllib.parse.urlsplit(url).path) for method, url in asked]
rows = [line.split(" ", 1) for line in open(sys.argv[1], encoding="utf-8").read().splitlines()]
missing = []
# The first row that fits answers: a path counts for that row alone.
def fits(pattern, path):
    return re.fullmatch("".join("(?:.+)" if p.endswith("*}") else "[^/]+" if p.startswith("{") else re.escape(p)
                                for p in re.split(r"(\{[^}]*\})", pattern)), path)
hit = set()
for method, path in asked:
    found = [tuple(row) for row in rows if row[0] == method and fits(row[1], path)][:1]
    hit |= set(found)
for row in rows:
    if tuple(row) not in hit:
        print("no test asks", *row)
        missing.append(row)
sys.exit(1 if missing or len(rows) < 40 else 0)
PY
}
if [[ $PL_ENGINES == embedded ]]; then
	check "the other rooms have something to show" state_the_rest
	check "a row that nothing asked is seen" not all_asked
	secret=$(sed -n 's/^1 //p' secrets)
	serves "registers" 200 'tips' "$u/registers"
	serves "a register" 200 'href="/report/' "$u/register/tips"
	report=$(link_of /register/tips '/report/[0-9]*')
	serves "a report" 200 '2020' "$u$report"
	serves "its rows" 200 'text/csv' "$u$report/rows.csv"
	serves "its numbers, which are of an intake" 200 ",intake" "$u$report/totals.csv"
	serves "the first page" 200 'tips' "$u/"
	check "flags no register that is none" not grep -q ">imported<" body
	serves "nor does the feed" 200 '<title>tips 2020</title>' "$u/reports.atom"
	serves "its bundle" 200 'c2sp.org/tlog-proof@v1' "$u$report/bundle"
	serves "as JSON" 200 '"period"' "$u$report/report.json"
	serves "the form for a receipt" 200 'name="secret"' "$u/receipt"
	serves "a receipt" 200 'Case 1' -d "secret=$secret" "$u/receipt"
	serves "as a file" 200 'filename="tips-1.receipt"' -d "secret=$secret" "$u/receipt/file"
	echo 'of the answer' | tee answer >enclosed.txt
	check "it is answered" "$pellucid" case answer tips 1 answer enclosed.txt
	enclosed=$("$pellucid" case files tips 1 --private --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["entry"])')
	serves "a file of the answer" 200 'of the answer' -d "secret=$secret" -d "file=$enclosed" "$u/receipt/answer"
	serves "claims" 200 '/claim/000-national-companies' "$u/claims"
	serves "a claim" 200 'Two national companies' "$u/claim/000-national-companies"
	serves "the feed of claims" 200 '<entry>' "$u/claims.atom"
	serves "the feed of reports" 200 '<entry>' "$u/reports.atom"
	serves "entities" 200 '/entity/example-vendor-holding' "$u/entities"
	serves "an entity" 200 'Example Vendor Holding Limited' "$u/entity/example-vendor-holding"
	serves "advisories" 200 'EX-SA-2025-0009' "$u/advisories"
	serves "an advisory" 200 'CVSS' "$u/advisory/ex-sa-2025-0009"
	serves "thanks" 200 '<h1>' "$u/advisories/thanks"
	serves "the feed of advisories" 200 '<entry>' "$u/advisories.atom"
	serves "security.txt" 200 'BEGIN PGP SIGNED MESSAGE' "$u/.well-known/security.txt"
	csaf=$u/.well-known/csaf
	serves "who publishes" 200 '"public_openpgp_keys"' "$csaf/provider-metadata.json"
	openpgp=$(curl -sS "$csaf/provider-metadata.json" | sed -n 's|.*\(openpgp/[0-9A-Fa-f]*\.asc\)".*|\1|p' | head -n 1)
	serves "with which key" 200 'BEGIN PGP PUBLIC KEY' "$csaf/$openpgp"
	serves "its years" 200 'white/2025' "$csaf/white"
	serves "a year" 200 'ex-sa-2025-0009.json' "$csaf/white/2025"
	serves "a document" 200 '"csaf_version"' "$csaf/white/2025/ex-sa-2025-0009.json"
	serves "the index" 200 '2025/ex-sa-2025-0009.json' "$csaf/white/index.txt"
	serves "the changes" 200 '2025/ex-sa-2025-0009.json' "$csaf/white/changes.csv"
	serves "the feed of documents" 200 'ex-sa-2025-0009' "$csaf/white/csaf-feed-tlp-white.json"
	serves "audits" 200 '/audit/iso-27001-2019' "$u/audits"
	serves "an audit" 200 'Example Certification Body' "$u/audit/iso-27001-2019"
	serves "audits as JSON" 200 'iso-27001-2019' "$u/audits.json"
	serves "as CSV" 200 'iso-27001-2019' "$u/audits.csv"
	serves "the feed of audits" 200 '<entry>' "$u/audits.atom"
	serves "what is paid" 200 'USD' "$u/rewards"
	serves "how flaws are disclosed" 200 'Users first' "$u/disclosure"
	check "every row of the table was asked" all_asked
	cat check.out
fi
asked=''

# ---- nothing else ----
for path in /nowhere /product /product/none /product/hello/9.9 /product/hello/1.0/other /statement /statement/999 /statement/01 \
	/statement/-1 /statement/1.xml /statement/999.tlog-proof /body/xyz "/body/$(printf '%064d' 0)" /tile/0/0 /tile/0/000.p/256 \
	/tile/../checkpoint/x /tile/entries/x000/000 /assets/style.css /private/key; do
	serves "404 or 400: $path" "$(case $path in *..*) echo 400 ;; *) echo 404 ;; esac)" 'Error 40' "$u$path"
done
serves "no ..%2f" 400 '' "$u/tile/..%2f..%2fprivate"
for method in POST PUT DELETE OPTIONS TRACE PATCH; do
	serves "no $method" 405 'Allow: GET, HEAD' -X "$method" "$u/"
done
serves "no body with GET" 413 '' -X GET --data x "$u/"
serves "no query of 3000 characters" 414 '' "$u/search?q=$(printf '%03000d' 0)"
serves "a bad number is refused" 400 '' "$u/log?before=x"
serves "a query key given twice is refused" 400 '' "$u/search?q=1&q=2"

# ---- headers ----
for path in / /nowhere /checkpoint "$css" /body/x; do
	curl -sS -o /dev/null -D "$PL_TMP/head" "$u$path"
	for words in 'X-Content-Type-Options: nosniff' 'Referrer-Policy: no-referrer' 'X-Frame-Options: DENY' \
		'Cross-Origin-Opener-Policy: same-origin'; do
		if grep -q "$words" "$PL_TMP/head"; then good "$path: $words"; else bad "$path: $words"; fi
	done
done
for path in / /products /product/hello/1.0 /registers /receipt /claims /log /keys /verify /about "/statement/$index" "/statement/$index.json" \
	/search?q=x /nowhere /private/key /checkpoint "/$tile" "$css" "$file" /body/x /robots.txt /feed.atom; do
	allows "$u$path" "$PL_CSP"
done
allows "$u/" "$PL_CSP" -X POST
allows "$u/body/$digest" "$PL_CSP"
curl -sS "$u/" "$u/log" "$u/keys" "$u/statement/$index" >"$PL_TMP/pages"
grep -iE '<script|style="|onclick|http://|https://' "$PL_TMP/pages" | grep -vE 'in-toto.io|slsa.dev' >"$PL_TMP/foreign" || :
check "no script, no inline style, nothing of others on the pages" test ! -s "$PL_TMP/foreign"
etag=$(curl -sS -o /dev/null -D - "$u/about" | tr -d '\r' | sed -n 's/^ETag: //p')
serves "an unchanged page is not sent again" 304 '' -H "If-None-Match: $etag" "$u/about"
serves "German by Accept-Language" 200 '<html lang="de"' -H 'Accept-Language: de-AT, en;q=0.5' "$u/"
serves "German by choice, kept in a cookie" 200 'Set-Cookie: lang=de; Path=/' "$u/?lang=de"
serves "German by cookie" 200 '<html lang="de"' -H 'Cookie: a=b; lang=de' "$u/"
serves "a range of a body" 206 'Content-Range: bytes 0-3/' -r 0-3 "$u/body/$digest"

# ---- what is taken away is enough offline ----
curl -sS -o "$PL_TMP/hello.bin" "$u/body/$digest"
curl -sS -o "$PL_TMP/hello.bundle" "$u/product/hello/1.0/bundle"
curl -sS -o "$PL_TMP/one.proof" "$u/statement/$index.tlog-proof"
curl -sS -o "$PL_TMP/trust" "$u/trust"
check "the file is verified offline" "$pellucid" verify "$PL_TMP/hello.bin" --bundle "$PL_TMP/hello.bundle" --trust "$PL_TMP/trust"
printf x >>"$PL_TMP/hello.bin"
check "one byte more is refused" code 1 "$pellucid" verify "$PL_TMP/hello.bin" --bundle "$PL_TMP/hello.bundle" --trust "$PL_TMP/trust"
check "the script of the verify page agrees" node "$PL_SRC/tests/browser/core.mjs" "$PL_TMP/hello.bundle" "$PL_TMP/trust" "$digest"

# ---- what is stated later ----
check "a second product" "$pellucid" product add second --wait 30
serves "a new statement shows at once" 200 '/product/second' "$u/products"

kill "${pid[web]}"
check "it ends at SIGTERM with 0" ended web
check "the socket file is gone" test ! -e "$PL_TMP/web.sock"
exit "$failed"
