#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# The pages of registers, reports and claims in Chromium, and the report counted again in the browser, on its page, on the Verify page and in
# the one file: as it is, and falsified.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
make_instance log.example/report --quorum 0 >/dev/null
check "a register is declared" "$pellucid" register add "$PL_SRC/demo/requests.register"
check "its words are stated" "$pellucid" register words "$PL_SRC/demo/requests.words.en"
check "in German, too" "$pellucid" register words "$PL_SRC/demo/requests.words.de"
check "cases are entered" "$pellucid" register enter requests "$PL_SRC/demo/requests-2021-h2.csv"
check "a head is signed" "$pellucid" register head requests
check "a report is made" "$pellucid" report make requests 2021-H2
printf 'received,country,category\n2021-01-01T00:00:00Z,c-01,user-data\n2022-01-01T00:00:00Z,c-02,weakening\n2021-12-01T00:00:00Z,c-02,user-data\n' >more.csv
check "more cases" "$pellucid" register enter requests more.csv
check "a head is signed" "$pellucid" register head requests
for period in 2021-H1 2022-H1 2021-H2; do check "a report about $period" "$pellucid" report make requests $period; done
check "claims are made" "$pellucid" claim import "$PL_SRC/demo/claims.csv"
check "one is superseded" "$pellucid" claim status 001-centres superseded --by 003-centres-after
[[ $failed == 0 ]] || exit 1
start web "$pellucid" web --listen 127.0.0.1:0 --rate 1000000
ready web web.serving
node "$PL_SRC/tests/browser/report.mjs" "http://127.0.0.1:${port[web]}" "$PL_TMP" || failed=1
exit "$failed"
