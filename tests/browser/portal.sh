#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# Every page in Chromium: wide and narrow, light and dark, printed, right to left, without JavaScript; axe finds nothing; the verify page.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/hello.sh
. "$PL_SRC/tests/lib/hello.sh"
# shellcheck source=tests/lib/portal.sh
. "$PL_SRC/tests/lib/portal.sh"
# shellcheck source=tests/lib/verdicts.sh
. "$PL_SRC/tests/lib/verdicts.sh"
[[ $failed == 0 ]] || exit 1
start web "$pellucid" web --listen 127.0.0.1:0 --rate 1000000
ready web web.serving
node "$PL_SRC/tests/browser/portal.mjs" "http://127.0.0.1:${port[web]}" "$PL_TMP" || failed=1
exit "$failed"
