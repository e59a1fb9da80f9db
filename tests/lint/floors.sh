#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A file includes only from its own room and lower floors; other people's headers stay in their rooms.
set -eu
cd "$PL_SRC"
if ! python3 tools/lint/source.py floors .; then
  echo "FAIL - floors"
  exit 1
fi
echo "ok - floors"
