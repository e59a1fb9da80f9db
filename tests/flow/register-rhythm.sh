#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# The rhythm of heads under `pellucid register keep` itself, in a time that the story sets: the same with and without cases, one head after each ten
# minutes and none between, the day's heartbeat; and what is missing while nobody keeps it stays missing, with the true time of the head that came late.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/clock.sh
. "$PL_SRC/tests/lib/clock.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
# An object store refuses what is signed in another time than its own: with PostgreSQL the few bodies lie in a directory.
[[ $PL_ENGINES != scale ]] || PL_TEST_BLOB=dir:$PL_TMP/blobs

register() { # NAME
	printf '%s\n' 'pellucid-register v1' "name $1" 'source intake' 'existence exact' 'opens rows' 'late-after 7' 'open-after 0' 'retain 24' \
		'field received time open' 'total cases count'
}
# The times of a register's heads, in their order, and how many leaves each has.
times() {
	sql "select time from register_end where register = '$1' order by time" | while read -r t; do date -u -d "@$t" +%H:%M:%S; done | paste -sd' '
}
sizes() { sql "select size from register_end where register = '$1' order by time" | paste -sd' '; }
heads_are() { [[ $(sql 'select count(*) from register_end') == "$1" ]]; }
# heads N: after whoever keeps the rhythm has looked at the time, there are N heads of each register and no more.
heads() {
	soon heads_are $((2 * $1)) && clock_looked && heads_are $((2 * $1))
}
cases() { # HOW-MANY: entered into the busy one
	{ echo received; for ((i = 0; i < $1; i++)); do echo 2026-03-27T12:00:00Z; done; } >cases.csv
	"$pellucid" register enter busy cases.csv
}
keep() {
	CLOCK_LOOKS=1 start keep "$pellucid" register keep
	ready keep register.keeping
}

clock_is 2026-03-27T21:53:17Z
make_instance log.example/rhythm --quorum 0 >/dev/null
for name in busy quiet; do
	register $name >$name.register
	check "a register: $name" "$pellucid" register add $name.register
done
keep
check "who has no head yet gets one at once" heads 1
[[ $failed == 0 ]] || exit 1

# ---- with cases and without ----
clock_is 2026-03-27T21:59:59Z
check "none comes before its time" heads 1
clock_is 2026-03-27T22:00:00Z
check "at ten minutes each gets one" heads 2
check "cases come" cases 3
clock_is 2026-03-27T22:04:00Z
check "more cases come" cases 40
check "no head tells when" heads 2
clock_is 2026-03-27T22:09:59Z
check "nor just before the next one" heads 2
clock_is 2026-03-27T22:10:03Z
check "who looks a little later signs the time that it is" heads 3
clock_is 2026-03-27T22:19:59Z
check "a case at the last second" cases 1
check "waits for it" heads 3
clock_is 2026-03-27T22:20:00Z
check "as everybody does" heads 4
same "heads came at the fixed times" "$(times busy)" "21:53:17 22:00:00 22:10:03 22:20:00"
same "without cases at the same" "$(times quiet)" "$(times busy)"
same "which are in the head that follows" "$(sizes busy)" "0 0 43 44"
same "and in no other register" "$(sizes quiet)" "0 0 0 0"

# ---- nobody keeps it ----
end KILL keep
clock_is 2026-03-27T22:57:31Z
check "nothing comes meanwhile" heads_are 8
keep
check "one head comes when it is kept again" heads 5
same "with its true time, and none in between" "$(times quiet)" "21:53:17 22:00:00 22:10:03 22:20:00 22:57:31"
clock_is 2026-03-27T23:00:00Z
check "the rhythm is as before" heads 6
# Killed while it signs, again and again: the head is there once.
for minute in 10 20 30 40 50; do
	clock_is "2026-03-27T23:$minute:00Z"
	end KILL keep
	keep
	check "killed at 23:$minute there is one head of it" heads $((6 + minute / 10))
done
clock_is 2026-03-28T00:00:00Z
check "a day is over" heads 12
check "its heartbeat is that head" bash -c '[[ $(grep -c "evt=register.head register=.* heartbeat=1" keep.log) == 2 ]]'
same "both registers have the same times" "$(times quiet)" "$(times busy)"
stop keep

# ---- what is logged, and what everybody sees ----
check "what was signed goes into the log" document 0 something
same "every head is there" "$(sql "select count(*) from register_head where register = 'quiet'")" 12
"$pellucid" statement show "$(sql "select max(entry_index) from register_head where register = 'quiet'")" --raw | python3 -c '
import base64, json, sys
p = json.loads(base64.b64decode(json.load(sys.stdin)["payload"]))["predicate"]
print(p["time"], p["day"], p["size"])' >last
same "with its time and the day that it closes" "$(cat last)" "2026-03-28T00:00:00Z 2026-03-27T00:00:00Z 0"
for name in busy quiet; do
	same "one gap is shown for good ($name)" "$(sql "select time, due from register_late where register = '$name'" | tr '|' ' ')" "$(date -u -d 2026-03-27T22:57:31Z +%s) $(date -u -d 2026-03-27T22:30:00Z +%s)"
