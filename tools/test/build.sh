#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# build.sh [--configure] NAME: one of the builds that ./test needs, in build/NAME: gcc, or asan (clang with ASan, UBSan and the
# fuzz targets). With --configure it is only prepared.
set -eu
cd "$(dirname "$0")/../.."
only=no
if [[ $1 == --configure ]]; then
  only=yes
  shift
fi
if [[ ! -f build/$1/build.ninja ]]; then
  case $1 in
    gcc) CC=gcc meson setup build/gcc . ;;
    asan) CC=clang meson setup -Doptimization=1 -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false build/asan . ;;
    *) echo "build.sh: there is no build $1" >&2 && exit 2 ;;
  esac
fi
[[ $only == yes ]] || exec ninja -C "build/$1"
