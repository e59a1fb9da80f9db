#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# timeout: 1800
# How the browser judges statements, against pellucid-verify: every rule spoilt one at a time, and the script weakened in every rule.
set -eu
rounds=60
[ "${PL_LONG:-0}" = 0 ] || rounds=3000
node "$PL_SRC/tests/interop/signers/compare.mjs" "$PL_BUILD/src/cli/pellucid-verify" "$PL_SRC/pages" "$PL_TMP" "$rounds"
