#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 600
# Tiles and entry bundles are damaged in every way, singly and together; `log repair` makes them again from the journal, from
# what is left, or from a copy, and from nothing else; then the log is whole and goes on.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
fsck() { code "$2" "$pellucid" log fsck "$1"; }
append() { "$pellucid" log append "$1" --lines >indices 2>err; }
more=0
# goes_on LOG: it is whole, a second repair finds nothing, and the next line gets the next index.
goes_on() {
	local size
	size=$(sed -n 2p "$1/public/checkpoint")
	more=$((more + 1))
	fsck "$1" 0 && code 0 "$pellucid" log repair "$1" --json && grep -q '"repaired":0,"failed":0,"files":\[\]' out &&
		append "$1" <<<"more $more" && [[ $(<indices) == "$size" ]] && fsck "$1" 0
}
# mended WHAT LOG WORDS [OPTIONS...]: repair says those words, and it goes on.
mended() {
	local what=$1 log=$2 words=$3
	shift 3
	check "$what: fsck sees it" fsck "$log" 1
	answers "$what: repaired" 0 "$words" "$pellucid" log repair "$log" "$@"
	check "$what: it goes on" goes_on "$log"
}

"$pellucid" log init many --origin flow.example/repair >/dev/null 2>&1
seq -f 'entry %.0f' 0 69999 | "$pellucid" log append many --lines >/dev/null
check "a log with three levels of tiles" test -f many/public/tile/1/000 -a -f many/public/tile/2/000.p/1
answers "there is nothing to repair" 0 '^0 files repaired, 0 not; the tree has 70000 entries' "$pellucid" log repair many
record=$(sha256sum <many.record) checkpoint=$(sha256sum <many/public/checkpoint)

echo "# a damaged partial bundle stops the log"
flip many/public/tile/entries/273.p/112 40
check "append is refused" not append many <<<'x'
check "and says what to do" grep -q 'what to do: pellucid log repair DIR' err
check "fsck finds it" fsck many 1
check "and says the same" grep -q 'pellucid log repair' err
cp -a many held-back
answers "repair makes it again" 0 '^repaired tile/entries/273.p/112, which was damaged, from the journal' "$pellucid" log repair many
kept=$(sed -n 's/.*the damaged file is \(.*\) now$/\1/p' out)
check "the damaged one is kept" cmp "many/$kept" held-back/public/tile/entries/273.p/112
same "the record is as it was" "$(sha256sum <many.record)" "$record"
same "and so is the checkpoint" "$(sha256sum <many/public/checkpoint)" "$checkpoint"
check "it goes on" goes_on many
rm -rf held-back

echo "# every kind"
partial() { find many/public/tile/"$1" -path '*.p/*' -type f -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2; }
truncate -s 50 "$(partial entries)"
mended "a partial bundle cut short" many 'which was damaged'
rm "$(partial entries)"
mended "a missing partial bundle" many 'which was missing'
flip many/public/tile/entries/100 77
mended "a full bundle" many '^repaired tile/entries/100, which was damaged, from the journal'
rm many/public/tile/entries/000
mended "a missing full bundle" many '^repaired tile/entries/000, which was missing, from the journal'
flip many/public/tile/0/040 1000
mended "a tile of level 0" many '^repaired tile/0/040,'
rm "$(partial 0)"
check "without its partial tile the log does not start" not append many <<<'x'
check "and says what to do" grep -q 'what to do: pellucid log repair DIR' err
mended "a missing partial tile" many 'which was missing'
truncate -s 100 many/public/tile/1/000
mended "a tile of level 1 cut short" many '^repaired tile/1/000,'
rm many/public/tile/1/000
mended "a missing tile of level 1" many '^repaired tile/1/000, which was missing'
flip many/public/tile/2/000.p/1 9
check "a damaged top stops the log, too" not append many <<<'x'
mended "the tile at the top" many '^repaired tile/2/000.p/1,'
flip many/public/tile/1/000 3000
flip many/public/tile/0/093 5
flip many/public/tile/0/094 5
rm many/public/tile/entries/093 "$(partial entries)" "$(partial 1)"
mended "six files at once" many '^6 files repaired'
check "private/index is made anew" test -n "$(ls many/private/index)"

