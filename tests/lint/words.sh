#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No unfinished business, and nothing of the machine that the tree was written on.
set -eu
cd "$PL_SRC"
if ! python3 tools/lint/source.py words .; then
  echo "FAIL - words"
  exit 1
fi
echo "ok - words"
