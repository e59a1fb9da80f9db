#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# alone: long
# timeout: 1800
# Anonymous memory of the writing process while a log grows to 10 million entries (1 million in the short run), when it is opened
# again at that size, and of `pellucid log serve` with its database and outbox over the same log while statements go through it.
set -eu
program=$PL_BUILD/src/cli/pellucid
cd "$PL_TMP"
entries=1000000
[ "${PL_BENCH:-smoke}" = full ] && entries=10000000

# The log is appended to by itself, which is quick, and then put into an instance: it begins with the entries of that instance and
# is signed by its key.
"$program" init inst --origin bench.example/memory --purpose test --quorum 0 >/dev/null 2>&1
"$program" log init log --origin bench.example/memory >/dev/null 2>&1
cp inst/keys/log.key log/private/key
cp inst/keys/passphrase log/private/key.pass
sed -n 's/^log //p' inst/trust.policy >log/private/vkey
"$program" log export inst/log >first 2>/dev/null

peak() { # pid: largest RssAnon in KiB until it ends
	local most=0 now
	while now=$(awk '/^RssAnon/ { print $2 }' "/proc/$1/status" 2>/dev/null) && [ -n "$now" ]; do
		[ "$now" -gt "$most" ] && most=$now
		sleep 0.1
	done
	echo "$most"
}
began=$EPOCHREALTIME
cat first >in
seq -f "entry %.0f of a benchmark, with some bytes more to be of a likely length........................." 1 $entries >>in
"$program" log append log --lines <in >/dev/null &
growing=$(peak $!)
wait $!
took=$(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $began }")
(head -n 50000 in; sleep 1) | "$program" log append log --lines >/dev/null &
again=$(peak $!)
wait $!

"$program" log checkpoint log >/dev/null 2>&1
rm log/private/key log/private/key.pass log/private/vkey
rm -r inst/log
mv log inst/log
python3 - <<'PY'
import base64, sqlite3
text = open("inst/log/public/checkpoint", encoding="utf-8").read()
size, root = int(text.split("\n")[1]), base64.b64decode(text.split("\n")[2])
db = sqlite3.connect("inst/pellucid.db")
db.execute("update log_record set size = ?, root = ?", (size, root))
db.execute("update projection set size = ?, root = ?, checkpoint_size = ?, checkpoint_root = ?, checkpoint = ?",
           (size, root, size, root, text))
db.commit()
PY
"$program" log serve --instance inst >serve.log 2>&1 &
serving=$!
peak "$serving" >serve.peak &
for i in $(seq 5); do "$program" product add "example-$i" --instance inst >/dev/null; done
kill "$serving"
wait
served=$(cat serve.peak)
grep -q "^evt=log.running size=$((entries + $(wc -l <first)))" serve.log

echo "$entries entries in $took s; peak anonymous memory $((growing / 1024)) MiB growing, $((again / 1024)) MiB opened again with 50,000 repeats,"
echo "$((served / 1024)) MiB of log serve with its database and 5 statements"
most=97656 # KiB: 100 MB
if [ "$growing" -lt $most ] && [ "$again" -lt $most ] && [ "$served" -gt 0 ] && [ "$served" -lt $most ]; then
	echo "ok - below 100 MiB"
else
	echo "FAIL - not below 100 MiB"
	exit 1
fi
