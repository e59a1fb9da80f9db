#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the pages (*.md) point to is there: targets and headings of relative links, and files of the tree named in `code`.
set -eu
cd "$PL_SRC"
mkdir -p "$PL_TMP/tree"
printf '# A page\n[a](gone.md) [b](#no-heading) `src/gone.c`\n' >"$PL_TMP/tree/page.md"
(cd "$PL_TMP/tree" && git init -q . && git add .)
if [ "$(python3 tools/lint/links.py "$PL_TMP/tree" | wc -l)" != 3 ]; then
  echo "FAIL - the check does not see what is missing"
  exit 1
fi
echo "ok - the check can fail"
if ! python3 tools/lint/links.py .; then
  echo "FAIL - links"
  exit 1
fi
echo "ok - links"
