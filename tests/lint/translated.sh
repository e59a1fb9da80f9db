#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every word of a page comes from the catalogues.
set -eu
cd "$PL_SRC"
if ! python3 tools/lint/source.py translated .; then
  echo "FAIL - words that are not from a catalogue"
  exit 1
fi
echo "ok - every word of a page is from a catalogue"
