#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Three witnesses as processes of their own, asked over HTTP by a log written in another language.
set -eu
here=$(dirname "$0")
pellucid=$PL_BUILD/src/cli/pellucid
client=$here/witness/client.mjs
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
# Start witness $1; its port is then in $port.
serve() {
	: >"$PL_TMP/w$1.err" # before anybody reads it
	"$pellucid" witness serve "$PL_TMP/w$1" --listen 127.0.0.1:0 2>"$PL_TMP/w$1.err" &
	pid=$!
	pids="$pids $pid"
	port=
	for _ in $(seq 100); do
		port=$(sed -n 's/^evt=witness.serving .* port=\([0-9]*\) .*/\1/p' "$PL_TMP/w$1.err")
		[ -z "$port" ] || return 0
		sleep 0.1
	done
	echo "FAIL - witness $1 did not start"
	exit 1
}

for i in 1 2 3; do
	"$pellucid" witness init "$PL_TMP/w$i" --name "witness.example/w$i" >"$PL_TMP/w$i.vkey"
	for origin in log.example/codes log.example/race log.example/grow log.example/crash; do
		"$pellucid" witness add-log "$PL_TMP/w$i" "$(node "$client" vkey "$origin")"
	done
	serve "$i"
	eval "url$i=http://127.0.0.1:$port pid$i=$pid"
done
# shellcheck disable=SC2154 # set by eval
vkey1=$(cat "$PL_TMP/w1.vkey") vkey2=$(cat "$PL_TMP/w2.vkey") vkey3=$(cat "$PL_TMP/w3.vkey")

# shellcheck disable=SC2154
node "$client" codes "$url1" "$vkey1" || failed=1
node "$client" race "$url1" "$vkey1" "${PL_ROUNDS:-20}" || failed=1
# shellcheck disable=SC2154
check "three witnesses cosign one checkpoint" \
	node "$client" grow log.example/grow 100 "$url1" "$vkey1" "$url2" "$vkey2" "$url3" "$vkey3"
check "and a larger one" node "$client" grow log.example/grow 257 "$url1" "$vkey1" "$url2" "$vkey2" "$url3" "$vkey3"
check "the operator sees it" sh -c "'$pellucid' witness list '$PL_TMP/w1' | grep -q '^log.example/grow  size 257 '"
check "the fork that was offered is kept as evidence" \
	sh -c "'$pellucid' witness list '$PL_TMP/w1' | grep '^log.example/codes ' | grep -qv 'evidence 0'"
check "a second process does not serve the same directory" \
	sh -c "! '$pellucid' witness serve '$PL_TMP/w1' --listen 127.0.0.1:0"

# shellcheck disable=SC2154
kill -9 "$pid2"
wait "$pid2" 2>/dev/null || true
serve 2
check "a killed witness remembers" test "$(node "$client" size "http://127.0.0.1:$port" log.example/grow)" = 257
exit $failed
