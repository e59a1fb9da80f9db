#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Commitments made by Pellucid, checked by a second implementation in another language.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
here=$PL_SRC/tests/interop
cases=$PL_BUILD/tests/interop/commitment/commitment_cases

"$cases" vector >vector.txt
grep -v '^#' "$here/../vectors/commitment.txt" >wanted.txt
check "the vector comes out byte for byte" cmp wanted.txt vector.txt
check "the second verifier agrees with the vector" node "$here/commitment/verify.mjs" "$here/../vectors/commitment.txt"
seed=20261121 drawn=300
[ "$PL_LONG" = 1 ] && seed=$(date +%s) drawn=20000 # others each time
seed=${PL_SEED:-$seed}
echo "PL_SEED=$seed"
"$cases" random "$seed" "$drawn" >random.txt
check "the second verifier agrees with $drawn drawn cases" node "$here/commitment/verify.mjs" random.txt
sed 's/^value channel mail/value channel post/' vector.txt >other-value.txt
check "another value gives another root" not node "$here/commitment/verify.mjs" other-value.txt
sed 's/^revision 7/revision 8/' vector.txt >other-revision.txt
check "another revision gives another root" not node "$here/commitment/verify.mjs" other-revision.txt
sed 's/^|field channel enum open/|field channel enum private/' vector.txt >other-declaration.txt
check "another declaration gives another root" not node "$here/commitment/verify.mjs" other-declaration.txt
exit "$failed"
