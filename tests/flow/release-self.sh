#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 1800
# long: yes
# Pellucid's own last commit, built twice by its own recipe, is the same bit for bit.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
"$pellucid" init "$PELLUCID_INSTANCE" --origin log.example/self --purpose test --quorum 0 >out 2>&1
"$pellucid" product add pellucid >out
check "a snapshot of it is taken" "$pellucid" release snapshot pellucid --repo "$PL_SRC"
check "it builds" "$pellucid" release build pellucid --recipe "$PL_SRC/demo/pellucid.recipe"
check "built again where everything differs that must not matter, it is identical" "$pellucid" release rebuild pellucid
exit "$failed"
