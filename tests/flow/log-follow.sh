#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# A log followed from outside, and every way in which it can go wrong under the eyes of the monitor.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
log=$PL_TMP/log
# Follow $3 with the state $4 and further options; expect the exit code $2.
follow() {
	local what=$1 want=$2 where=$3 state=$4
	shift 4
	check "$what" code "$want" "$pellucid" log follow "$where" --once --json --state "$PL_TMP/$state" "$@"
}
append() {
	"$pellucid" log append "$1" --lines >/dev/null 2>"$PL_TMP/append.err"
}
# A copy as it is now, with its record: what an attacker, or a careless restore, would have.
copy() {
	cp -a "$1" "$2"
	cp -a "$1.record" "$2.record"
}

vkey=$("$pellucid" log init "$log" --origin log.example/follow 2>/dev/null)
printf 'log %s\nquorum none\n' "$vkey" >"$PL_TMP/policy"
seq 1 300 | append "$log"
follow "a log of 300 entries" 0 "$log/public" s --policy "$PL_TMP/policy"
check "all entries were verified" has '"size":300,"entries":300'
follow "nothing new" 0 "$log" s --policy "$PL_TMP/policy"
check "nothing was read again" has '"size":300,"entries":0'
copy "$log" "$PL_TMP/older"
copy "$log" "$PL_TMP/forked"

# Entries that our keys signed.
envelope() {
	node - "$1" <<'JS'
const { createPrivateKey, createPublicKey, sign } = require('node:crypto');
const seed = Buffer.from(Array.from({ length: 32 }, (_, i) => 50 + i));
const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
if (process.argv[2] === 'key') {
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(12);
  console.log(`ed25519:${raw.toString('base64')}`);
} else {
  const payload = Buffer.from(process.argv[2]);
  const pae = Buffer.concat([Buffer.from(`DSSEv1 10 text/plain ${payload.length} `), payload]);
  console.log(JSON.stringify({ payload: payload.toString('base64'), payloadType: 'text/plain',
    signatures: [{ keyid: '', sig: sign(null, pae, key).toString('base64') }] }));
}
JS
}
envelope key >"$PL_TMP/keys"
envelope known >"$PL_TMP/known.entry"
printf 'sha256:%s\n' "$(tr -d '\n' <"$PL_TMP/known.entry" | sha256sum | cut -d' ' -f1)" >"$PL_TMP/known"
append "$log" <"$PL_TMP/known.entry"
seq 301 310 | append "$log"
follow "an entry of ours that we know" 0 "$log" s --policy "$PL_TMP/policy" --keys "$PL_TMP/keys" --known "$PL_TMP/known"
check "it was recognised as ours" has '"entries":11,"ours":1,"alarms":0'
envelope stolen | append "$log"
follow "an entry of ours that we do not know" 1 "$log" s --policy "$PL_TMP/policy" --keys "$PL_TMP/keys" \
	--known "$PL_TMP/known"
check "the alarm names its index" has '"alarm":"entry".*"index":311'
check "the log itself is fine" has '"size":312'
check "the alarm is kept" grep -qr '^kind entry' "$PL_TMP/s/alarms"

# Older and other trees.
follow "an older copy is served" 1 "$PL_TMP/older" s --policy "$PL_TMP/policy"
check "it is a rollback" has '"alarm":"rollback"'
follow "the older copy again" 1 "$PL_TMP/older" s --policy "$PL_TMP/policy"
check "the same alarm is not repeated" not has '"alarm":"rollback"'
seq 1001 1012 | append "$PL_TMP/forked"
follow "another tree of the same size" 1 "$PL_TMP/forked" s --policy "$PL_TMP/policy"
check "it is a fork" has '"alarm":"fork".*two trees'
seq 1013 1400 | append "$PL_TMP/forked"
follow "a larger tree that is no continuation" 1 "$PL_TMP/forked" s --policy "$PL_TMP/policy"
check "it is a fork, too" has '"alarm":"fork".*does not continue'
check "what was seen before is still remembered" has '"size":312'
follow "the honest log goes on" 0 "$log" s --policy "$PL_TMP/policy"

