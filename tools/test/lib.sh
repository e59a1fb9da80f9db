# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The parts of ./test: the list of tests, the builds, running one test, running many. Sourced by ./test, which sets
# ROOT, OUT, WORK, LONG, JOBS.

# One entry per test, in the order they are run: parallel arrays.
T_NAME=() T_LIMIT=() T_MODE=() T_BUILD=() T_ENGINES=() T_COMMAND=() T_SKIP=()

# add NAME LIMIT MODE BUILD ENGINES COMMAND [WHY-SKIPPED]
add() {
  # shellcheck disable=SC2053
  if [[ $1 != *$ONLY* && $1 != $ONLY ]]; then # a substring or a pattern
    return
  fi
  T_NAME+=("$1") T_LIMIT+=("$2") T_MODE+=("$3") T_BUILD+=("$4") T_ENGINES+=("$5") T_COMMAND+=("$6") T_SKIP+=("${7:-}")
}

# header FILE WORD: the value of a "# WORD: value" line among the first twenty lines.
header() {
  sed -n "1,20s|^[#/]* *$2: *||p" "$1" | head -n 1
}

# Scripts of a folder. Header lines steer them: "# engines: none|both", "# alone: yes", "# long: yes", "# timeout: SECONDS",
# "# build: gcc|asan|none" (gcc unless said).
add_scripts() {
  local layer=$1 engines=$2 usual_build=${3:-gcc} file name mode limit skip command set build
  for file in "$ROOT/tests/$layer"/*.sh "$ROOT/tests/$layer"/*.test.mjs; do
    [[ -f $file ]] || continue
    name=$(basename "$file")
    name=$layer/${name%%.*}
    mode=together limit=$(header "$file" timeout) skip=
    [[ $(header "$file" alone) == yes ]] && mode=alone
    [[ $(header "$file" long) == yes && $LONG == 0 ]] && skip="takes long; run ./test --long"
    command="bash $(printf %q "$file")"
    [[ $file == *.mjs ]] && command="node $(printf %q "$file")"
    set=$(header "$file" engines) build=$(header "$file" build)
    build=${build:-$usual_build}
    if [[ ${set:-$engines} == both ]]; then
      add "$name [embedded]" "${limit:-300}" "$mode" "$build" embedded "$command" "$skip"
      add "$name [scale]" "${limit:-300}" "$mode" "$build" scale "$command" "$skip"
    else
      add "$name" "${limit:-300}" "$mode" "$build" none "$command" "$skip"
    fi
  done
}

# What the Meson build declares: suite "unit" in the gcc build and in the clang build with ASan, UBSan and the
# fuzz targets; everything else in the plain one.
add_declared() {
  local suite name limit mode command
  while IFS=$'\t' read -r suite name limit mode command; do
    case $suite in
      unit)
        add "unit/$name" "$limit" "$mode" gcc none "$command"
        add "unit-asan/$name" "$((limit * 4))" "$mode" asan none "${command//$OUT\/gcc/$OUT/asan}"
        ;;
      bench) add "bench/$name" "$limit" alone gcc none "$command" ;;
      *) add "$suite/$name" "$limit" "$mode" gcc none "$command" ;;
    esac
  done < <(python3 "$ROOT/tools/test/units.py" "$OUT/gcc")
}

# One replay per fuzz target: libFuzzer runs every file of the corpus once; with --long it then searches for a minute.
add_fuzz() {
  local file parser target limit=120 seconds="${PL_FUZZ_SECONDS:-60}"
  for file in "$ROOT"/tests/fuzz/fuzz_*.c; do
    [[ -f $file ]] || continue
    parser=$(basename "$file" .c)
    parser=${parser#fuzz_}
    target="$OUT/asan/tests/fuzz/fuzz_$parser"
    [[ $LONG == 1 ]] && limit=$((seconds + 120))
    add "fuzz/$parser" "$limit" together asan none "bash $(printf %q "$ROOT/tools/test/fuzz.sh") $(printf %q "$target") $parser"
  done
}

discover() {
  add_scripts lint none none
  add_declared
  add_fuzz
  add_scripts flow both
  add_scripts interop none
  add_scripts browser none
  add_scripts fault none
  add_scripts bench none
}

# ---- builds ----

configure() {
  local name=$1
  [[ -f $OUT/$name/build.ninja ]] && return
  case $name in
    gcc) CC=gcc meson setup "$OUT/gcc" "$ROOT" ;;
    asan) CC=clang meson setup -Doptimization=1 -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false "$OUT/asan" "$ROOT" ;;
  esac
}

build() {
  configure "$1" && ninja -C "$OUT/$1"
}

# ---- results ----

PASSED=0 FAILED=0 SKIPPED=0

say() {
  printf '%-6s %7.1f s  %s\n' "$1" "$2" "$3"
}

# judge NAME STATUS SECONDS LOG
judge() {
  case $2 in
    0)
      PASSED=$((PASSED + 1))
      say ok "$3" "$1"
      ;;
    77)
      SKIPPED=$((SKIPPED + 1))
      say skip "$3" "$1: $(tail -n 1 "$4")"
      ;;
    *)
      FAILED=$((FAILED + 1))
      FAILURES+=("$1")
      say FAIL "$3" "$1$([[ $2 == 124 || $2 == 137 ]] && echo ' (time is over)')"
      tail -n "${TAIL:-40}" "$4" | sed 's/^/       | /'
      ;;
  esac
}
FAILURES=()

log_of() {
  echo "$OUT/test-logs/$(tr -c 'A-Za-z0-9._\n-' '_' <<<"$1").log"
}

since() {
  awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'
}

# A step that is no test of its own but must succeed (a build, the engines): reported and counted like one.
step() {
  local name=$1 start=$EPOCHREALTIME rc=0 log
  shift
  log=$(log_of "$name")
  "$@" >"$log" 2>&1 </dev/null || rc=$?
  judge "$name" "$rc" "$(since "$start")" "$log"
  return "$rc"
}

# ---- running ----

# In the background: one test, alone in a process group that ends with it.
run_one() {
  local i=$1 start=$EPOCHREALTIME rc=0 pid tmp=$WORK/$1 log
  log=$(log_of "${T_NAME[i]}")
  mkdir -p "$tmp"
  env PL_SRC="$ROOT" PL_BUILD="$OUT/${T_BUILD[i]}" PL_TMP="$tmp" PL_VECTORS="$ROOT/tests/vectors" PL_LONG="$LONG" \
    PL_BENCH="$([[ $LONG == 1 ]] && echo full || echo smoke)" PL_ENGINES="${T_ENGINES[i]}" TMPDIR="$tmp" \
    ASAN_OPTIONS="detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:allocator_may_return_null=1" \
    UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1" NODE_PATH="$OUT/node/node_modules" \
    timeout -k 10 "${T_LIMIT[i]}" bash -c "${T_COMMAND[i]}" >"$log" 2>&1 </dev/null &
  pid=$!
  echo "$pid" >"$WORK/$i.pid"
  wait "$pid" || rc=$?
  kill -KILL -- "-$pid" 2>/dev/null # whatever it left behind
  rm -rf "$WORK/$i.pid" "$tmp"
  echo "$rc $(since "$start")" >"$WORK/$i.result"
}

harvest() {
  local file i rc seconds
  for file in "$WORK"/*.result; do
    [[ -f $file ]] || continue
    i=$(basename "$file" .result)
    read -r rc seconds <"$file"
    rm -f "$file"
    judge "${T_NAME[i]}" "$rc" "$seconds" "$(log_of "${T_NAME[i]}")"
  done
}

run_mode() {
  local mode=$1 jobs=$2 running=0 i
  for i in "${!T_NAME[@]}"; do
    [[ ${T_MODE[i]} == "$mode" ]] || continue
    if [[ -n ${T_SKIP[i]} ]]; then
      SKIPPED=$((SKIPPED + 1))
      say skip 0 "${T_NAME[i]}: ${T_SKIP[i]}"
      continue
    fi
    if [[ -n ${BROKEN[${T_BUILD[i]}]:-} || (${T_ENGINES[i]} == scale && -n ${BROKEN[engines]:-}) ]]; then
      FAILED=$((FAILED + 1))
      FAILURES+=("${T_NAME[i]}")
      say FAIL 0 "${T_NAME[i]} (could not run: see the failed build or engines above)"
      continue
    fi
    while ((running >= jobs)); do
      wait -n || true
      running=$((running - 1))
      harvest
    done
    run_one "$i" &
    running=$((running + 1))
  done
  while ((running > 0)); do
    wait -n || true
    running=$((running - 1))
    harvest
  done
}
declare -A BROKEN=()

# End what is still running, by the numbers we wrote down.
stop_all() {
  local file
  for file in "$WORK"/*.pid; do
    [[ -f $file ]] || continue
    kill -TERM -- "-$(<"$file")" 2>/dev/null
  done
}
