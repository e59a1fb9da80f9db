#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# alone: long
# timeout: 900
# An openings file counted again by the portal's scripts in Chromium, with their workers. Goals to report: 100,000 rows under 5 s and under
# 200 MB of memory in the page's process.
set -eu
rows=5000
[[ ${PL_BENCH:-smoke} != full ]] || rows=100000
"$PL_BUILD/tests/interop/recount/openings-tool" make "$rows" >"$PL_TMP/openings"
node "$PL_SRC/tests/bench/recount-browser.mjs" "$PL_SRC/pages" "$PL_TMP/openings"
