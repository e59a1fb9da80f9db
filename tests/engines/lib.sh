# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Sourced by the scripts of this folder, which set $here to it.

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# free_ports N: that many free TCP ports of 127.0.0.1, below the ephemeral range, so that a client's socket does not take one.
free_ports() {
	python3 - "$1" <<'PY'
import random, socket, sys
held = []
while len(held) < int(sys.argv[1]):
    s = socket.socket()
    try:
        s.bind(("127.0.0.1", random.randrange(15000, 32000)))
        held.append(s)
    except OSError:
        s.close()
print(*(s.getsockname()[1] for s in held))
PY
}

# start_of PID: the time it was started, in ticks since boot; tells a process from a later one with the same number.
start_of() {
	local stat
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	stat=${stat##*) }
	# shellcheck disable=SC2086 # split on purpose
	set -- $stat
	printf '%s\n' "${20}"
}

# alive PID WORD: is it there, and does its command line hold WORD?
alive() {
	[ -n "$1" ] && { tr '\0' ' ' <"/proc/$1/cmdline" | grep -qF -- "$2"; } 2>/dev/null
}

# stop_pid PID WORD [SECONDS]: ask, wait, then insist.
stop_pid() {
	local i
	alive "$1" "$2" || return 0
	kill "$1" 2>/dev/null || return 0
	for ((i = 0; i < ${3:-10} * 10; i++)); do
		alive "$1" "$2" || return 0
		sleep 0.1
	done
	kill -9 "$1" 2>/dev/null || return 0
	for ((i = 0; i < 50; i++)); do
		alive "$1" "$2" || return 0
		sleep 0.1
	done
	die "process $1 does not end"
}

# watch_owner DIR DOWN: when the process $PL_ENGINE_OWNER (default: our caller) has gone, run DOWN DIR and remove DIR.
watch_owner() {
	local owner=${PL_ENGINE_OWNER:-$PPID} started
	[ "$owner" != none ] || return 0
	started=$(start_of "$owner") || die "the owner, process $owner, is not there"
	if [ -s "$1/watchdog.pid" ] && alive "$(cat "$1/watchdog.pid")" "$here/watchdog.sh"; then
		return 0
	fi
	setsid "$here/watchdog.sh" "$owner" "$started" "$1" "$2" </dev/null >/dev/null 2>&1 &
	echo $! >"$1/watchdog.pid"
}

stop_watchdog() {
	[ -s "$1/watchdog.pid" ] || return 0
	# The watchdog itself may be who stops the engine.
	[ "$(cat "$1/watchdog.pid")" = "${PL_WATCHDOG:-}" ] || stop_pid "$(cat "$1/watchdog.pid")" "$here/watchdog.sh"
	rm -f "$1/watchdog.pid"
}

# full_path DIR: make it and print its absolute name.
full_path() {
	mkdir -p "$1" && (cd "$1" && pwd)
}
