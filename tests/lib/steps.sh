# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by the shell stories, which run in $PL_TMP from then on: what they check, what they wait for, and the processes
# that they run, which have ended when the story ends. A story ends with `exit "$failed"`; one that has more to clean up
# sets a trap of its own and calls stop_all in it.
failed=0
pellucid=$PL_BUILD/src/cli/pellucid
declare -A pid=() port=() key=() # by the names that start() and make_witness() were given
cd "$PL_TMP" || exit 1
mkdir -p .new
trap stop_all EXIT

# ---- what is said ----

good() { echo "ok - $1"; }
bad() {
	echo "FAIL - $1"
	failed=1
}
# What the last commands and the processes said, for whoever reads a failure.
show() {
	local file
	for file in check.out out err ./*.log; do
		[[ ! -s $file ]] || tail -n 20 "$file" | sed "s|^|    ${file#./}: |"
	done
}

# note_events FILE: for a story with canaries (canary.sh), what a command logged
note_events() {
	local text
	[[ -n ${canary_events:-} ]] || return 0
	# What has none, up to its end, starts no program.
	! IFS= read -r -d '' text <"$1" && [[ $text != *evt=* ]] || grep -a '^evt=' "$1" >>"$canary_events" || true
}

# ---- checks ----

# check WHAT COMMAND...: the command must succeed. out and err stay those of the last code() or answers().
check() {
	local what=$1 got=0
	shift
	"$@" >check.out 2>&1 || got=$?
	note_events check.out
	if [[ $got == 0 ]]; then
		good "$what"
	else
		bad "$what"
		show
	fi
}
# same WHAT ONE OTHER
same() {
	if [[ $2 == "$3" ]]; then
		good "$1"
	else
		bad "$1 (\"$2\" is not \"$3\")"
	fi
}
# answers WHAT CODE WORDS COMMAND...: it must end with that exit code and say those words; what it said is in out and err.
answers() {
	local what=$1 want=$2 words=$3 got=0
	shift 3
	"$@" >.new/out 2>.new/err || got=$? # the command may read out and err
	mv .new/out .new/err .
	note_events err
	if [[ $got == "$want" ]] && has "$words"; then
		good "$what"
	else
		bad "$what (exit code $got, expected $want and \"$words\")"
		show
	fi
}

# ---- conditions, for check and soon ----

# code CODE COMMAND...: does it end with that exit code? What it said is in out and err.
code() {
	local want=$1 got=0
	shift
	"$@" >out 2>err || got=$?
	note_events err
	[[ $got == "$want" ]] || ! echo "exit code $got, not $want: $*"
}
has() { grep -q -e "$1" out err; }
not() { ! "$@"; }
# soon COMMAND...: does it succeed within soon_tenths (300) tenths of a second?
soon() {
	local i
	for ((i = 0; i < ${soon_tenths:-300}; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	"$@"
}
# field JSON PATH: the value at a.b.0.c, which must be there
field() {
	jq -r --arg path "$2" 'reduce ($path | split("."))[] as $name (.; (if type == "array" then ($name | tonumber) else $name end) as $key |
		if has($key) then .[$key] else error("there is no \($name) in it") end)' <<<"$1"
}

# flip FILE OFFSET: another byte is there, whatever it was
flip() {
	local byte
	byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	# shellcheck disable=SC2059 # an octal escape
	printf "\\$(printf %o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# ---- processes ----

# start NAME COMMAND...: run it in the background; what it says is in NAME.log, its process id in pid[NAME].
start() {
	local name=$1
	shift
	[[ ! -s $name.log ]] || cat "$name.log" >>"$PL_TMP/.new/$name.log" # what an earlier one said
	: >"$name.log" # before anybody reads it
	"$@" >"$name.log" 2>&1 &
	pid[$name]=$!
}
# ready NAME EVENT: wait until NAME logs that event; the port that it names is then in port[NAME].
ready() {
	if ! soon grep -q "^evt=$2" "$1.log"; then
		bad "$1 is ready ($2)"
		show
		exit 1
	fi
	port[$1]=$(sed -n "s/^evt=$2 .*port=\([0-9]*\).*/\1/p" "$1.log" | head -n 1)
}
# end SIGNAL NAME...: send it and wait; names of what has ended already are no mistake.
end() {
	local signal=$1 name
	shift
	for name in "$@"; do
		[[ -n ${pid[$name]:-} ]] || continue
		kill "-$signal" "${pid[$name]}" 2>/dev/null || true
		kill -CONT "${pid[$name]}" 2>/dev/null || true
		wait "${pid[$name]}" 2>/dev/null || true
		unset "pid[$name]"
	done
}
stop() { end TERM "$@"; }
# ended NAME: wait until it ends by itself; answers with its exit code, or with that of a kill if it does not within two minutes.
ended() {
	local got=0 i
	for ((i = 0; i < 1200; i++)); do
		kill -0 "${pid[$1]}" 2>/dev/null || break
		sleep 0.1
	done
	[[ $i -lt 1200 ]] || kill -KILL "${pid[$1]}" 2>/dev/null || true
	wait "${pid[$1]}" || got=$?
	unset "pid[$1]"
	return "$got"
}
stop_all() { stop "${!pid[@]}"; }

