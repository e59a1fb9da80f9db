#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# No shell script has a finding of shellcheck.
set -euo pipefail
cd "$PL_SRC"
printf '#!/bin/sh\necho $1\n' >"$PL_TMP/bad.sh"
if shellcheck "$PL_TMP/bad.sh" >/dev/null; then
  echo "FAIL - shellcheck did not see an unquoted variable"
  exit 1
fi
echo "ok - shellcheck can fail"
mapfile -t scripts < <(git grep -lIE '^#!(/usr)?/bin/(env )?(ba|da)?sh' -- . && git ls-files '*.sh')
mapfile -t scripts < <(printf '%s\n' "${scripts[@]}" | sort -u)
if ! shellcheck -x -P SCRIPTDIR -P . "${scripts[@]}"; then
  echo "FAIL - shellcheck"
  exit 1
fi
echo "ok - ${#scripts[@]} scripts"
