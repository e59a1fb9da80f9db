#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# alone: long
# timeout: 3600
# A register of many cases beside a small one: pages must not feel the difference, and a report of a tenth of it is built in about the
# time in which it is counted again; cases come in as fast. Goals to report, with a million cases: pages under 50 ms at p95, a report of
# 100,000 rows built under 5 s and verified under 2 s, under 200 MB, and 500 cases/s from 64 senders.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
few=200 many=4000 requests=100 seconds=2
[[ ${PL_BENCH:-smoke} != full ]] || { few=1000 many=1000000 requests=400 seconds=20; }
for name in few many; do
	cat >"$name.register" <<END
pellucid-register v1
name $name
source intake
existence exact
opens rows
late-after 7
open-after 0
retain 24
field received time generalised month
field kind enum open good,bad
field amount u64 open
field words text sealed
total cases count
total bad count kind=bad
total amount sum amount
table by-kind kind
END
done
# rows N OLD|NEW: nine tenths of them come in the years before, a tenth in the first half of 2026.
rows() {
	awk -v n="$1" -v new="$([[ $2 == new ]] && echo 1 || echo 0)" 'BEGIN {
		print "received,kind,amount,words"
		for (i = new ? n * 9 / 10 : 0; i < (new ? n : n * 9 / 10); i++)
			printf "%s-%02dT%02d:00:00Z,%s,%d,words of person %d\n", new ? "2026-0" (1 + i % 6) : (2020 + i % 5) "-0" (1 + i % 9), 1 + i % 28, i % 24, i % 3 ? "good" : "bad", i % 1000, i
	}'
}
# fill OLD|NEW: enter them and sign heads.
fill() {
	local name
	for name in few many; do
		rows "${!name}" "$1" >"$name.csv"
		took "enter-$name-$1" "$pellucid" register enter "$name" "$name.csv"
		took "head-$name-$1" "$pellucid" register head "$name"
	done
}
# took NAME COMMAND...: wall seconds, processor seconds and resident megabytes; in NAME.time, too.
took() {
	local name=$1
	shift
	/usr/bin/time -f '%e %U %S %M' -o "$name.time" "$@" >"$name.out" 2>"$name.err" || { bad "$name"; tail -n 5 "$name.err"; }
	awk -v name="$name" '{ printf "# %-22s %8.2f s, %8.2f s of processor, %4.0f MB\n", name, $1, $2 + $3, $4 / 1024 }' "$name.time"
}
# The years before lie before the period's first head, as they would.
LD_PRELOAD=$(faketime_library)
export LD_PRELOAD FAKETIME='@2025-12-31 12:00:00' FAKETIME_DONT_FAKE_MONOTONIC=1 TZ=UTC
[[ -f $LD_PRELOAD ]] || bad "libfaketime is not here"
make_desk
for name in few many; do "$pellucid" register add "$name.register" >/dev/null; done
fill old
unset LD_PRELOAD FAKETIME
fill new
desk_tool=$PL_BUILD/tests/unit/web/desk_tool
check "people with each role" "$desk_tool" people inst
took report "$pellucid" report make many 2026-H1
same "it has a tenth of the cases" "$((many / 10))" "$(sed -n 's/.*: \([0-9]*\) cases.*/\1/p' report.out | head -1)"
"$pellucid" report take many 2026-H1 >take.out
took verify "$pellucid" report verify ./*.openings --bundle ./*.tlog-proof --trust inst/trust.policy
check "built in ten times the processor time of its verification" awk \
	'FNR == 1 { t[FILENAME] = $2 + $3 } END { exit !(t["report.time"] < 10 * t["verify.time"] + 1) }' report.time verify.time
set_conf vault per-hour 100000
# shellcheck disable=SC2119 # its options are its own
start_desk
cat >ask.py <<'END'
"""ask.py BASE REQUESTS SESSION PATH...: p50 and p95 in milliseconds of each, over one connection that stays."""
import http.client
import sys
import time
import urllib.parse

base, n, session, *paths = sys.argv[1:]
host = urllib.parse.urlsplit(base).netloc
c = http.client.HTTPConnection(host, timeout=60)
for path in paths:
    times = []
    for _ in range(int(n)):
        start = time.perf_counter()
        c.request("GET", path, headers={"Cookie": "pl-desk=" + session})
        r = c.getresponse()
        body = r.read()
        times.append(time.perf_counter() - start)
        if r.status != 200:
            sys.exit(f"{path}: {r.status} {body[:200]}")
    times.sort()
    print(path, round(1000 * times[len(times) // 2], 2), round(1000 * times[len(times) * 95 // 100], 2))
END
last=$((many - 1))
index=$(field "$("$pellucid" report list many --json)" reports.0.index)
python3 ask.py "$desk" "$requests" "$(cat desk.session)" /register/few /register/many /desk/case/few/150 "/desk/case/many/$last" /registers /desk "/report/$index" /reports.atom >pages
awk '{ printf "# %-22s p50 %8.2f ms, p95 %8.2f ms\n", $1, $2, $3 }' pages
p95() { awk -v path="$1" '$1 == path { print $3 }' pages; }
check "the page of a large register is no slower than three times that of a small one" awk "BEGIN { exit !($(p95 /register/many) < 3 * $(p95 /register/few) + 5) }"
check "nor is that of a case" awk "BEGIN { exit !($(p95 "/desk/case/many/$last") < 3 * $(p95 /desk/case/few/150) + 5) }"
# Rows are counted by a few at once; whoever comes when many wait is asked to come again, and pages are served meanwhile.
many_ask=24
asking=()
for ((i = 0; i < many_ask; i++)); do
	curl -s -m 300 -o "rows.$i" -D "rows.$i.head" -w '%{http_code}' "$desk/report/$index/rows.csv" >"rows.$i.status" &
	asking+=($!)
done
python3 ask.py "$desk" 20 "$(cat desk.session)" /register/few "/report/$index" >meanwhile
awk -v n="$many_ask" '{ printf "# %-22s p50 %8.2f ms, p95 %8.2f ms while %d ask for rows\n", $1, $2, $3, n }' meanwhile
wait "${asking[@]}" || bad "an answer that did not come"
given=0 busy=0
for ((i = 0; i < many_ask; i++)); do
	case $(cat "rows.$i.status") in
	200)
		given=$((given + 1))
		[[ $(wc -l <"rows.$i") == $((many / 10 + 1)) ]] || bad "not all rows came: $(wc -l <"rows.$i")"
		;;
	503)
		busy=$((busy + 1))
		grep -qi '^retry-after: 10' "rows.$i.head" || bad "who has to wait is not told how long"
		;;
	*) bad "rows were answered $(cat "rows.$i.status")" ;;
	esac
done
echo "# of $many_ask who ask for the rows at once, $given get them and $busy are asked to come again"
check "who waits gets them" test "$given" -ge 16
# Few rows are counted before the next one asks.
if [[ ${PL_BENCH:-smoke} == full ]]; then
	check "and not everybody waits" test "$busy" -gt 0
	took_rows=$(awk '{ print $1 * 1000 }' verify.time)
	check "no page waits for what is counted" awk -v counted="$took_rows" '$2 > counted / 2 { exit 1 }' meanwhile
fi
stop web
for name in few many; do
	"$PL_BUILD/tests/bench/bench_intake" inst "$name" 64 "$seconds" >"intake.$name"
	sed "s/^/# $name: /" "intake.$name"
done
rate() { sed -n 's/.*: \([0-9]*\) cases.*/\1/p' "intake.$1"; }
# In a smoke run other tests take from the one or the other.
least=0.1
[[ ${PL_BENCH:-smoke} != full ]] || least=0.5
check "cases come into a large register at least $least times as fast as into a small one" awk "BEGIN { exit !($(rate many) >= $least * $(rate few)) }"
check "and stand under a head" "$pellucid" register head many
exit "$failed"
