#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Replay the corpus of one fuzz target with a driver of our own; with PL_LONG=1 with libFuzzer, and search PL_FUZZ_SECONDS (60) more,
# from the corpus on.
#   tools/test/fuzz.sh TARGET PARSER
set -eu
target=$1
corpus=$PL_SRC/tests/fuzz/corpus/$2
if ! ls "$corpus"/* >/dev/null 2>&1; then
  echo "FAIL - tests/fuzz/corpus/$2 is empty: a target needs at least one accepted and one refused input"
  exit 1
fi
replay=("$target")
[ "$PL_LONG" != 1 ] || replay=("$target" -runs=0 -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$PL_TMP/")
if ! "${replay[@]}" "$corpus"; then
  echo "FAIL - an input of the corpus is not taken as it should be"
  exit 1
fi
echo "ok - $(find "$corpus" -type f | wc -l) inputs replayed"
if [ "$PL_LONG" = 1 ]; then
  dict=
  case $2 in
    dsse|statement|desk|provenance|verify) dict=-dict=$PL_SRC/tests/fuzz/dict/statement.dict ;;
    apply) dict=-dict=$PL_SRC/tests/fuzz/dict/apply.dict ;;
    cvss) dict=-dict=$PL_SRC/tests/fuzz/dict/cvss.dict ;;
    http|request|witness_routes) dict=-dict=$PL_SRC/tests/fuzz/dict/http.dict ;;
  esac
  mkdir "$PL_TMP/found"
  if ! "$target" -max_total_time="${PL_FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=2048 -max_len=70000 -print_final_stats=1 \
    -artifact_prefix="$PL_BUILD/" ${dict:+"$dict"} "$PL_TMP/found" "$corpus"; then
    echo "FAIL - the input is kept in $PL_BUILD"
    exit 1
  fi
  echo "ok - searched ${PL_FUZZ_SECONDS:-60} s"
fi
