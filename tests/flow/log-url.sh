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
# A server that compresses bundles without being asked, as tlog-tiles allows; then one whose bytes become more than a bundle may have, and one
# that says so and does not.
cat >compressing.py <<'END'
import gzip
import http.server
import sys

how, root = sys.argv[1:]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(root + self.path, "rb") as f:
            data = f.read()
        packed = self.path.startswith("/tile/entries/")
        if packed and how == "bomb":
            data = bytes(1 << 28)
        if packed and how != "lie":
            data = gzip.compress(data)
        self.send_response(200)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"evt=compressing port={server.server_port}", flush=True)
server.serve_forever()
END
plain=$url
for how in honest bomb lie; do
	start $how python3 compressing.py $how log/public
	ready $how compressing
	url=http://127.0.0.1:${port[$how]}
	if [[ $how == honest ]]; then
		check 'compressed bundles are read' both export
		check 'and prove the same' both prove 255
	else
		check "what is no such bundle is refused ($how)" fails 'too big\|unencoding' /usr/bin/time -f %M -o memory "$pellucid" log export "$url" --vkey "$vkey"
		check "without being unpacked as a whole" test "$(tail -1 memory)" -lt 100000
	fi
	stop $how
done
url=$plain
check 'a slash at the end makes no difference' "$pellucid" log verify "$url/" --vkey "$vkey"
rm log/public/tile/0/003
answers 'fsck over the web names a missing tile' 1 '^problem tile/0/003: not found' "$pellucid" log fsck "$url" --vkey "$vkey"
check 'a missing tile is named' fails 'tile/0/003' "$pellucid" log prove "$url" 800 --vkey "$vkey"
check 'no log there' fails 'not found' "$pellucid" log checkpoint "$url/nothing" --vkey "$vkey"
stop server
check 'nobody there' fails 'cannot be read\|connect' "$pellucid" log checkpoint "$url" --vkey "$vkey"
exit "$failed"
