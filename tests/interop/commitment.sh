#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Commitments made by Pellucid, checked by a second implementation in another language.
set -eu
here=$(dirname "$0")
cases=$PL_BUILD/tests/interop/commitment/commitment_cases
failed=0
check() {
	what=$1
	shift
	if "$@"; then
		echo "ok - $what"
	else
		echo "FAIL - $what"
		failed=1
	fi
}
# shellcheck disable=SC2317 # called through check
refuses() {
	if "$@" >"$PL_TMP/refused" 2>&1; then return 1; fi
}

"$cases" vector >"$PL_TMP/vector.txt"
grep -v '^#' "$here/../vectors/commitment.txt" >"$PL_TMP/wanted.txt"
check "the vector comes out byte for byte" cmp "$PL_TMP/wanted.txt" "$PL_TMP/vector.txt"
check "the second verifier agrees with the vector" node "$here/commitment/verify.mjs" "$here/../vectors/commitment.txt"
"$cases" random "${PL_SEED:-20261121}" 300 >"$PL_TMP/random.txt"
check "the second verifier agrees with 300 drawn cases" node "$here/commitment/verify.mjs" "$PL_TMP/random.txt"
sed 's/^value channel mail/value channel post/' "$PL_TMP/vector.txt" >"$PL_TMP/other-value.txt"
check "another value gives another root" refuses node "$here/commitment/verify.mjs" "$PL_TMP/other-value.txt"
sed 's/^revision 7/revision 8/' "$PL_TMP/vector.txt" >"$PL_TMP/other-revision.txt"
check "another revision gives another root" refuses node "$here/commitment/verify.mjs" "$PL_TMP/other-revision.txt"
sed 's/^|field channel enum open/|field channel enum private/' "$PL_TMP/vector.txt" >"$PL_TMP/other-declaration.txt"
check "another declaration gives another root" refuses node "$here/commitment/verify.mjs" "$PL_TMP/other-declaration.txt"
exit $failed
