#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A witness killed at each step of one request: before the record is in place, and between the record and the answer.
# Whatever happens, it never cosigns two trees of one size, and the honest log goes on.
set -eu
here=$(dirname "$0")
pellucid=$PL_BUILD/src/cli/pellucid
client=$here/../interop/witness/client.mjs
origin=log.example/crash
failed=0
pid=
# shellcheck disable=SC2317 # called by the trap
stop() {
	if [ -n "$pid" ]; then
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	fi
}
trap stop EXIT
say() {
	if [ "$1" = "$2" ]; then
		echo "ok - $3"
	else
		echo "FAIL - $3: expected $2, found $1"
		failed=1
	fi
}
# Start the witness, with the rest of the arguments in front of it; $url and $pid are then set.
serve() {
	: >"$PL_TMP/err"
	"$@" "$pellucid" witness serve "$PL_TMP/w" --listen 127.0.0.1:0 2>"$PL_TMP/err" &
	pid=$!
	port=
	for _ in $(seq 150); do
		port=$(sed -n 's/^evt=witness.serving .* port=\([0-9]*\) .*/\1/p' "$PL_TMP/err")
		[ -z "$port" ] || break
		sleep 0.1
	done
	url=http://127.0.0.1:$port
}
end() {
	kill "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	pid=
}
# The status of one submission from size $1 to $2; 000 if the connection broke.
submit() {
	node "$client" body "$origin" "$1" "$2" |
		curl -s -o "$PL_TMP/answer" -w '%{http_code}' --max-time 20 --data-binary @- "$url/add-checkpoint" || true
}

"$pellucid" witness init "$PL_TMP/w" --name witness.example/w >"$PL_TMP/vkey"
"$pellucid" witness add-log "$PL_TMP/w" "$(node "$client" vkey "$origin")"
serve env
say "$(submit 0 10)" 200 "the first tree is cosigned"
end

size=10
# System calls that the kill is put on, and what must be recorded afterwards. None of them happens while starting.
for at in "fsync,fdatasync:old" "renameat,renameat2,rename:old" "sendto,sendmsg,writev:new"; do
	calls=${at%:*}
	next=$((size + 7))
	serve strace -f -qq -o "$PL_TMP/trace" -e "trace=$calls" -e "inject=$calls:signal=SIGKILL:when=1"
	say "$(submit $size $next)" 000 "killed at $calls: no answer left"
	end
	serve env
	now=$(node "$client" size "$url" "$origin")
	case $at in
	*:old) say "$now" $size "killed at $calls: the old tree is recorded" ;;
	*:new) say "$now" $next "killed at $calls: the new tree is recorded" ;;
	esac
	say "$(submit "$now" $next)" 200 "after the kill at $calls the honest log goes on"
	say "$(submit $size $next)" 409 "and nobody gets another cosignature from the old size"
	end
	size=$next
done
exit $failed