done
start web "$pellucid" web --listen 127.0.0.1:0
ready web web.serving
serves "the register's page says how late it was" 200 '27 min' "http://127.0.0.1:${port[web]}/register/quiet"
check "and when it came" grep -q '2026-03-27 22:57:31' body
stop web

# ---- the signer goes and comes: who keeps the rhythm waits for it, however long, and is the same process ----
start signer "$pellucid" signer
ready signer signer.ready
clock_is 2026-03-28T00:10:00Z
keep
check "heads come through the signer" heads 13
end KILL signer
clock_is 2026-03-28T00:20:00Z
check "it is killed, and missed" soon grep -q '^evt=register.signer_away' keep.log
before=$(clock_count)
missed() { clock_past $((before + 40)); }
check "forty looks go by without it" soon missed
check "nothing was signed" heads_are 26
same "who waits says so once" "1 1" "$(grep -c '^evt=register.signer_away' keep.log) $(grep -c '^evt=register.head_failed' keep.log)"
clock_is 2026-03-28T00:23:05Z
start signer "$pellucid" signer
check "when it is back the head comes by itself" heads 14
check "from the same process" kill -0 "${pid[keep]}"
check "which says that it is back" grep -q '^evt=register.signer_back' keep.log
clock_is 2026-03-28T00:30:00Z
check "the rhythm is as before" heads 15
same "no time was lost, and none invented" "$(times quiet | cut -d' ' -f13-)" "00:10:00 00:23:05 00:30:00"
stop keep

# ---- and what a report says of all of that ----
clock_is 2026-03-29T03:12:00Z
keep
check "the day that nobody kept is closed hours late" heads 16
stop keep signer
answers "a report is made" 0 '1 heartbeat signed late, the latest 3 h 12 min after the end of its day' "$pellucid" report make busy 2026-H1
check "it is taken home" "$pellucid" report take busy 2026-H1
answers "whoever verifies it sees which, and when" 0 'the one that closes 2026-03-28 came at 2026-03-29T03:12:00Z' \
	"$pellucid" report verify busy-2026-H1.openings --bundle busy-2026-H1.tlog-proof --trust inst/trust.policy
late='22:57:31 22:30:00, 03:12:00 00:40:00 closes 2026-03-28'
for format in json csv-totals html pdf csv; do check "exported as $format" "$pellucid" report export busy 2026-H1 --format "$format" --out "r.$format"; done
same "JSON has every gap with its true time" "$late" "$(python3 -c 'import json
print(", ".join(x["time"][11:19] + " " + x["due"][11:19] + (" closes " + x["day"][:10] if "day" in x else "") for x in json.load(open("r.json"))["late"]))')"
same "CSV, too" "head,2026-03-27T22:30:00Z,2026-03-27T22:57:31Z,1651 heartbeat,2026-03-28T00:40:00Z,2026-03-29T03:12:00Z,95520" \
	"$(sed -n 's/^late,\([^,]*,[^,]*,[^,]*,[0-9]*\),.*/\1/p' r.csv-totals | paste -sd' ')"
same "and how many there are" "1 2" "$(sed -n 's/^count,\(heartbeats\|heads\)-late,,,\([0-9]*\),.*/\2/p' r.csv-totals | paste -sd' ')"
check "HTML shows both" bash -c 'grep -q "2026-03-27 22:57:31" r.html && grep -q "2026-03-29 03:12:00" r.html && grep -q "3 h 12 min after" r.html'
pdftotext -layout r.pdf r.txt
check "PDF, too" bash -c 'grep -q "2026-03-27T22:57:31Z (+0:27)" r.txt && grep -q "2026-03-29T03:12:00Z (+26:32)" r.txt'
check "JSON follows its schema" node "$PL_SRC/tests/lib/schema.mjs" "$PL_SRC/docs/formats/report-json.schema.json" r.json
clock_is 2026-03-29T09:00:00Z
keep
check "heads come later, late as well" heads 17
stop keep
check "they are logged" document 0 something
for format in json csv-totals html pdf csv; do
	check "the same state is exported as $format again" "$pellucid" report export busy 2026-H1 --format "$format" --out again
	check "byte for byte" cmp "r.$format" again
done
same "the script of the page counts the same" "1 11520 2026-03-29T03:12:00Z" "$(node -e '
const fs = require("fs"), vm = require("vm");
for (const s of ["hash", "core", "commit", "count"]) vm.runInThisContext(fs.readFileSync(`${process.argv[1]}/recount-${s}.js`, "utf8"));
const { result: r } = PellucidRecount.recountText(fs.readFileSync("busy-2026-H1.openings", "utf8"));
console.log(r.daysLate, r.latest, new Date(r.lateDays[0].time * 1000).toISOString().replace(".000Z", "Z"));' "$PL_SRC/pages")"
check "the tables are what the log says" tables_fit
exit "$failed"
