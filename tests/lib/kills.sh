# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # set by steps.sh
# Sourced after steps.sh and instance.sh by the stories that kill: processes that are started again when they end, submitters,
# and the checks afterwards.
tool=$PL_BUILD/tests/fault/fact-tool
keepers=() clients=() soon_tenths=600
# keep NAME COMMAND...: run it, again and again; its process id is in NAME.pid.
keep() {
	local name=$1
	shift
	(
		while [ ! -e stop ]; do
			"$@" 2>>"$name.log" &
			echo $! >"$name.new"
			mv "$name.new" "$name.pid"
			wait $! 2>/dev/null || true
			[ -e stop ] || sleep 0.02
		done
	) 2>/dev/null &
	keepers+=($!)
}
kill_kept() { kill -9 "$(cat "$1.pid")" 2>/dev/null || true; }
# client VERB NAME [DIR]: a submitter that never stops by itself; its acknowledgements are in NAME.acks. In a long run it
# rests between them: every start reads the log, and a log that grew as fast as it can would leave no time between kills.
client() {
	local rest=0
	[ "${PL_LONG:-0}" = 0 ] || rest=50
	"$tool" "$1" "${3:-inst}" "$2" 100000000 "$rest" >>"$2.acks" 2>>"$2.log" &
	clients+=($!)
}
stop_clients() {
	[ "${#clients[@]}" = 0 ] || kill -9 "${clients[@]}" 2>/dev/null || true
	[ "${#clients[@]}" = 0 ] || wait "${clients[@]}" 2>/dev/null || true
	clients=()
}
# One that has just been started is not in its file yet, so they are asked more than once; one that does not end is made to tell where
# it stands (ASan prints its stack) and is a failure.
ask_kept() { # SIGNAL
	local file
	for file in ./*.pid; do
		[ ! -e "$file" ] || kill "-$1" "$(cat "$file")" 2>/dev/null || true
	done
	not kill -0 "${keepers[@]}" 2>/dev/null
}
stop_keepers() {
	[ "${#keepers[@]}" != 0 ] || return 0
	touch stop
	if ! soon_tenths=600 soon ask_kept TERM; then
		bad "processes end when they are told to"
		ask_kept ABRT || true
		soon ask_kept KILL || true
	fi
	wait "${keepers[@]}" 2>/dev/null || true
	keepers=()
}
acks() { cat ./*.acks | grep -c '^ack' || true; }
# Acknowledgements go on coming.
grows() {
	local before
	before=$(acks)
	sleep 2
	[ "$(acks)" -gt "$before" ]
}
nothing_waits() { log_status '"process":"running".*"waiting":0'; }
# After all kills: let the log catch up, end everything, and look whether the promises were kept.
verdict() {
	stop_clients
	soon_tenths=1200 check "what was acknowledged is logged" soon nothing_waits
	stop_keepers
	check "the public tables are what the log says" tables_fit
	check "the log is whole" "$pellucid" log fsck inst/log
	cat ./*.acks | grep -E '^(ack|root) ' >promises
	check "every acknowledged statement stands exactly once, and no size has two roots" code 0 "$tool" check inst <promises
	echo "# $(cat out)"
}
