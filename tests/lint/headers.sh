#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every header compiles alone, with both compilers: either the file of its name includes it first, or it is tried here.
# build: gcc
set -euo pipefail
cd "$PL_SRC"
flags=(-std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Wno-unused-parameter -Werror -Isrc -Iinclude
  -I"$PL_BUILD/src" -I"$PL_BUILD/src/web" -fsyntax-only -xc)
alone() { # alone HEADER...: names those that do not compile
  local header bad=0
  for header in "$@"; do
    if ! printf '#include "%s"\n' "$header" | gcc "${flags[@]}" - ||
      ! printf '#include "%s"\n' "$header" | clang "${flags[@]}" -fdouble-square-bracket-attributes -; then
      echo "FAIL - $header does not compile alone"
      bad=1
    fi
  done
  return $bad
}
echo 'struct s { size_t n; };' >"$PL_TMP/bad.h"
if alone "$PL_TMP/bad.h" >/dev/null 2>&1; then
  echo "FAIL - a header that needs another one was not noticed"
  exit 1
fi
echo "ok - the check can fail"
# first_of HEADER: is it the first thing that the file beside it includes? Then both builds have compiled it alone.
first_of() {
  local file=src/${1%.h}.c
  [[ -f $file && $(sed -n '/^[ \t]*#/{p;q}' "$file") == "#include \"$1\"" ]]
}
printf '/* words */\n#define X\n#include "later/later.h"\n' >"$PL_TMP/later.c"
if ! first_of log/tree.h || (cd "$PL_TMP" && mkdir -p src/later && mv later.c src/later/ && first_of later/later.h); then
  echo "FAIL - whether a header stands first is not seen"
  exit 1
fi
# The lanes of sha256x are one text that is included once for each width.
mapfile -t headers < <(git ls-files 'src/*.h' 'include/*.h' | grep -v '^src/crypto/sha256x_' | sed 's|^src/||; s|^include/||')
rest=()
for header in "${headers[@]}"; do first_of "$header" || rest+=("$header"); done
alone "${rest[@]}"
echo "ok - ${#headers[@]} headers, ${#rest[@]} of which no file includes first"
