#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# No shell script has a finding of shellcheck. One that passed is not looked at again until it changes, or a script that others source,
# or the program.
set -euo pipefail
cd "$PL_SRC"
printf '#!/bin/sh\necho $1\n' >"$PL_TMP/bad.sh"
if shellcheck "$PL_TMP/bad.sh" >/dev/null; then
  echo "FAIL - shellcheck did not see an unquoted variable"
  exit 1
fi
echo "ok - shellcheck can fail"
mapfile -t scripts < <((git grep -lIE '^#!(/usr)?/bin/(env )?(ba|da)?sh' -- . && git ls-files '*.sh') | sort -u)

# One memory for all clones, where there is a home to keep it in: an empty file per script that passed, kept for thirty days.
cache=${XDG_CACHE_HOME:-${HOME:-}/.cache}/pellucid/shellcheck
mkdir -p "$cache" 2>/dev/null && [[ -w $cache ]] || cache=${PL_BUILD%/*}/shellcheck-cache
mkdir -p "$cache"
find "$cache" -type f -mtime +30 -delete
mapfile -t sourced < <(git ls-files tests/lib/*.sh '*/lib.sh' 'tools/run/*.sh' .shellcheckrc)
common=$( (shellcheck --version && sha256sum "${sourced[@]}") | sha256sum | cut -c 1-64)
declare -A key=()
while read -r digest path; do
  key[$path]=$(sha256sum <<<"$common $digest $path" | cut -c 1-64)
done < <(sha256sum "${scripts[@]}")
todo=()
for script in "${scripts[@]}"; do
  if [[ -f $cache/${key[$script]} ]]; then touch "$cache/${key[$script]}"; else todo+=("$script"); fi
done
if [[ ${#todo[@]} -gt 0 ]] && ! shellcheck -x -P SCRIPTDIR -P . "${todo[@]}"; then
  echo "FAIL - shellcheck"
  exit 1
fi
for script in "${todo[@]}"; do : >"$cache/${key[$script]}"; done
echo "ok - ${#scripts[@]} scripts, ${#todo[@]} of them looked at now"
