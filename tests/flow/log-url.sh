#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# A log read by URL from a plain web server: the same proofs, byte for byte, as from its directory; clear words when not.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
both() { # both VERB ARGUMENTS...: from the URL and from the directory the same
	local verb=$1
	shift
	"$pellucid" log "$verb" log "$@" >by-dir &&
		"$pellucid" log "$verb" "$url" "$@" --vkey "$vkey" >by-url && cmp by-dir by-url
}

fails() { # fails PATTERN COMMAND...
	local pattern=$1
	shift
	not "$@" >out 2>err && has "$pattern"
}

vkey=$("$pellucid" log init log --origin log.example/url 2>/dev/null)
seq 0 1999 | sed 's/^/entry /' | "$pellucid" log append log --lines >/dev/null

start server python3 -u -m http.server 0 --bind 127.0.0.1 --directory log/public
soon grep -q '^Serving' server.log
url=$(sed -n 's/.*(\(http:.*\)\/).*/\1/p' server.log)

check 'checkpoint' both checkpoint
for i in 0 255 256 1791 1792 1999; do
	check "proof of entry $i" both prove "$i"
done
for old in 1 256 1000 1792 1999; do
	check "consistency with size $old" both consistency "$old"
done
check 'all entries' both export
check 'some entries' both export --from 255 --to 1793
answers 'fsck over the web reads every entry' 0 '^entries-checked 2000$' "$pellucid" log fsck "$url" --vkey "$vkey"
check 'and finds nothing' grep -qx 'problems 0' out
check 'and sees neither journal nor record' test "$(grep -c '^\(journal\|record\) not-checked$' out)" = 2
answers 'fsck without a key says that it checked none' 0 '^checkpoint-signature not-checked$' "$pellucid" log fsck "$url"
check 'a slash at the end makes no difference' "$pellucid" log verify "$url/" --vkey "$vkey"
rm log/public/tile/0/003
answers 'fsck over the web names a missing tile' 1 '^problem tile/0/003: not found' "$pellucid" log fsck "$url" --vkey "$vkey"
check 'a missing tile is named' fails 'tile/0/003' "$pellucid" log prove "$url" 800 --vkey "$vkey"
check 'no log there' fails 'not found' "$pellucid" log checkpoint "$url/nothing" --vkey "$vkey"
stop server
check 'nobody there' fails 'cannot be read\|connect' "$pellucid" log checkpoint "$url" --vkey "$vkey"
exit "$failed"
