#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 300
# The log's key: changed with both keys signing, revoked after a theft, and lost.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
entry() { "$pellucid" log prove log "$1" | sed -n 's/^extra //p' | base64 -d; }

old=$("$pellucid" log init log --origin flow.example/key 2>/dev/null)
seq 1 10 | "$pellucid" log append log --lines >/dev/null

echo "# rotation"
new=$("$pellucid" log rotate-key log --overlap-days 7 2>/dev/null)
check "the origin stays" test "${new%%+*}" = flow.example/key
check "the old key names the new one in the log" bash -c '[ "$1" = "pellucid-log key-follows v1" ] && [ "$2" = "new $3" ]' - "$(entry 10 | sed -n 1p)" "$(entry 10 | sed -n 4p)" "$new"
check "the new one names the old one" bash -c '[ "$1" = "pellucid-log key-replaces v1" ] && [ "$2" = "old $3" ]' - "$(entry 11 | sed -n 1p)" "$(entry 11 | sed -n 3p)" "$old"
cp log/public/checkpoint before
check "asked again, it says so" code 0 "$pellucid" log rotate-key log --overlap-days 9
check "and names the entries that are there" grep -q 'entries 10 and 11' err
check "and the same key" test "$(cat out)" = "$new"
check "the log has not grown, and what is published is as it was" cmp log/public/checkpoint before
cp log/private/next.until until
sed -i '/^entries/d' log/private/next.until
check "broken off before it was done, it finds its entries" code 0 "$pellucid" log rotate-key log
check "and adds none" cmp log/private/next.until until
check "nor has the log grown" test "$(sed -n 2p log/public/checkpoint)" = 12
echo during | "$pellucid" log append log --lines >/dev/null
check "meanwhile whoever has the old key verifies" code 0 "$pellucid" log verify log --vkey "$old"
check "and whoever has the new one" code 0 "$pellucid" log verify log --vkey "$new"
"$pellucid" log checkpoint log >both
check "the overlap is not ended early by mistake" code 3 "$pellucid" log rotate-key log --finish
check "it is ended on purpose" code 0 "$pellucid" log rotate-key log --finish --early
check "the log did not grow, and the new key alone signed it" code 0 "$pellucid" log verify log --vkey "$new"
check "not the old one" code 1 "$pellucid" log verify log --vkey "$old"
check "the old private key is put aside" test -s "log/private/old.$(cut -d+ -f2 <<<"$old").key"
check "with its passphrase" test -s "log/private/old.$(cut -d+ -f2 <<<"$old").key.pass"
echo after | "$pellucid" log append log --lines >/dev/null
check "now the new key verifies" code 0 "$pellucid" log verify log --vkey "$new" --old both
check "and the old one does not" code 1 "$pellucid" log verify log --vkey "$old"
check "nothing was lost" code 0 "$pellucid" log fsck log --vkey "$new"

echo "# with a witness"
make_witness w
start_witness w
seen=$("$pellucid" log init seen --origin flow.example/seen 2>/dev/null)
{
	echo "log $seen"
	witness_lines w
	echo "quorum w"
} >seen/private/policy
"$pellucid" witness add-log w "$seen"
echo one | "$pellucid" log append seen --lines >/dev/null
next=$("$pellucid" log rotate-key seen --overlap-days 0 2>/dev/null)
check "witnesses are asked first" code 1 "$pellucid" log rotate-key seen --finish
check "and nothing has ended" code 0 "$pellucid" log verify seen --vkey "$seen"
"$pellucid" witness add-log w "$next"
check "a witness that takes the new key lets the old one end" code 0 "$pellucid" log rotate-key seen --finish
sed "s|^log .*|log $next|" seen/private/policy >seen/private/policy.new
mv seen/private/policy.new seen/private/policy
check "the same tree is signed and cosigned again" code 0 "$pellucid" log verify seen --policy seen/private/policy
check "an unknown key cannot be dropped" code 3 "$pellucid" witness drop-key w "$new"
"$pellucid" witness drop-key w "$seen"
check "nor the only one" code 3 "$pellucid" witness drop-key w "$next"
echo two | "$pellucid" log append seen --lines >/dev/null
check "and the log goes on" code 0 "$pellucid" log verify seen --policy seen/private/policy

echo "# a change broken off before the next key was there"
echo rubbish >log/private/next.key.pass
echo 2026-01-01T00:00:00Z >log/private/next.until
check "is begun anew" code 0 "$pellucid" log rotate-key log
check "and ended" code 0 "$pellucid" log rotate-key log --finish --early
new=$(cat log/private/vkey)

echo "# theft: rotate at once"
third=$("$pellucid" log rotate-key log --overlap-days 0 2>/dev/null)
check "the stolen key ends without waiting" code 0 "$pellucid" log rotate-key log --finish
echo "after the theft" | "$pellucid" log append log --lines >/dev/null
check "the third key verifies" code 0 "$pellucid" log verify log --vkey "$third"
check "what the thief's key signs is not this log's any more" code 1 "$pellucid" log verify log --vkey "$new"
check "the keys that have gone are listed" bash -c '[ "$(wc -l <log/private/old.vkey)" = 3 ]'

echo "# loss"
rm log/private/key
check "without its key the log cannot be written" bash -c '! echo x | "$0" log append log --lines' "$pellucid"
check "but read and checked" code 0 "$pellucid" log fsck log
check "and its origin is not used again" code 2 "$pellucid" log init log --origin flow.example/key
check "another log goes on, under another origin" bash -c '"$0" log init next --origin flow.example/key-2 >/dev/null 2>&1 && "$0" log append next --lines <both >/dev/null' "$pellucid"
exit "$failed"
