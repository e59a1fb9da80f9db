# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The parts of ./test: the list of tests, running one test, running many. Sourced by ./test, which sets
# ROOT, OUT, WORK, LONG.

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

# headers FILE: the "# WORD: value" lines among its first twenty, in H[WORD].
declare -A H=()
headers() {
  local line n=0
  H=()
  while ((n++ < 20)) && IFS= read -r line; do
    [[ $line =~ ^[#/]+\ *(engines|alone|background|long|timeout|build):\ *(.*)$ ]] && H[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
  done <"$1"
}

# add_scripts FOLDER ENGINES [BUILD]: its scripts, with what they need unless their header lines (tests/README.md) say otherwise.
add_scripts() {
  local layer=$1 engines=$2 build file name mode skip command
  for file in "$ROOT/tests/$layer"/*.sh "$ROOT/tests/$layer"/*.test.mjs; do
    [[ -f $file ]] || continue
    headers "$file"
    name=${file##*/}
    name=$layer/${name%%.*}
    mode=together skip='' build=${H[build]:-${3:-gcc}}
    [[ ${H[background]:-} == yes ]] && mode=background
    [[ ${H[alone]:-} == yes || (${H[alone]:-} == long && $LONG == 1) ]] && mode=alone
    [[ ${H[long]:-} == yes && $LONG == 0 ]] && skip="takes long; run ./test --long"
    command="bash ${file@Q}"
    [[ $file == *.mjs ]] && command="node ${file@Q}"
    if [[ ${H[engines]:-$engines} == both ]]; then
      add "$name [embedded]" "${H[timeout]:-300}" "$mode" "$build" embedded "$command" "$skip"
      add "$name [scale]" "${H[timeout]:-300}" "$mode" "$build" scale "$command" "$skip"
    else
      add "$name" "${H[timeout]:-300}" "$mode" "$build" none "$command" "$skip"
    fi
  done
}

# What the Meson build declares: suite "unit" in the gcc build and in the clang build with ASan and UBSan; everything else in the
# plain one.
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

# One replay per fuzz target: every file of its corpus once; with --long libFuzzer then searches for a minute.
add_fuzz() {
  local fuzz=$ROOT/tools/test/fuzz.sh file parser limit=120 build=asan prefix=replay seconds="${PL_FUZZ_SECONDS:-60}"
  [[ $LONG == 0 ]] || limit=$((seconds + 120)) build=fuzz prefix=fuzz
  for file in "$ROOT"/tests/fuzz/fuzz_*.c; do
    [[ -f $file ]] || continue
    parser=${file##*/fuzz_}
    parser=${parser%.c}
    add "fuzz/$parser" "$limit" together "$build" none "bash ${fuzz@Q} $OUT/$build/tests/fuzz/${prefix}_$parser $parser"
  done
}

# The builds with the sanitizers are made beside the tests that do not need them.
add_builds() {
  local ONLY='' build # whatever the tests are called
  for build in asan fuzz; do
    [[ " ${T_BUILD[*]} " != *" $build "* ]] || add "build/$build" 3600 background none none "bash ${ROOT@Q}/tools/test/build.sh $build"
  done
}

discover() {
  add_declared
  add_fuzz
  add_scripts flow both
  add_scripts interop none
  add_scripts browser none
  add_scripts fault none
  add_scripts bench none
  add_scripts lint none none
  add_builds
  longest_first
}

# By their limits, which is what is known of them before they run: a long one at the end would have the machine to itself.
longest_first() {
  local sorted i array
  mapfile -t sorted < <(for i in "${!T_LIMIT[@]}"; do echo "${T_LIMIT[i]} $i"; done | sort -s -k1,1nr | cut -d' ' -f2)
  for array in T_NAME T_LIMIT T_MODE T_BUILD T_ENGINES T_COMMAND T_SKIP; do
    local -n list=$array
    local copy=("${list[@]}")
    for i in "${!sorted[@]}"; do list[i]=${copy[sorted[i]]}; done
  done
}

# ---- results ----

PASSED=0 FAILED=0 SKIPPED=0

# say WORD SECONDS PROCESSOR-SECONDS WORDS
say() {
  printf '%-6s %7.1f s %7.1f s cpu  %s\n' "$1" "$2" "$3" "$4"
}

# judge NAME STATUS SECONDS PROCESSOR-SECONDS LOG
judge() {
  case $2 in
    0)
      PASSED=$((PASSED + 1))
      say ok "$3" "$4" "$1"
      ;;
    77)
      SKIPPED=$((SKIPPED + 1))
      say skip "$3" "$4" "$1: $(tail -n 1 "$5")"
      ;;
    *)
      FAILED=$((FAILED + 1))
      FAILURES+=("$1")
      say FAIL "$3" "$4" "$1$([[ $2 == 124 || $2 == 137 ]] && echo ' (time is over)')"
      tail -n "${TAIL:-40}" "$5" | sed 's/^/       | /'
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

# Processor time in seconds of the children that a shell has waited for: from what its `times` said in FILE; with another
# one from EARLIER, what was added since.
processor() { # FILE [EARLIER]
  awk -F '[ms ]+' 'FNR == 2 { t = $1 * 60 + $2 + $3 * 60 + $4; if (NR == 2) now = t; else now -= t }
    END { printf "%.1f", now }' "$@"
}

# A step that is no test of its own but must succeed (a build, the engines): reported and counted like one.
step() {
  local name=$1 start=$EPOCHREALTIME rc=0 log
  shift
  log=$(log_of "$name")
  times >"$WORK/times.before"
  "$@" >"$log" 2>&1 </dev/null || rc=$?
  times >"$WORK/times"
  judge "$name" "$rc" "$(since "$start")" "$(processor "$WORK/times" "$WORK/times.before")" "$log"
  return "$rc"
}

# ---- running ----

# In the background: one test, alone in a process group that ends with it.
run_one() {
  local i=$1 start=$EPOCHREALTIME rc=0 pid tmp=$WORK/$1 log polite=()
  log=$(log_of "${T_NAME[i]}")
  mkdir -p "$tmp"
  [[ ${T_MODE[i]} == background ]] && polite=(nice -n 10)
  env PL_SRC="$ROOT" PL_BUILD="$OUT/${T_BUILD[i]}" PL_TMP="$tmp" PL_VECTORS="$ROOT/tests/vectors" PL_LONG="$LONG" \
    PL_BENCH="$([[ $LONG == 1 ]] && echo full || echo smoke)" PL_ENGINES="${T_ENGINES[i]}" TMPDIR="$tmp" \
    ASAN_OPTIONS="detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:allocator_may_return_null=1" \
    LSAN_OPTIONS="suppressions=$ROOT/tests/leaks.supp:print_suppressions=0" \
    UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1" NODE_PATH="$OUT/node/node_modules" \
    timeout -k 10 "${T_LIMIT[i]}" "${polite[@]}" bash -c "${T_COMMAND[i]}" >"$log" 2>&1 </dev/null &
  pid=$!
  echo "$pid" >"$WORK/$i.pid"
  wait "$pid" || rc=$?
  kill -KILL -- "-$pid" 2>/dev/null # whatever it left behind
  times >"$WORK/$i.times"
  rm -rf "$WORK/$i.pid" "$tmp"
  echo "$rc $(since "$start") $(processor "$WORK/$i.times")" >"$WORK/$i.new"
  mv "$WORK/$i.new" "$WORK/$i.result"
}

# How many are running, by mode; what became of each build: nothing yet, "ok" or "broken".
declare -A RUNNING=([together]=0 [alone]=0 [background]=0) BUILT=([none]=ok)

# Report what has ended since the last time.
harvest() {
  local file i rc seconds cpu
  for file in "$WORK"/*.result; do
    [[ -f $file ]] || continue
    i=${file##*/}
    i=${i%.result}
    read -r rc seconds cpu <"$file"
    rm -f "$file"
    judge "${T_NAME[i]}" "$rc" "$seconds" "$cpu" "$(log_of "${T_NAME[i]}")"
    unset "STARTED[i]"
    RUNNING[${T_MODE[i]}]=$((RUNNING[${T_MODE[i]}] - 1))
    [[ ${T_NAME[i]} != build/* ]] || BUILT[${T_NAME[i]#build/}]=$([[ $rc == 0 ]] && echo ok || echo broken)
  done
}

# Wait until something has ended. Where no child is left whose result would come, somebody killed what ran it.
await() {
  local i rc=0
  wait -n || rc=$?
  harvest
  [[ $rc == 127 ]] || return 0
  for i in "${!STARTED[@]}"; do
    echo "1 0 0" >"$WORK/$i.result"
    echo "whatever ran this test was killed" >>"$(log_of "${T_NAME[i]}")"
  done
  harvest
}

# settle I: reports a test that is not to run; answers 1 for one that is.
settle() {
  local i=$1
  if [[ -n ${T_SKIP[i]} ]]; then
    SKIPPED=$((SKIPPED + 1))
    say skip 0 0 "${T_NAME[i]}: ${T_SKIP[i]}"
  elif [[ ${BUILT[${T_BUILD[i]}]:-} == broken || ${BUILT[${T_ENGINES[i]}]:-} == broken ]]; then
    FAILED=$((FAILED + 1))
    FAILURES+=("${T_NAME[i]}")
    say FAIL 0 0 "${T_NAME[i]} (could not run: see the failed build or engines above)"
  else
    return 1
  fi
}

# Start those of a mode whose build is there, in their order, until JOBS of them run. WAITING lists what has not begun.
start_some() { # MODE JOBS
  local i
  for i in "${!WAITING[@]}"; do
    [[ ${T_MODE[i]} == "$1" ]] || continue
    ((RUNNING[$1] < $2)) || return 0
    [[ -n ${BUILT[${T_BUILD[i]}]:-} || -n ${T_SKIP[i]} ]] || continue
    unset "WAITING[i]"
    settle "$i" && continue
    run_one "$i" &
    STARTED[i]=1
    RUNNING[$1]=$((RUNNING[$1] + 1))
  done
}

# First what may run side by side, with one polite worker behind it that takes what is left of the processors; then what
# needs the machine to itself.
run_all() { # JOBS
  local i
  local -a WAITING=() STARTED=()
  for i in "${!T_NAME[@]}"; do WAITING[i]=1; done
  while :; do
    start_some background 1
    start_some together "$1"
    ((RUNNING[background] + RUNNING[together] > 0)) || break
    await
  done
  while :; do
    start_some alone 1
    ((RUNNING[alone] > 0)) || break
    await
  done
}

# End what is still running, by the numbers we wrote down.
stop_all() {
  local file
  for file in "$WORK"/*.pid; do
    [[ -f $file ]] || continue
    kill -TERM -- "-$(<"$file")" 2>/dev/null
  done
}
