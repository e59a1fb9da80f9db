#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# Libraries that few commands need (docs/decisions/0034): none is loaded at the start, one that is missing stops what needs it, in words,
# and nothing else, and doctor knows all of them.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
broken=$PL_TMP/broken
# without NAME COMMAND...: with a file in its place that is no library
without() {
	local name
	name=$(find "$PL_BUILD/src" -name "$1_lazy.c" -exec sed -n 's/.*file = "\([^"]*\)".*/\1/p' {} +)
	rm -rf "$broken"
	mkdir "$broken"
	: >"$broken/${name:?}"
	shift
	LD_LIBRARY_PATH=$broken "$@"
}

"$pellucid" init inst --origin log.example/libraries --purpose test --quorum 0 >/dev/null 2>&1
find "$PL_SRC/src" -name '*.lazy' >lists
check "what all commands need is" grep -q 'libsodium\.' <(ldd "$pellucid")
while read -r list; do
	name=$(basename "$list" .lazy)
	library=$(sed -n 's/^library //p' "$list")
	check "lib$library is not loaded at the start" not grep -q "lib$library\." <(ldd "$pellucid")
	answers "doctor misses it when it is broken" 1 "bad .*lib$library\.so" without "$name" "$pellucid" doctor
done <lists
lazy=$(wc -l <lists)
answers "doctor finds all $lazy of them" 0 "good .* $lazy that are opened when needed are there" "$pellucid" doctor
answers "what needs none goes on without" 0 '"subject":"log.example\/libraries"' without git2 "$pellucid" statement list --json
mkdir tree
git -C tree init -q
touch tree/file
git -C tree add file
git -C tree -c user.name=x -c user.email=x@example.org commit -q -m one
check "a product" "$pellucid" product add thing
answers "a snapshot needs libgit2, and says so" 3 'a library is missing that this needs: .*libgit2' without git2 "$pellucid" release snapshot thing --repo tree
check "nothing is left of it" "$pellucid" doctor
answers "and is made with it" 0 '' "$pellucid" release snapshot thing --repo tree
sed -i 's/^desk = no$/desk = yes/' inst/pellucid.conf
"$pellucid" account first ada --email ada@example.org >first.txt
without fido2 true
start desk env LD_LIBRARY_PATH="$broken" "$pellucid" web --listen 127.0.0.1:0
ready desk web.serving
check "the desk, which could not tell a passkey from a wrong one, is not served without libfido2" grep -q 'evt=web.desk_closed .*libfido2' desk.log
stop desk
answers "no address of a log is read without libcurl" 3 'a library is missing that this needs: .*libcurl' without curl "$pellucid" log checkpoint http://127.0.0.1:9/log
answers "no portal is served without libmicrohttpd" 3 'a library is missing that this needs: .*libmicrohttpd' without microhttpd "$pellucid" web --listen 127.0.0.1:0
"$pellucid" witness init witness --name witness.example/w >/dev/null
answers "nor a witness" 3 'a library is missing that this needs: .*libmicrohttpd' without microhttpd "$pellucid" witness serve witness --listen 127.0.0.1:0
answers "PostgreSQL is not asked without libpq" 3 'a library is missing that this needs: .*libpq' without pq "$pellucid" init other --origin log.example/other --purpose test --quorum 0 --db postgres://nobody@127.0.0.1:9/none
check "and nothing is made" not test -e other
exit "$failed"