# Damage that no signature covers.
seq 311 330 | append "$log"
copy "$log" "$PL_TMP/damaged"
bundle=$(find "$PL_TMP/damaged/public/tile/entries" -name 76 | head -1)
flip "$bundle" $(($(stat -c %s "$bundle") - 1))
follow "an entry was changed below its tree" 1 "$PL_TMP/damaged" s --policy "$PL_TMP/policy"
check "it is said to be unreadable, not a fork" has '"alarm":"unreadable"'
follow "the undamaged log" 0 "$log" s --policy "$PL_TMP/policy"
check "all of it was taken in" has '"size":332'

# Signatures, quorum, heartbeat.
other=$("$pellucid" log init "$PL_TMP/other" --origin log.example/follow2 2>/dev/null)
printf 'log %s\nquorum none\n' "$other" >"$PL_TMP/other.policy"
follow "a log that the policy does not name" 1 "$log" s2 --policy "$PL_TMP/other.policy"
check "its signature does not count" has '"alarm":"signature"'
make_witness w
printf 'log %s\nwitness w %s\nquorum w\n' "$vkey" "${key[w]}" >"$PL_TMP/strict.policy"
follow "no witness cosigned" 1 "$log" s3 --policy "$PL_TMP/strict.policy"
check "it is no quorum" has '"alarm":"quorum"'
check "nothing is remembered without quorum" has '"size":0'
sleep 2
follow "a heartbeat that was missed" 1 "$log" s --policy "$PL_TMP/policy" --heartbeat 1
check "it is said since when" has '"alarm":"heartbeat".*nothing new since'
follow "one that was not" 0 "$log" s --policy "$PL_TMP/policy" --heartbeat 1000

# By HTTP.
start server python3 -u -m http.server --bind 127.0.0.1 0 --directory "$log/public"
soon grep -q '^Serving' server.log
address=http://127.0.0.1:$(sed -n 's/^Serving HTTP on .* port \([0-9]*\) .*/\1/p' server.log)
follow "the same log by HTTP" 0 "$address" s4 --policy "$PL_TMP/policy"
check "all entries were verified" has '"size":332,"entries":332'
stop server
follow "a log that cannot be reached" 3 "$address" s4 --policy "$PL_TMP/policy"

# For as long as it is wanted: one process that looks again and again.
serve() { # DIRECTORY
	start server python3 -u -m http.server --bind 127.0.0.1 "${address##*:}" --directory "$1"
	soon grep -q '^Serving' server.log
}
watch() {
	start watch "$pellucid" log follow "$address" --interval 1 --json --state "$PL_TMP/s4" --policy "$PL_TMP/policy"
}
said() { grep -q "$1" watch.log; }
# ended CODE: it ends at once when it is told to, with that code
ended() {
	local got=0
	kill -TERM "${pid[watch]}"
	wait "${pid[watch]}" || got=$?
	unset "pid[watch]"
	[[ $got == "$1" ]]
}
serve "$log/public"
watch
check "it looks" soon said '"size":332,"entries":0'
seq 401 410 | append "$log"
check "and looks again" soon said '"size":342'
stop server
check "a log that is away is said to be" soon said 'connect'
seq 411 415 | append "$log"
serve "$log/public"
check "and followed when it is back" soon said '"size":347'
check "by the same process" kill -0 "${pid[watch]}"
check "told to stop it stops: no alarm" ended 0
watch
check "another one goes on where it was" soon said '"size":347,"entries":0'
stop server
serve "$PL_TMP/older/public"
check "an older copy is an alarm" soon said '"alarm":"rollback"'
stop server
serve "$log/public"
seq 416 420 | append "$log"
check "after which it goes on" soon said '"size":352'
check "and says at its end that there was one" ended 1
stop server
exit "$failed"
