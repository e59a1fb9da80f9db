#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# timeout: 1800
# How the browser judges statements, against pellucid-verify: every rule spoilt one at a time, and the script weakened in every sixteenth
# rule (in --long in every one).
set -eu
rounds=20 every=16
[ "${PL_LONG:-0}" = 0 ] || rounds=3000 every=1
node "$PL_SRC/tests/interop/signers/compare.mjs" "$PL_BUILD/src/cli/pellucid-verify" "$PL_SRC/pages" "$PL_TMP" "$rounds" "$every"
