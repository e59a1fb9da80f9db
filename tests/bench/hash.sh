#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# alone: yes
# Merkle nodes by our lanes against OpenSSL with a reused context, both on one core: as this processor is, and with OpenSSL
# kept from the SHA instructions. Goals: 3.5 times with AVX2, 7 times with AVX-512, never slower with SHA-NI.
set -eu
rounds=15
[ "${PL_BENCH:-smoke}" != full ] || rounds=101
failed=0
# A smoke run has few rounds.
slack=0.9
[ "${PL_BENCH:-smoke}" != full ] || slack=1
# "Never slower": where OpenSSL itself is chosen, the two differ by what was measured, not by what they do.
same=0.97
# $1 what, $2 measured (may be empty: the processor lacks it), $3 goal, $4 what of it must be reached
goal() {
	if [ -z "$2" ]; then
		echo "ok - $1: this processor has none"
	elif awk "BEGIN { exit !($2 >= $3 * $4) }"; then
		echo "ok - $1: $2 (goal $3)"
	else
		echo "FAIL - $1: $2 (goal $3)"
		failed=1
	fi
}
ratio() {
	sed -n "s/^$1 [0-9.]* M.s ratio //p" "$2"
}

"$PL_BUILD/tests/bench/bench_hash" $rounds >"$PL_TMP/with"
OPENSSL_ia32cap=:~0x20000000 "$PL_BUILD/tests/bench/bench_hash" $rounds >"$PL_TMP/without"
echo "As this processor is:"
cat "$PL_TMP/with"
echo "OpenSSL without the SHA instructions:"
cat "$PL_TMP/without"
goal "nodes, AVX2 against OpenSSL without SHA-NI" "$(ratio 'nodes avx2' "$PL_TMP/without")" 3.5 "$slack"
goal "nodes, AVX-512 against OpenSSL without SHA-NI" "$(ratio 'nodes avx512' "$PL_TMP/without")" 7 "$slack"
goal "nodes, what is chosen against OpenSSL as it is" "$(ratio 'nodes chosen' "$PL_TMP/with")" 1 "$same"
goal "leaves, what is chosen against OpenSSL as it is" "$(ratio 'leaves chosen' "$PL_TMP/with")" 1 "$same"
exit $failed
