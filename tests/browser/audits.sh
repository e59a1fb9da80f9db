#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# The pages of audits in Chromium: wide and narrow, light and dark, without JavaScript; axe finds nothing; days that nobody covers are
# said in words beside the picture.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
make_instance log.example/audits --quorum 0 >/dev/null
export PELLUCID_INSTANCE=inst
check "audits are stated" "$pellucid" audit import "$PL_SRC/demo/audits.csv"
check "one is suspended" "$pellucid" audit end iso-27001-2025 suspended --from 2026-05-01 --reason non-conformity
check "and reinstated" "$pellucid" audit end iso-27001-2025 reinstated --from 2026-06-01 --reason corrected
check "one was an error" "$pellucid" audit end soc2-2019-1 withdrawn --from 2026-07-01 --reason stated-in-error
check "hand-outs are counted" "$pellucid" register add "$PL_SRC/demo/hand-outs.register"
[[ $failed == 0 ]] || exit 1
start web "$pellucid" web --listen 127.0.0.1:0 --rate 1000000
ready web web.serving
node "$PL_SRC/tests/browser/audits.mjs" "http://127.0.0.1:${port[web]}" || failed=1
exit "$failed"
