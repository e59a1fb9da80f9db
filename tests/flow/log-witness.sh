#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 300
# A log with three witnesses of which two make the quorum: publishing, holding, coming back, and the six ways of restoring
# an older copy (log, record, both; witnesses up, down), each with its stated outcome.
set -eu
program=$PL_BUILD/src/cli/pellucid
cd "$PL_TMP"
failed=0
declare -A pid port key
check() {
	local what=$1
	shift
	if "$@"; then echo "ok - $what"; else
		echo "FAIL - $what"
		cat out err 2>/dev/null || true
		failed=1
	fi
}
stop() { # names of witnesses
	for w in "$@"; do
		[ -n "${pid[$w]:-}" ] || continue
		kill "${pid[$w]}" 2>/dev/null || true
		wait "${pid[$w]}" 2>/dev/null || true
		pid[$w]=
	done
}
start() {
	for w in "$@"; do
		: >"$w.log"
		"$program" witness serve "$w" --listen "127.0.0.1:${port[$w]:-0}" >"$w.log" 2>&1 &
		pid[$w]=$!
		for ((i = 0; i < 100; i++)); do
			port[$w]=$(sed -n 's/^evt=witness.serving.* port=\([0-9]*\) .*/\1/p' "$w.log")
			[ -n "${port[$w]}" ] && break
			sleep 0.1
		done
	done
}
trap 'stop w1 w2 w3' EXIT
append() { # code, lines...
	local want=$1 code=0
	shift
	printf '%s\n' "$@" | timeout 60 "$program" log append log --lines >out 2>err || code=$?
	[ "$code" = "$want" ]
}
size() { sed -n 2p "$1/public/checkpoint"; }
out_is() { [ "$(tr '\n' ' ' <out)" = "$1 " ]; }

vkey=$("$program" log init log --origin flow.example/witnessed 2>/dev/null)
for w in w1 w2 w3; do
	key[$w]=$("$program" witness init $w --name flow.example/$w)
	"$program" witness add-log $w "$vkey" >/dev/null
done
start w1 w2 w3
cat >policy <<END
log $vkey
witness w1 ${key[w1]} http://127.0.0.1:${port[w1]}
witness w2 ${key[w2]} http://127.0.0.1:${port[w2]}
witness w3 ${key[w3]} http://127.0.0.1:${port[w3]}
group two 2 w1 w2 w3
quorum two
END
cp policy log/private/policy

check "with all witnesses entries are numbered" append 0 a b c
check "from 0 on" out_is "0 1 2"
check "and the published checkpoint has its quorum" "$program" log verify log --policy policy
stop w3
check "one witness may be away" append 0 d
check "and the checkpoint still moves" test "$(size log)" = 4

stop w2 w3
check "with one of three the log is held" append 3 e
check "it stores without an index" out_is held
check "and says what is missing" grep -q "not yet published" err
check "and publishes nothing larger" test "$(size log)" = 4
check "what it has, it still answers" append 0 b
check "with the old index" out_is 1
start w2
check "with two of three the hold is over" append 0 f
check "and what was stored came first" out_is 5
check "all of it published" test "$(size log)" = 6
check "and whole" bash -c '"$0" log fsck log >report' "$program"

echo "# restoring older copies"
start w3
cp -a log old.log
cp -a log.record old.record
check "the log goes on" append 0 g h
cp -a log new.log
cp -a log.record new.record
restore() { # log: old|new, record: old|new
	rm -rf log log.record
	cp -a "$1.log" log
	cp -a "$2.record" log.record
}
for witnesses in up down; do
	[ $witnesses = up ] || stop w1 w2 w3
	restore old new
	check "log alone, witnesses $witnesses: refused" append 1 x
	check "as an older copy of the log" grep -q "this directory is an older copy" err
	restore new old
	check "record alone, witnesses $witnesses: refused" append 1 x
	check "as an older copy of the record" grep -q "the record is an older copy" err
done
restore old old
check "both, witnesses down: held" append 3 x
check "for want of witnesses" grep -q "witnesses needed to rule out" err
start w1 w2 w3
restore old old
check "both, witnesses up: held" append 3 x
check "because a witness has seen more" grep -q "a witness has seen 8 entries" err
check "nothing larger is signed" test "$(size log)" = 6
stop w1 w2 w3
check "that is not forgotten when the witnesses are gone" append 3 y
check "and said again" grep -q "a witness has seen 8 entries" err
if "$program" log resume log --without-witnesses "hurry" >out 2>err; then code=0; else code=$?; fi
check "and no resume helps" test "$code" != 0
start w1 w2 w3
restore new new
check "the newer copy is taken at once" append 0 i
check "with the next index" out_is 8

echo "# an operator ends a hold"
stop w1 w2 w3
check "without witnesses the log is held" append 3 j
check "resume answers with an index" bash -c '"$0" log resume log --without-witnesses "the witnesses are moving house" >out 2>err' "$program"
check "the next one" out_is 9
"$program" log export log --to 9 >/dev/null
start w1 w2 w3
check "the stored entry followed it" append 0 j
check "at the index behind it" out_is 10
check "all published with quorum" "$program" log verify log --policy policy
check "the reason stands in the log" bash -c '"$0" log prove log 9 | sed -n "s/^extra //p" | base64 -d | grep -q "moving house"' "$program"
exit $failed
