#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# mandoc finds nothing in any manual page.
set -euo pipefail
cd "$PL_SRC"
printf '.Dd November 1, 2026\n.Dt X 1\n.Os\n.Sh NAME\n.Nm x\n.Bogus\n' >"$PL_TMP/bad.1"
if mandoc -Tlint -W warning "$PL_TMP/bad.1" >/dev/null; then
  echo "FAIL - mandoc did not see an unknown macro"
  exit 1
fi
echo "ok - mandoc can fail"
mapfile -t pages < <(git ls-files 'docs/man/*.[1-8]')
if [[ ${#pages[@]} -eq 0 ]]; then
  echo "FAIL - there is no page in docs/man"
  exit 1
fi
if ! mandoc -Tlint -W warning "${pages[@]}"; then
  echo "FAIL - mandoc"
  exit 1
fi
echo "ok - ${#pages[@]} pages"
