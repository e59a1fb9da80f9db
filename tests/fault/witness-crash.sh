#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A witness killed at each step of one request: before the record is in place, and between the record and the answer.
# Whatever happens, it never cosigns two trees of one size, and the honest log goes on.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
client=$PL_SRC/tests/interop/witness/client.mjs
origin=log.example/crash
# Start the witness, with the arguments in front of it; its address is then in $url.
serve() {
	start w "$@" "$pellucid" witness serve w --listen 127.0.0.1:0
	ready w witness.serving
	url=http://127.0.0.1:${port[w]}
}
# The status of one submission from size $1 to $2; 000 if the connection broke.
submit() {
	node "$client" body "$origin" "$1" "$2" |
		curl -s -o answer -w '%{http_code}' --max-time 20 --data-binary @- "$url/add-checkpoint" || true
}

make_witness w
each_witness add-log "$(node "$client" vkey "$origin")" w
serve env
same "the first tree is cosigned" "$(submit 0 10)" 200
stop w

size=10
# System calls that the kill is put on, and what must be recorded afterwards. None of them happens while starting.
for at in "fsync,fdatasync:old" "renameat,renameat2,rename:old" "sendto,sendmsg,writev:new"; do
	calls=${at%:*}
	next=$((size + 7))
	serve strace -f -qq -o trace -e "trace=$calls" -e "inject=$calls:signal=SIGKILL:when=1"
	same "killed at $calls: no answer left" "$(submit $size $next)" 000
	stop w
	serve env
	now=$(node "$client" size "$url" "$origin")
	case $at in
	*:old) same "killed at $calls: the old tree is recorded" "$now" $size ;;
	*:new) same "killed at $calls: the new tree is recorded" "$now" $next ;;
	esac
	same "after the kill at $calls the honest log goes on" "$(submit "$now" $next)" 200
	same "and nobody gets another cosignature from the old size" "$(submit $size $next)" 409
	stop w
	size=$next
done
exit "$failed"
