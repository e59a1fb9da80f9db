#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 120
# `./run` and a port that somebody else has: it says so before anything is built; a stranger's server, or the portal of another instance, does
# not pass for the portal; and a check that takes long shows that it is at work.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
mkdir clone
cp -r "$PL_SRC/run" "$PL_SRC/tools" clone/
free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
# serves ADDRESS PORT: a server that answers everything with 200
cat >stranger.py <<'PY'
import http.server, sys
class Any(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"welcome\n")
    def log_message(self, *a): pass
http.server.HTTPServer((sys.argv[1], int(sys.argv[2])), Any).serve_forever()
PY
# run_with PORT INSTANCE COMMAND...: with the words and the story of ./run, as if its program were built.
run_with() {
	local number=$1 instance=$2
	shift 2
	(
		cd "$PL_TMP/clone" || exit
		# What the sourced files ask of ./run.
		# shellcheck disable=SC2034
		JSON=no ONCE=yes FRESH=no INSTALL=no PORT=$number
		# shellcheck source=tools/run/lib.sh
		. tools/run/lib.sh
		# shellcheck source=tools/run/story.sh
		. tools/run/story.sh
		# shellcheck disable=SC2034
		PELLUCID=$pellucid INSTANCE=$instance
		mkdir -p "$LOGS"
		"$@"
	)
}

at=$(free_port)
start stranger python3 stranger.py 127.0.0.1 "$at"
soon curl -sf -o /dev/null "http://127.0.0.1:$at/"
answers "a port that somebody else has is named at once" 1 "127.0.0.1 port $at: Address already in use" \
	clone/run --once --no-install --port "$at" 2>&1
check "with the option that takes another one" grep -q -- '--port N' out
check "and nothing was built or made" test ! -e clone/build/run -a ! -e clone/build/demo
if grep -q '^0\{31\}1 ' /proc/net/if_inet6 2>/dev/null; then
	six=$(free_port)
	start six python3 -c 'import socket, sys, time
s = socket.socket(socket.AF_INET6)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
s.bind(("::1", int(sys.argv[1])))
s.listen()
print("listening", flush=True)
time.sleep(600)' "$six"
	soon grep -q listening six.log
	answers "also where it is [::1] alone" 1 "::1 port $six: Address already in use" clone/run --once --no-install --port "$six"
fi

for name in ours other; do
	"$pellucid" init "$name" --origin "log.example/$name" --purpose test --quorum 0 >/dev/null 2>&1
done
answers "a stranger that says yes to everything is not the portal" 1 "not the portal of this instance" \
	run_with "$at" "$PL_TMP/ours" eval 'echo "pellucid web: cannot listen on it" >"$LOGS/serve.log"; portal_answers || no_portal'
check "the port's option is named then, too" grep -q -- '--port N' out
mine=$(free_port)
start web "$pellucid" web --instance "$PL_TMP/ours" --listen "127.0.0.1:$mine"
ready web web.serving
check "the portal of the instance is" run_with "$mine" "$PL_TMP/ours" portal_is_ours
answers "that of another instance is not" 1 "not the portal of this instance" \
	run_with "$mine" "$PL_TMP/other" eval 'echo "pellucid web: cannot listen on it" >"$LOGS/serve.log"; portal_answers || no_portal'
answers "where nobody answers the reason is said" 1 "cannot listen on 127.0.0.1" \
	run_with "$(free_port)" "$PL_TMP/ours" eval 'echo "pellucid web: cannot listen on 127.0.0.1:1: why" >"$LOGS/serve.log"; portal_answers || no_portal'

# A terminal of our own, for what is only drawn on one.
cat >slow.sh <<'SH'
cd "$1/clone" || exit
JSON=no ONCE=yes FRESH=no INSTALL=no PORT=1
. tools/run/lib.sh
mkdir -p "$LOGS"
long() { while [[ ! -e $LOGS/enough ]]; do sleep 0.1; done; }
"${@:2}"
SH
on_terminal() {
	TERM=xterm python3 -c 'import pty, sys
sys.exit(pty.spawn(sys.argv[1:]) >> 8)' bash slow.sh "$PL_TMP" "$@" >drawn.log 2>&1
}
on_terminal check slow "the slow one" long &
drawing=$!
check "a check that takes long is drawn while it is at work" soon grep -aq 'checking: the slow one' drawn.log
: >clone/build/run-logs/enough
wait "$drawing" || bad "the slow check ends with 0"
check "and its outcome is said" grep -aq 'holds.*the slow one' drawn.log
check "one that fails is" bash -c '! bash slow.sh "$0" check no "the false one" false >said && grep -q "FAILED the false one" said' "$PL_TMP"
exit "$failed"
