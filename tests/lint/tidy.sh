#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy finds nothing, by the rules of .clang-tidy.
# build: asan
# timeout: 1200
# alone: yes
set -euo pipefail
cd "$PL_SRC"
mkdir -p "$PL_TMP/src"
cp .clang-tidy "$PL_TMP/"
printf '#include <string.h>\nint f(const char *p);\nint f(const char *p) { return strcmp(p, "x") ? sizeof(p) > 3 ? memcmp(p, p, sizeof(p)) : 0 : 1; }\n' >"$PL_TMP/src/bad.c"
if clang-tidy --quiet "$PL_TMP/src/bad.c" -- -std=gnu17 >/dev/null 2>&1; then
  echo "FAIL - clang-tidy did not see sizeof of a pointer"
  exit 1
fi
echo "ok - clang-tidy can fail"
python3 tools/lint/tidy.py "$PL_BUILD" "${PL_BUILD%/*}/tidy-cache"
