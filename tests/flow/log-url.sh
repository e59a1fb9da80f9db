#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A log read by URL from a plain web server: the same proofs, byte for byte, as from its directory; clear words when not.
# shellcheck disable=SC2317 # the functions are called through check
set -eu
pellucid=${PL_BUILD:?}/src/cli/pellucid
work=${PL_TMP:?}
failed=0

check() { # check WORDS COMMAND...
	local words=$1
	shift
	if "$@" >"$work/out" 2>&1; then
		printf 'ok - %s\n' "$words"
	else
		printf 'FAIL - %s\n' "$words"
		tail -n 20 "$work/out"
		failed=1
	fi
}
same() { # same VERB ARGUMENTS...: from the URL and from the directory
	local verb=$1
	shift
	"$pellucid" log "$verb" "$work/log" "$@" >"$work/by-dir" &&
		"$pellucid" log "$verb" "$url" "$@" --vkey "$vkey" >"$work/by-url" && cmp "$work/by-dir" "$work/by-url"
}
fails() { # fails PATTERN COMMAND...
	local pattern=$1
	shift
	! "$@" >"$work/said" 2>&1 && grep -q "$pattern" "$work/said"
}

vkey=$("$pellucid" log init "$work/log" --origin log.example/url 2>/dev/null)
seq 0 1999 | sed 's/^/entry /' | "$pellucid" log append "$work/log" --lines >/dev/null

python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$work/log/public" >"$work/server" 2>/dev/null &
server=$!
trap 'kill "$server"' EXIT
for _ in $(seq 100); do
	url=$(sed -n 's/.*(\(http:.*\)\/).*/\1/p' "$work/server")
	[ -z "$url" ] || break
	sleep 0.1
done

check 'checkpoint' same checkpoint
for i in 0 255 256 1791 1792 1999; do
	check "proof of entry $i" same prove "$i"
done
for old in 1 256 1000 1792 1999; do
	check "consistency with size $old" same consistency "$old"
done
check 'a slash at the end makes no difference' "$pellucid" log verify "$url/" --vkey "$vkey"
rm "$work/log/public/tile/0/003"
check 'a missing tile is named' fails 'tile/0/003' "$pellucid" log prove "$url" 800 --vkey "$vkey"
check 'no log there' fails 'not found' "$pellucid" log checkpoint "$url/nothing" --vkey "$vkey"
kill "$server"
wait "$server" 2>/dev/null || true
trap - EXIT
check 'nobody there' fails 'cannot be read\|connect' "$pellucid" log checkpoint "$url" --vkey "$vkey"
exit "$failed"
