# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Words, progress, checks and processes of ./run.
# shellcheck disable=SC2034 # names that run and story.sh use

ROOT=$PWD
OUT=$ROOT/build
HOME_DIR=$OUT/demo          # the demonstration instance and its witnesses
LOGS=$OUT/run-logs
PELLUCID=$OUT/run/src/cli/pellucid
STARTED=()                  # pids of what we started, in order
BUSY=''                     # pid of what is waited for
CHECKS_HELD=0 CHECKS_FAILED=0 CHECKS_JSON=''
BEGAN=$EPOCHREALTIME

# Words go to standard error when standard output belongs to --json.
exec 3>&1
[[ $JSON == yes ]] && exec 1>&2

BOLD='' DIM='' GREEN='' RED='' YELLOW='' PLAIN=''
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  BOLD=$'\e[1m' DIM=$'\e[2m' GREEN=$'\e[32m' RED=$'\e[31m' YELLOW=$'\e[33m' PLAIN=$'\e[0m'
fi

say() { printf '%s\n' "$*"; }
chapter() { printf '\n%s%s%s\n' "$BOLD" "$*" "$PLAIN"; }
note() { printf '  %s%s%s\n' "$DIM" "$*" "$PLAIN"; }
warn() { printf '  %s%s%s\n' "$YELLOW" "$*" "$PLAIN"; }

seconds_since() {
  awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'
}

