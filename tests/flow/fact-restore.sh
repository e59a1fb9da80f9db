#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# An instance with two witnesses, restored from an older copy in six ways: the log alone, the database alone, both; witnesses
# up and down. Each has its stated outcome (docs/manual/recovery.md).
# shellcheck disable=SC2317 # functions are called by check
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$PL_BUILD/src/cli/pellucid
fresh=$("$root/tests/engines/fresh.sh" "$PL_TMP")
eval "$fresh"
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
stop() {
	for w in w1 w2; do
		[ -n "${pid[$w]:-}" ] || continue
		kill "${pid[$w]}" 2>/dev/null || true
		wait "${pid[$w]}" 2>/dev/null || true
		pid[$w]=
	done
}
start() {
	for w in w1 w2; do
		[ -z "${pid[$w]:-}" ] || continue
		: >"$w.log"
		"$program" witness serve "$w" --listen "127.0.0.1:${port[$w]:-0}" >"$w.log" 2>&1 &
		pid[$w]=$!
		for ((i = 0; i < 200; i++)); do
			port[$w]=$(sed -n 's/^evt=witness.serving.* port=\([0-9]*\) .*/\1/p' "$w.log")
			[ -n "${port[$w]}" ] && break
			sleep 0.1
		done
	done
}
trap stop EXIT
database() { # save NAME | load NAME: nobody is connected
	if [ "${PL_ENGINES:-embedded}" = scale ]; then
		local name=${PL_TEST_DB##*/}
		if [ "$1" = save ]; then
			psql -q -X -v ON_ERROR_STOP=1 "$PL_PG_URL" -c "CREATE DATABASE ${name}_$2 TEMPLATE $name"
		else
			psql -q -X -v ON_ERROR_STOP=1 "$PL_PG_URL" -c "DROP DATABASE $name" -c "CREATE DATABASE $name TEMPLATE ${name}_$2"
		fi
	elif [ "$1" = save ]; then
		mkdir -p "db.$2" && cp -a inst/pellucid.db* "db.$2/"
	else
		rm -f inst/pellucid.db* && cp -a "db.$2/." inst/
	fi
}
document() { # code, seconds to wait, name
	local want=$1 code=0
	echo "$3" >"$3.txt"
	"$program" statement document "$3.txt" --instance inst --wait "$2" >out 2>err || code=$?
	[ "$code" = "$want" ]
}
published() { sed -n 2p inst/log/public/checkpoint; }

for w in w1 w2; do
	key[$w]=$("$program" witness init $w --name flow.example/$w)
done
start
for w in w1 w2; do
	echo "witness $w ${key[$w]} http://127.0.0.1:${port[$w]}"
done >witnesses
extra=()
[ "${PL_ENGINES:-embedded}" = embedded ] || extra=(--db "$PL_TEST_DB" --blob "$PL_TEST_BLOB")
make() {
	"$program" init inst --origin flow.example/restored --witnesses witnesses --quorum 2 --purpose test "${extra[@]}" >vkey 2>err
}
check "an instance is made" make
for w in w1 w2; do
	"$program" witness add-log $w "$(cat vkey)" >/dev/null
done
check "a statement is published with both witnesses" document 0 60 first
check "under a checkpoint with quorum" test "$(grep -c '^— flow.example/w' inst/log/public/checkpoint)" = 2
check "and a second one" document 0 60 second
cp -a inst/log log.old
database save old
check "the instance goes on" document 0 60 third
check "and on" document 0 60 fourth
cp -a inst/log log.new
database save new
restore() { # log, database
	rm -rf inst/log
	cp -a "log.$1" inst/log
	database load "$2"
}
for witnesses in up down; do
	[ $witnesses = up ] || stop
	restore old new
	check "log alone, witnesses $witnesses: refused" document 1 5 "a-$witnesses"
	check "as an older copy of the log" grep -q "this directory is an older copy" err
	restore new old
	check "database alone, witnesses $witnesses: refused" document 1 5 "b-$witnesses"
	check "as an older copy of the record" grep -q "the record is an older copy" err
	check "and nothing new is published" test "$(published)" = 7
done
restore old old
check "both, witnesses down: held" document 3 8 c-down
check "for want of witnesses" grep -q "witness" err
check "and nothing larger is signed" test "$(published)" = 5
start
restore old old
check "both, witnesses up: held" document 3 15 c-up
check "because a witness has seen more" grep -q "has seen 7 entries" err
check "and nothing larger is signed" test "$(published)" = 5
code=0
"$program" statement log-resume witness-unreachable --instance inst --wait 5 >out 2>err || code=$?
check "and no resume helps" test "$code" != 0
restore new new
check "with the newer copies back everything goes on" document 0 60 fifth
check "from where it was" test "$(published)" = 8
check "and the tables are what the log says" "$program" fsck --rebuild --instance inst >out 2>err
exit "$failed"
