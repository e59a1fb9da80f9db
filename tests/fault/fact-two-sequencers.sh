#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 300
# Two sequencers of one database are started at the same moment, on one directory and on two copies of it, over and over; then
# one is stopped (SIGSTOP) past its lease, another one, on a copy of the log's directory, takes over, and the first is
# continued. Exactly one acknowledges, and there is one history.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
refused_at_once() {
	local got=0
	timeout 20 "$pellucid" log serve --instance inst >out 2>err || got=$?
	[[ $got != 0 && $got != 124 ]]
}
# The other one runs, as soon as the lease of the stopped one has run out; until then it may wait or end.
takes_over() {
	grep -q log.running second.log && return
	kill -0 "${pid[second]}" 2>/dev/null || start second "$pellucid" log serve --instance two
	return 1
}
first_has_ended() { ! kill -0 "${pid[first]}" 2>/dev/null; }

# ---- started at the same moment ----

rounds=4
[ "${PL_LONG:-0}" = 0 ] || rounds=60
runs() { grep -q log.running "$1.log"; }
gone() { ! kill -0 "${pid[$1]}" 2>/dev/null; }
# One runs, and of the other the end or the run is known.
decided() { for name in a b; do runs "$name" || gone "$name" || return; done; }
checkpoint_of() { sed -n '2,3p' "$1/log/public/checkpoint" | paste -sd' '; }
# race WHAT DIR-OF-A DIR-OF-B: exactly one runs, the other refuses in words and publishes nothing.
race() {
	local what=$1 winner='' loser='' name old
	local -A dir=([a]=$2 [b]=$3)
	old=$(checkpoint_of "$2")
	round=$((round + 1))
	local order=(a b)
	((round % 2)) || order=(b a)
	for name in "${order[@]}"; do start "$name" "$pellucid" log serve --instance "${dir[$name]}"; done
	soon decided || true
	for name in a b; do
		if runs $name; then winner+=$name; else loser+=$name; fi
	done
	if [[ $winner != [ab] ]]; then
		bad "$what, round $round: \"$winner\" ran"
		show
		stop a b
		return
	fi
	ended "$loser" && bad "$what, round $round: the one that did not run ended as if all were well"
	grep -Eq 'another (sequencer holds the lease|process has the log .* open for writing)|taken over' "$loser.log" ||
		bad "$what, round $round: the refusal says only: $(tail -n 1 "$loser.log")"
	document 0 "$winner$round" 60 "${dir[$winner]}" || bad "$what, round $round: what is stated is not acknowledged: $(cat err)"
	[[ $(checkpoint_of "${dir[$winner]}") != "$old" ]] || bad "$what, round $round: the one that runs has published nothing"
	[[ $2 == "$3" || $(checkpoint_of "${dir[$loser]}") == "$old" ]] || bad "$what, round $round: the other has published, too"
	stop "$winner"
	won[$winner]=$((${won[$winner]:-0} + 1))
	won_by=${dir[$winner]}
}

check "an instance is made" make_instance fault.example/two
"$pellucid" log serve --instance inst >first.log 2>&1 &
pid[first]=$!
ready first log.running
check "it has a first entry" document 0 first
stop first

declare -A won=()
round=0
for ((i = 0; i < rounds; i++)); do race "one directory" inst inst; done
[[ $failed != 0 ]] || good "of two that start on one directory exactly one acknowledges, $rounds times (${won[a]:-0} and ${won[b]:-0})"
won=()
won_by=inst
for ((i = 0; i < rounds; i++)); do
	if [[ $won_by == inst ]]; then
		rm -rf two && cp -a inst two
	else # the one whose copy is the older cannot go on with it
		rm -rf inst/log && cp -a two/log inst/log
	fi
	race "two copies" inst two
done
[[ $failed != 0 ]] || good "of two that start on two copies exactly one acknowledges, $rounds times (${won[a]:-0} and ${won[b]:-0})"
check "the log is whole" "$pellucid" log fsck "$won_by/log"
check "and the tables are what it says" "$pellucid" fsck --rebuild --instance "$won_by"
[[ $won_by == inst ]] || { rm -rf inst/log && cp -a two/log inst/log; }
rm -rf two

# ---- one is stopped past its lease ----

start first "$pellucid" log serve --instance inst
ready first log.running
check "the first sequencer logs" document 0 before
check "a second one on the same directory is refused" refused_at_once
kill -STOP "${pid[first]}"
cp -a inst two
start second "$pellucid" log serve --instance two
check "past the lease the other one takes over" soon takes_over
check "and logs" document 0 after 60 two
before=$(cat inst/log/public/checkpoint)
kill -CONT "${pid[first]}"
check "the first one ends when it is continued" soon first_has_ended
check "with a failure" not ended first
check "and has published nothing more" test "$(cat inst/log/public/checkpoint)" = "$before"
check "the other one goes on" document 0 again 60 two
check "and the tables are what the log says" "$pellucid" fsck --rebuild --instance two
exit "$failed"