echo "# killed in the middle"
kills=0
rm -r many/public/tile/0 many/public/tile/1 many/public/tile/2 many/public/tile/entries/0[0-4]?
for ms in 010 020 030 040 060 080 120 160; do
	bash -c 'timeout -s KILL "$1" "$2" log repair many >out 2>err; exit $?' - "0.$ms" "$pellucid" 2>/dev/null || kills=$((kills + 1))
	[[ $(find many/public/tile -type f ! -name '*.tmp' | wc -l) != 0 ]] || bad "something is lost"
done
echo "# $kills of 8 killed"
check "some attempts are killed" test "$kills" -gt 0
check "the next one ends" code 0 "$pellucid" log repair many
check "and it goes on" goes_on many

echo "# a writer at work"
mkfifo lines
"$pellucid" log append many --lines <lines >busy.out 2>busy.err &
writer=$!
exec 3>lines
echo "while it runs" >&3
soon test -s busy.out || true
answers "the log is locked" 3 'another process has the log many open for writing' "$pellucid" log repair many
check "what to do is said" grep -q 'what to do: stop it' err
exec 3>&-
wait "$writer" || bad "the writer ends"

echo "# entries that the journal has let go of"
long() { seq -f "$1 %.0f $(head -c 8000 /dev/zero | tr '\0' x)" 0 2999; }
"$pellucid" log init long --origin flow.example/long >/dev/null 2>&1
"$pellucid" log init other --origin flow.example/other >/dev/null 2>&1
long ours | "$pellucid" log append long --lines >/dev/null
long theirs | "$pellucid" log append other --lines >/dev/null
cp -a long/public mirror
cp -a mirror torn
flip torn/tile/entries/000 500000
flip long/public/tile/entries/000 500000
check "fsck sees a changed entry" fsck long 1
answers "nothing here has it" 1 '^not repaired tile/entries/000, which is damaged: neither the journal' "$pellucid" log repair long
check "and that is said, with what to do" grep -q 'What to do: name a mirror' err
answers "other entries are refused" 1 'the copy has other bytes than this log' "$pellucid" log repair long --from other
answers "and those of a damaged copy" 1 'other bytes' "$pellucid" log repair long --from torn
answers "a copy that is not there is named" 3 'nowhere' "$pellucid" log repair long --from nowhere
start server python3 -u -m http.server 0 --bind 127.0.0.1 --directory mirror
soon grep -q '^Serving' server.log
url=$(sed -n 's/.*(\(http:.*\)\/).*/\1/p' server.log)
answers "one whose server does not answer, too" 1 'the copy does not give it: GET' "$pellucid" log repair long --from "$url/nothing"
answers "a mirror gives the entry" 0 '^repaired tile/entries/000, which was damaged, from the log.s own tiles and bundles and the copy' \
	"$pellucid" log repair long --from "$url"
check "it goes on" goes_on long
rm -r long/public/tile
answers "all tiles are gone: as JSON, what the journal gives" 1 '"failed":[12]' "$pellucid" log repair long --json
answers "and the rest from a copy on this disk, which is a little older" 0 '"failed":0,"files":\[{"path":"tile/1/000.p/11","was":"missing","repaired":true,"from":\["copy"\]}' \
	"$pellucid" log repair long --from mirror --json
check "it goes on" goes_on long
check "and is what the mirror has" bash -c 'cd mirror && find tile -type f ! -path "*.p/*" | while read -r f; do cmp "$f" "../long/public/$f" || exit; done'
stop server

echo "# two histories"
cp many.record wrong.record
cp -a many wrong && rm -rf wrong/private/journal && cp -a long/private/journal wrong/private/
answers "the journal of another log is refused" 1 'journal' "$pellucid" log repair wrong
cp -a long old && cp long.record old.record
append long <<<'one more'
cp long.record old.record
# Whether the journal begins before the last bundle or in it is a matter of chance: an earlier state of the bundle has what it lacks.
answers "a directory older than its record is refused" 1 'this directory is an older copy' "$pellucid" log repair old
rm long.record
flip "$(find long/public/tile/entries -path '*.p/*' -type f -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)" 9
answers "without a record, journal and checkpoints decide" 0 'the root of the journal and the signed checkpoints' "$pellucid" log repair long
check "and that is said" grep -q 'no record beside the log' err
answers "without DIR and instance" 2 'one of DIR and --instance' "$pellucid" log repair
exit "$failed"
