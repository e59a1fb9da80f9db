#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# build: asan
# timeout: 900
# Some of the faults once more in the build with ASan and UBSan, in short: power cuts, a full disk under the stores, kills of the log
# process and the signer under load. Recovery is where memory is read that nobody meant to read.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
sanitized() { # WHAT SCRIPT
	local what=$1 tmp=$PL_TMP/$2
	mkdir -p "$tmp"
	if PL_TMP=$tmp TMPDIR=$tmp bash "$PL_SRC/tests/fault/$2.sh" >"$2.out" 2>&1 && ! grep -rqE 'ERROR: (Address|Leak)Sanitizer|runtime error:' "$2.out" "$tmp"; then
		good "$what"
		grep -h '^#' "$2.out" || true
	else
		bad "$what"
		tail -n 40 "$2.out"
		grep -rhE -A 20 'ERROR: (Address|Leak)Sanitizer|runtime error:' "$tmp" | head -n 60
	fi
}
# What a program leaves to its end is looked for by the unit tests.
export PL_LONG=0 ASAN_OPTIONS="${ASAN_OPTIONS:-}${ASAN_OPTIONS:+:}detect_leaks=0"
for program in src/cli/pellucid tests/fault/powercut tests/fault/store-tool tests/fault/fact-tool; do
	check "$program has the sanitizers" grep -q __asan_init "$PL_BUILD/$program"
done
PL_CUTS=16 sanitized "power cuts" powercut
sanitized "a full disk under the stores" store-full-disk
PL_ENGINES=embedded PL_KILLS=3 sanitized "kills of the log process and the signer" fact-kill
exit "$failed"
