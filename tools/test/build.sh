#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# build.sh [--configure] NAME: one of the builds that ./test needs, in build/NAME: gcc, asan (clang with ASan and UBSan), or fuzz
# (the same with libFuzzer, the targets alone: counting what an input reaches is only worth its time where inputs are searched).
# With --configure it is only prepared.
set -eu
cd "$(dirname "$0")/../.."
only=no
if [[ $1 == --configure ]]; then
  only=yes
  shift
fi
# What another clone or an earlier commit compiled already is not compiled again. Its key is what the compiler says it read, so that an
# empty cache costs next to nothing. A header that is younger than the beginning of a compilation keeps its result out of the cache (no
# sloppiness about that: it may have changed under the compiler). What is shipped is never compiled through it: ./run, the recipe.
cached=()
if command -v ccache >/dev/null; then
  cached=(ccache)
  export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1
fi
if [[ ! -f build/$1/build.ninja ]]; then
  # A third of the time that ld takes, for more than three hundred programs. What is shipped is linked by ld: ./run, the recipe.
  if command -v ld.gold >/dev/null; then export CC_LD=gold; fi
  sanitized=('-Db_sanitize=address,undefined' -Db_lundef=false)
  case $1 in
    gcc) CC="${cached[*]} gcc" meson setup build/gcc . ;;
    # Not optimized it is built in 341 s of processor instead of 508, and the unit tests of both builds take 554 s instead of 404: all the
    # same in all, and -O1 is nearer to what is shipped.
    asan) CC="${cached[*]} clang" meson setup -Doptimization=1 "${sanitized[@]}" build/asan . ;;
    fuzz) CC="${cached[*]} clang" meson setup -Doptimization=1 "${sanitized[@]}" -Dfuzz=true build/fuzz . ;;
    *) echo "build.sh: there is no build $1" >&2 && exit 2 ;;
  esac
fi
[[ $only == no ]] || exit 0
if [[ $1 == fuzz ]]; then exec ninja -C build/fuzz fuzz_targets; fi
exec ninja -C "build/$1"
