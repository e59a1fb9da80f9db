#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every file says its licence.
set -eu
cd "$PL_SRC"
if ! python3 tools/lint/source.py licence .; then
  echo "FAIL - licence"
  exit 1
fi
echo "ok - licence"
