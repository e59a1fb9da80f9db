# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034,SC2154 # read by the stories; set by steps.sh
# Sourced after steps.sh by stories about the desk: an instance in inst/ that serves it at $desk; after
# first_administrator the code of "ada" is in $first_code.
# shellcheck source=tests/lib/instance.sh
PL_ENGINES=${PL_ENGINES:-none}
. "$PL_SRC/tests/lib/instance.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst

make_desk() {
	local free
	check "an instance is made" make_instance log.example/desk --quorum 0
	# Passkeys and forms are bound to the origin, so the port is in the configuration.
	free=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
	set_conf web port "$free"
	set_conf web desk yes
	desk=http://localhost:$free
}
first_administrator() {
	answers "the first administrator gets a code" 0 '"code"' "$pellucid" account first ada --email ada@example.org --json
	first_code=$(field "$(cat out)" code)
}

start_desk() { # OPTIONS-OF-WEB...
	start web "$pellucid" web --rate 1000000 "$@"
	ready web web.serving
}