# Where Debian puts libfaketime, whatever the machine.
faketime_library() { ls /usr/lib/*/faketime/libfaketime.so.1; }

# ---- pages ----

# What the pages of portal and desk allow a browser, all of it: whatever else a header said, a grep for parts of it would not see.
export PL_CSP="default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; worker-src 'self'; connect-src 'self'; \
form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
# allows URL WHAT-IT-ALLOWS CURL-OPTIONS...: the one header of that name says exactly this.
allows() {
	local url=$1 want=$2
	shift 2
	curl -sSk -o body -D head --path-as-is "$@" "$url" 2>err || true
	same "${url#*//*/} allows what it may, and nothing else" "$(tr -d '\r' <./head | sed -n 's/^content-security-policy: //Ip')" "$want"
}

# serves WHAT STATUS WORDS CURL-OPTIONS... URL: the answer has that status, and its head or body those words. What was found
# as expected (200) is noted in the file $asked, if a story sets one: METHOD URL.
serves() {
	local what=$1 want=$2 words=$3 got
	shift 3
	got=$(curl -sSk -o body -D head -w '%{http_code}' --path-as-is "$@" 2>err) || got="curl $?"
	if [[ $got == "$want" ]] && grep -aq -e "$words" head body; then
		good "$what"
		[[ -z ${asked:-} || $want != 200 ]] || echo "$([[ " $* " == *" -d "* ]] && echo POST || echo GET) ${*: -1}" >>"$asked"
	else
		bad "$what ($got, expected $want and \"$words\")"
		sed 's/^/    /' head err | head -n 20
	fi
}

# ---- witnesses, each in a directory of its name ----

# make_witness NAME...: its verifier key is then in key[NAME].
make_witness() {
	local name
	for name in "$@"; do key[$name]=$("$pellucid" witness init "$name" --name "witness.example/$name"); done
}
# start_witness NAME...: on the port it had before, if it had one; ends the story if it does not start.
start_witness() {
	local name
	for name in "$@"; do
		[[ -z ${pid[$name]:-} ]] || continue
		start "$name" "$pellucid" witness serve "$name" --listen "127.0.0.1:${port[$name]:-0}"
		ready "$name" witness.serving
	done
}
# witness_lines NAME...: as a policy names them.
witness_lines() {
	local name
	for name in "$@"; do echo "witness $name ${key[$name]} http://127.0.0.1:${port[$name]}"; done
}
# each_witness VERB KEY NAME...: add-log or drop-key
each_witness() {
	local verb=$1 vkey=$2 name
	shift 2
	for name in "$@"; do "$pellucid" witness "$verb" "$name" "$vkey" || return; done
}
