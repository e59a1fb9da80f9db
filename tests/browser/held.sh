#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 300
# alone: yes
# The pages of a log that is held, and of one whose process does not answer, in Chromium: the note is there, is read out, and
# fits on a phone.
set -eu
pellucid=$PL_BUILD/src/cli/pellucid
PELLUCID_INSTANCE=$PL_TMP/instance
export PELLUCID_INSTANCE
pids=()
# shellcheck disable=SC2317 # called by the trap
stop() {
	[ "${#pids[@]}" = 0 ] || kill "${pids[@]}" 2>/dev/null || true
	wait
}
trap stop EXIT
wait_for() { # text, file
	for _ in $(seq 200); do
		grep -q "$1" "$2" 2>/dev/null && return 0
		sleep 0.1
	done
	echo "FAIL - $1 in $2"
	exit 1
}
# Witnesses that nobody runs: nothing listens on port 9.
for w in 1 2; do
	echo "witness w$w $("$pellucid" witness init "$PL_TMP/w$w" --name "witness.example/w$w") http://127.0.0.1:9"
done >"$PL_TMP/witnesses"
"$pellucid" init "$PELLUCID_INSTANCE" --origin log.example/held --purpose production --witnesses "$PL_TMP/witnesses" \
	--quorum 2 >"$PL_TMP/vkey" 2>"$PL_TMP/init.err"
"$pellucid" log serve 2>"$PL_TMP/serve.log" &
server=$!
pids+=("$server")
wait_for log.held "$PL_TMP/serve.log"
"$pellucid" web --listen 127.0.0.1:0 --rate 1000000 2>"$PL_TMP/web.log" &
pids+=("$!")
wait_for web.serving "$PL_TMP/web.log"
port=$(sed -n 's/.*port=//p' "$PL_TMP/web.log")
rc=0
node "$PL_SRC/tests/browser/held.mjs" "http://127.0.0.1:$port" held "The log is held" "Das Protokoll ist angehalten" || rc=1
kill -9 "$server"
sleep 21
node "$PL_SRC/tests/browser/held.mjs" "http://127.0.0.1:$port" silent "The log process does not answer" \
	"Der Protokollprozess antwortet nicht" || rc=1
exit $rc
