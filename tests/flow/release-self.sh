#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 1800
# long: yes
# Pellucid's own last commit, built twice by its own recipe, is the same bit for bit.
set -eu
pellucid=$PL_BUILD/src/cli/pellucid
PELLUCID_INSTANCE=$PL_TMP/instance
export PELLUCID_INSTANCE
"$pellucid" init "$PELLUCID_INSTANCE" --origin log.example/self --purpose test --quorum 0 >"$PL_TMP/out" 2>&1
"$pellucid" product add pellucid >"$PL_TMP/out"
"$pellucid" release snapshot pellucid --repo "$PL_SRC"
"$pellucid" release build pellucid --recipe "$PL_SRC/demo/pellucid.recipe"
echo "ok - it builds"
if "$pellucid" release rebuild pellucid; then
	echo "ok - built again where everything differs that must not matter, it is identical"
else
	echo "FAIL - the two builds differ"
	exit 1
fi
