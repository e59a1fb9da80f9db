#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One transfer of a large blob, in and out, takes less than 32 MB of memory, on each engine set.
# engines: both
# timeout: 900
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
tool=$PL_BUILD/tests/fault/store-tool
size=200000000 failed=0
[ "${PL_LONG:-0}" = 0 ] || size=1073741824
fresh=$("$root/tests/engines/fresh.sh" "${PL_TMP:?}")
eval "$fresh"
"$tool" blob-put "$PL_TEST_BLOB" "$size" 1 >"$PL_TMP/put"
"$tool" blob-check "$PL_TEST_BLOB" <"$PL_TMP/put" >"$PL_TMP/get"
for way in put get; do
	peak=$(sed -n "s/^$way .*peak_kib=//p" "$PL_TMP/$way")
	anonymous=$(sed -n "s/^$way anonymous_kib=\([0-9]*\).*/\1/p" "$PL_TMP/$way")
	if [ "$anonymous" -gt 0 ] && [ "$peak" -lt 32000 ]; then
		printf 'ok - %s of %s bytes: %s KiB anonymous, %s KiB at most in all\n' "$way" "$size" "$anonymous" "$peak"
	else
		printf 'FAIL - %s of %s bytes: %s KiB anonymous, %s KiB at most in all\n' "$way" "$size" "$anonymous" "$peak"
		failed=1
	fi
done
exit "$failed"
