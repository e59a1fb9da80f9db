#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# engines: none
# A log with a quorum of two out of three witnesses, each a process of its own, as they come and go.
set -eu
pellucid=$PL_BUILD/src/cli/pellucid
log=$PL_TMP/log
failed=0
pids=
# shellcheck disable=SC2086,SC2317 # a list of numbers; called by the trap
stop() {
	[ -z "$pids" ] || kill $pids 2>/dev/null || true
	[ -z "$pids" ] || wait $pids 2>/dev/null || true
}
trap stop EXIT
check() {
	what=$1
	shift
	if "$@" >"$PL_TMP/out" 2>&1; then
		echo "ok - $what"
	else
		echo "FAIL - $what"
		cat "$PL_TMP/out"
		failed=1
	fi
}
# Start witness $1 on port $2 (0: any); its port and pid are then in $port and $pid.
serve() {
	: >"$PL_TMP/w$1.err" # before anybody reads it
	"$pellucid" witness serve "$PL_TMP/w$1" --listen "127.0.0.1:$2" 2>"$PL_TMP/w$1.err" &
	pid=$!
	pids="$pids $pid"
	port=
	for _ in $(seq 150); do
		port=$(sed -n 's/^evt=witness.serving .* port=\([0-9]*\) .*/\1/p' "$PL_TMP/w$1.err")
		[ -z "$port" ] || return 0
		sleep 0.1
	done
	echo "FAIL - witness $1 did not start"
	cat "$PL_TMP/w$1.err"
	exit 1
}
# End the process $1 as a power cut would.
end() {
	kill -9 "$1"
	wait "$1" 2>/dev/null || true
}
# The published checkpoint has size $1 and at least $2 cosignatures.
# shellcheck disable=SC2317 # called through check
published() {
	test "$(sed -n 2p "$log/public/checkpoint")" = "$1" &&
		test "$(grep -c '^— witness.example/' "$log/public/checkpoint")" -ge "$2"
}
append() {
	timeout 60 "$pellucid" log append "$log" --lines >/dev/null
}

vkey=$("$pellucid" log init "$log" --origin log.example/quorum 2>/dev/null)
echo "log $vkey" >"$PL_TMP/policy"
for i in 1 2 3; do
	key=$("$pellucid" witness init "$PL_TMP/w$i" --name "witness.example/w$i")
	"$pellucid" witness add-log "$PL_TMP/w$i" "$vkey"
	serve "$i" 0
	eval "port$i=$port pid$i=$pid"
	echo "witness w$i $key http://127.0.0.1:$port" >>"$PL_TMP/policy"
done
printf 'group two 2 w1 w2 w3\nquorum two\n' >>"$PL_TMP/policy"
cp "$PL_TMP/policy" "$log/private/policy"

seq 1 50 | append
check "with three witnesses the checkpoint has its quorum" published 50 2
check "an outsider accepts it" "$pellucid" log follow "$log/public" --once --policy "$PL_TMP/policy" --state "$PL_TMP/s"

# shellcheck disable=SC2154 # set by eval
end "$pid2"
seq 51 80 | append
check "with one of three gone it goes on" published 80 2
check "an outsider accepts that, too" "$pellucid" log follow "$log/public" --once --policy "$PL_TMP/policy" \
	--state "$PL_TMP/s"

# shellcheck disable=SC2154
serve 2 "$port2"
# shellcheck disable=SC2154
end "$pid1"
seq 81 100 | append
check "the one that was away catches up, and another may go" published 100 2
check "it is the one that was away that cosigned" grep -q '^— witness.example/w2 ' "$log/public/checkpoint"

# With one witness of three nothing larger is published, and nothing is lost.
end "$pid"
seq 101 110 | timeout 20 "$pellucid" log append "$log" --lines >"$PL_TMP/held" 2>"$PL_TMP/held.err" || true
check "with two of three gone nothing larger is published" published 100 2
# shellcheck disable=SC2154
serve 1 "$port1"
serve 2 "$port2"
seq 111 120 | append
check "when they are back everything is" published 120 2
check "an outsider sees one history" "$pellucid" log follow "$log/public" --once --policy "$PL_TMP/policy" \
	--state "$PL_TMP/s"
exit $failed
