#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# The recount of the browser, written from docs/formats/openings.md, against the one in C.
set -eu
rounds=400
[ "${PL_LONG:-0}" = 0 ] || rounds=5000
node "$PL_SRC/tests/interop/recount/compare.mjs" "$PL_BUILD/tests/interop/recount/openings-tool" "$PL_SRC/pages" \
	"$PL_TMP" "$rounds"