json_string() {
  local s=${1//\\/\\\\}
  s=${s//\"/\\\"}
  s=${s//$'\n'/ }
  printf '"%s"' "${s//[[:cntrl:]]/ }"
}

# check ID WORDS COMMAND...: run it, in a process of its own; the check holds if it answers 0. On a terminal a bar once a second has passed.
check() {
  local id=$1 words=$2 held=false
  shift 2
  "$@" >>"$LOGS/checks.log" 2>&1 </dev/null &
  if attend "$!" "checking: $words" /dev/null; then
    held=true
    CHECKS_HELD=$((CHECKS_HELD + 1))
    printf '  %sholds%s  %s\n' "$GREEN" "$PLAIN" "$words"
  else
    CHECKS_FAILED=$((CHECKS_FAILED + 1))
    printf '  %sFAILED%s %s\n' "$RED" "$PLAIN" "$words"
    tail -n 12 "$LOGS/checks.log" | sed 's/^/         /'
  fi
  CHECKS_JSON+="${CHECKS_JSON:+,}{\"id\":$(json_string "$id"),\"held\":$held}"
  [[ $held == true ]]
}

# How far a build has come, 0..100, from the last "[done/all]" that ninja printed; empty if it printed none.
percent_of() {
  tail -c 400 "$1" 2>/dev/null | grep -oE '\[[0-9]+/[0-9]+\]' | tail -n 1 | tr -d '[]' |
    awk -F/ '$2 > 0 { printf "%d", 100 * $1 / $2 }'
}

draw() {
  local words=$1 percent=$2 began=$3 width=24 filled bar
  if [[ -n $percent ]]; then
    filled=$((percent * width / 100))
    printf -v bar '%*s' "$filled" ''
    bar=${bar// /#}
    printf '\r  [%-*s] %3d%%  %s  %ss \e[K' "$width" "$bar" "$percent" "$words" "$(seconds_since "$began")"
  else
    filled=$((${EPOCHREALTIME//[!0-9]/} / 100000 % (width - 3)))
    printf -v bar '%*s' "$filled" ''
    printf '\r  [%-*s]       %s  %ss \e[K' "$width" "${bar}###" "$words" "$(seconds_since "$began")"
  fi
}

# attend PID WORDS LOG: wait for the process, with a bar on a terminal once a second has passed; answers what it answers.
attend() {
  local words=$2 log=$3 began=$EPOCHREALTIME code
  BUSY=$1
  while kill -0 "$BUSY" 2>/dev/null; do
    sleep 0.1
    if [[ -t 1 ]] && awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { exit !(b - a > 1) }'; then
      draw "$words" "$(percent_of "$log")" "$began"
    fi
  done
  wait "$BUSY"
  code=$?
  BUSY=''
  [[ -t 1 ]] && printf '\r\e[K'
  return "$code"
}

# work NAME WORDS COMMAND...: run it with its output in build/run-logs/NAME.log, a bar on a terminal once a second has
# passed, one line at the end. Answers what the command answers.
work() {
  local words=$2 log=$LOGS/$1.log began=$EPOCHREALTIME code
  shift 2
  "$@" >"$log" 2>&1 </dev/null &
  attend "$!" "$words" "$log"
  code=$?
  if [[ $code -eq 0 ]]; then
    printf '  %s %s(%s s)%s\n' "$words" "$DIM" "$(seconds_since "$began")" "$PLAIN"
  else
    printf '  %s: %sfailed%s, the end of %s:\n' "$words" "$RED" "$PLAIN" "${log#"$ROOT"/}"
    tail -n 15 "$log" | sed 's/^/    /'
  fi
  return "$code"
}

# start NAME COMMAND...: a server in the background that ends with us.
start() {
  local log=$LOGS/$1.log
  shift
  "$@" >"$log" 2>&1 </dev/null &
  STARTED+=("$!")
}

stop_all() {
  local i pid
  [[ -z $BUSY ]] || kill "$BUSY" 2>/dev/null
  BUSY=''
  for ((i = ${#STARTED[@]} - 1; i >= 0; i--)); do
    pid=${STARTED[i]}
    kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
  done
  STARTED=()
}

# answers URL: does the server there answer within ten seconds?
answers() {
  local i
  for ((i = 0; i < 100; i++)); do
    curl -fsS -o /dev/null --max-time 2 "$1" 2>/dev/null && return 0
    sleep 0.1
  done
  curl -sS -o /dev/null --max-time 2 "$1"
}

# port_is_free N: does nobody listen there on the loopback addresses?
port_is_free() {
  python3 -c 'import socket, sys
for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
    try:
        s = socket.socket(family)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((host, int(sys.argv[1])))
    except OSError as e:
        if e.errno in (13, 98):
            sys.exit(f"{host} port {sys.argv[1]}: {e.strerror}")' "$1"
}

# soon COMMAND...: does the command succeed within twenty seconds?
soon() {
  local i
  for ((i = 0; i < 100; i++)); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 0.2
  done
  "$@"
}

free_port() {
  python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# refused EXIT COMMAND...: the command must say no (exit EXIT), not fail in some other way.
refused() {
  local want=$1 code
  shift
  "$@"
  code=$?
  [[ $code -eq $want ]]
}

finish() {
  trap - EXIT INT TERM
  stop_all
}

summary() {
  local took all=$((CHECKS_HELD + CHECKS_FAILED))
  took=$(seconds_since "$BEGAN")
  chapter "$CHECKS_HELD of $all checks held, $took s."
  if [[ $JSON == yes ]]; then
    printf '{"checks":[%s],"held":%d,"failed":%d,"release":%s,"commit":%s,"reused":%s,"seconds":%s}\n' "$CHECKS_JSON" \
      "$CHECKS_HELD" "$CHECKS_FAILED" "$(json_string "${VERSION:-}")" "$(json_string "${COMMIT:-}")" "${REUSED:-false}" \
      "$took" >&3
  fi
  [[ $CHECKS_FAILED -eq 0 ]]
}

# stop WORDS [WHAT-TO-DO]: end with the summary, failed.
stop() {
  CHECKS_FAILED=$((CHECKS_FAILED + 1))
  CHECKS_JSON+="${CHECKS_JSON:+,}{\"id\":\"finished\",\"held\":false}"
  printf '\n%s%s%s\n' "$RED" "$*" "$PLAIN"
  # Keys of an instance that an older version made know nothing of newer statements.
  printf '%s\n' "${2:-If the demonstration instance was made by an older version: ./run --fresh}"
  summary
  exit 1
}
