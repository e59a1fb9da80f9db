#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The lists in deps/ are complete for what the tests just did, in order, and without doubles.
set -eu
cd "$PL_SRC"
if [ -n "$(tools/install-deps.sh --check build run test)" ]; then
  echo "FAIL - packages are missing although ./test installed them:"
  tools/install-deps.sh --check build run test
  exit 1
fi
echo "ok - everything listed is installed"
if tools/install-deps.sh --check nothing 2>/dev/null; then
  echo "FAIL - an unknown list was accepted"
  exit 1
fi
echo "ok - an unknown list is refused"
twice=$(sed 's/#.*//; s/[[:space:]]*$//; s/^.*://; /^$/d' deps/*.txt | sort | uniq -d)
if [ -n "$twice" ]; then
  echo "FAIL - listed twice: $twice"
  exit 1
fi
echo "ok - nothing is listed twice"
