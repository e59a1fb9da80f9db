#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Functions that nobody calls here.
set -eu
cd "$PL_SRC"
if ! python3 tools/lint/source.py banned .; then
  echo "FAIL - banned"
  exit 1
fi
echo "ok - banned"
