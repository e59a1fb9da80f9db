#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy finds nothing, by the rules of .clang-tidy; in --long its analyzer follows each function as far as it can.
# build: asan
# timeout: 5400
# background: yes
set -euo pipefail
cd "$PL_SRC"
mkdir -p "$PL_TMP/src"
cp .clang-tidy "$PL_TMP/"
printf 'int f(int a);\nint f(int a)\n{\n\tint *p = 0;\n\n\treturn a ? 0 : *p;\n}\n' >"$PL_TMP/src/bad.c"
if clang-tidy --quiet "$PL_TMP/src/bad.c" -- -std=gnu17 >/dev/null 2>&1; then
  echo "FAIL - clang-tidy did not see a null pointer read"
  exit 1
fi
echo "ok - clang-tidy can fail"
nodes=()
[[ ${PL_LONG:-0} == 1 ]] || nodes=(20000)
# One memory for all clones, where there is a home to keep it in.
cache=${XDG_CACHE_HOME:-${HOME:-}/.cache}/pellucid/tidy
mkdir -p "$cache" 2>/dev/null && [[ -w $cache ]] || cache=${PL_BUILD%/*}/tidy-cache
python3 tools/lint/tidy.py "$PL_BUILD" "$cache" "${nodes[@]}"
