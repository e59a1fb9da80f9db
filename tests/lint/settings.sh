#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The manual names every key of pellucid.conf and every event, and none that there is not.
set -euo pipefail
cd "$PL_SRC"
status=0
# compare WHAT CODE MANUAL: sorted lists
compare() {
  local missing
  missing=$(diff "$2" "$3") || true
  if [[ -n $missing ]]; then
    echo "FAIL - $1: < is missing in the manual, > is not in the code"
    echo "$missing"
    status=1
  else
    echo "ok - $1: $(wc -l <"$2")"
  fi
}
grep -ohE '\.section = "[a-z]+", \.key = "[a-z-]+"' src/fact/instance_conf.c | sed -E 's/.*"([a-z]+)".*"([a-z-]+)"/\1.\2/' | sort >"$PL_TMP/keys"
awk '/^## \[/ { section = substr($2, 2, length($2) - 2) } /^\| `/ { gsub("`", ""); print section "." $2 }' docs/manual/configuration.md | sort >"$PL_TMP/keys.manual"
compare settings "$PL_TMP/keys" "$PL_TMP/keys.manual"
# Those of worker.c go through functions of its own.
{ grep -rohE 'pl_event\("[a-z_.]+"' src && grep -ohE '"worker\.[a-z_]+"' src/cli/worker.c; } | sed -E 's/^[^"]*"//; s/"$//' | sort -u >"$PL_TMP/events"
grep '^|' docs/manual/events.md | cut -d'|' -f2 | grep -oE '`[a-z]+\.[a-z_]+`' | tr -d '`' | sort >"$PL_TMP/events.manual"
compare events "$PL_TMP/events" "$PL_TMP/events.manual"
if [[ ! -s $PL_TMP/keys || ! -s $PL_TMP/events ]]; then
  echo "FAIL - nothing was found to compare"
  status=1
fi
# A figure stands beside the command that makes it, and every benchmark has a row.
find tests/bench -name '*.sh' | sed 's|.*/||; s|\.sh$||' | sort >"$PL_TMP/benchmarks"
grep -oE '`tools/bench [a-z-]+`' docs/benchmarks.md | sed 's/.* //; s/`//' | sort -u >"$PL_TMP/benchmarks.table"
compare "benchmarks and rows of docs/benchmarks.md" "$PL_TMP/benchmarks" "$PL_TMP/benchmarks.table"
while read -r script; do
  [[ -f tests/$script.sh ]] || { echo "FAIL - docs/benchmarks.md: there is no tests/$script.sh" && status=1; }
done < <(grep -oE '`tools/bench [a-z-]+/[a-z-]+`' docs/benchmarks.md | sed 's/.* //; s/`//')
exit "$status"
