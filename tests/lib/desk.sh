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

# ---- with a session, which is in WHO.session ----

declare -A token=()
# csrf WHO: the token of the session, in token[WHO] from then on.
csrf() {
	[[ -n ${token[$1]:-} ]] || token[$1]=$(curl -sS -b "pl-desk=$(cat "$1.session")" "$desk/desk/account" | grep -o 'name="csrf" value="[0-9a-f]*"' | head -n 1 | cut -d'"' -f4)
}
# fresh: everybody has just shown who he is, as dangerous acts want it. With keep_fresh=yes before every POST, unless $stale.
fresh() { sql "UPDATE session SET fresh_at = ${EPOCHSECONDS}000000000"; }
# ask WHO METHOD PATH [FIELD=VALUE...]: the answer in page, its status in $status, where it leads in to.
ask() {
	local who=$1 method=$2 path=$3 field data=()
	shift 3
	for field in "$@"; do data+=(--data-urlencode "$field"); done
	if [[ $method == POST ]]; then
		csrf "$who"
		[[ -z ${keep_fresh:-} || -n ${stale:-} ]] || fresh
		data+=(--data-urlencode "csrf=${token[$who]}" -H "Origin: $desk" -H 'Sec-Fetch-Site: same-origin')
	fi
	status=$(curl -sS -o page -D headers -w '%{http_code} %header{location}' -b "pl-desk=$(<"$who.session")" "${data[@]}" "$desk$path") || status=000
	echo "${status#* }" >to
	status=${status%% *}
}
# answered STATUS PATTERN: is that what the last ask() was answered?
answered() {
	[[ $status =~ ^($1)$ ]] || { echo "status $status" && sed -n '/<main/,$ p' page | head -c 1500 && return 1; }
	grep -qE -e "$2" page to
}
# does WHAT STATUS PATTERN WHO METHOD PATH [FIELD=VALUE...]: the status (200|303), and what the page or its address says.
does() {
	local what=$1 want=$2 pattern=$3
	shift 3
	ask "$@"
	check "$what" answered "$want" "$pattern"
}
