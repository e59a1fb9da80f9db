#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# Doubles as we write them for RFC 8785, against Number.prototype.toString of Node.
set -eu
count=100000
[ "$PL_LONG" = 1 ] && count=5000000
if ! "$PL_BUILD/tests/interop/ecma-numbers/ecma_numbers" "$count" | node "$PL_SRC/tests/interop/ecma-numbers/compare.mjs"; then
  echo "FAIL - a number differs"
  exit 1
fi
if printf '3ff8000000000000 1.50\n' | node "$PL_SRC/tests/interop/ecma-numbers/compare.mjs" >/dev/null; then
  echo "FAIL - the comparison cannot fail"
  exit 1
fi
echo "ok - the comparison can fail"
