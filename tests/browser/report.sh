#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# The pages of registers and reports in Chromium, and the report counted again in the browser: as it is, and falsified.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
make_instance log.example/report --quorum 0 >/dev/null
check "a register is declared" "$pellucid" register add "$PL_SRC/demo/requests.register"
check "cases are entered" "$pellucid" register enter requests "$PL_SRC/demo/requests-2021-h2.csv"
check "a head is signed" "$pellucid" register head requests
check "a report is made" "$pellucid" report make requests 2021-H2
[[ $failed == 0 ]] || exit 1
start web "$pellucid" web --listen 127.0.0.1:0 --rate 1000000
ready web web.serving
node "$PL_SRC/tests/browser/report.mjs" "http://127.0.0.1:${port[web]}" "$PL_TMP" || failed=1
exit "$failed"
