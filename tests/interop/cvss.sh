#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# Scores of random CVSS vectors, 3.1 and 4.0 with all optional metrics, against two JavaScript libraries.
set -eu
here=$(dirname "$0")/cvss
pellucid=$PL_BUILD/src/cli/pellucid
seed=20261128
[ "$PL_LONG" = 1 ] && seed=$(date +%s) # others each time
seed=${PL_SEED:-$seed}
echo "PL_SEED=$seed"
count=3000
[ "$PL_LONG" = 1 ] && count=30000
failed=0
good() {
	echo "ok - $1"
}
bad() {
	echo "FAIL - $1"
	failed=1
}

node "$here/vectors.cjs" "$seed" "$count" >"$PL_TMP/vectors"
"$pellucid" cvss - --json <"$PL_TMP/vectors" >"$PL_TMP/answers"
if node "$here/compare.cjs" "$PL_TMP/vectors" "$PL_TMP/answers"; then
	good "$count vectors of each version from seed $seed score the same elsewhere"
else
	bad "a score differs"
fi

head -n 40 "$PL_TMP/vectors" >"$PL_TMP/some"
head -n 40 "$PL_TMP/answers" | sed '7s/"score":[0-9.]*/"score":0.1/' >"$PL_TMP/wrong"
if node "$here/compare.cjs" "$PL_TMP/some" "$PL_TMP/wrong" >"$PL_TMP/out"; then
	bad "the comparison cannot fail"
else
	good "the comparison can fail"
fi

"$pellucid" cvss - <"$PL_TMP/some" >"$PL_TMP/lines"
right=$(grep -cE '^[0-9]+\.[0-9] (None|Low|Medium|High|Critical) CVSS:' "$PL_TMP/lines")
if [ "$right" = 40 ] && [ "$(wc -l <"$PL_TMP/lines")" = 40 ]; then
	good "one line of answer a line"
else
	bad "lines of answer are missing"
fi
exit $failed
