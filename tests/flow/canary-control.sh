#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 600
# The search for what must stand nowhere in the clear (tests/lib/canary.sh) can fail: words that are planted in each place of an instance, in
# each spelling, are found there, deleted ones too; and a place that cannot be searched counts as one where something stands.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/canary.sh
. "$PL_SRC/tests/lib/canary.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
n=0
# fresh_word: another word in $word, which nobody wrote so far
fresh_word() { word=Kanarie$((++n))-$(od -An -N 8 -tx1 /dev/urandom | tr -d ' \n'); }
# found WHAT PLACE...: the word is found in each of these places
found() {
	local what=$1 place
	shift
	in_the_clear "$word" >places
	for place in "$@"; do check "$what is found ($place)" grep "^$place: " places; done
	check "(and every place was searched)" not grep '^not searched' places
}
encoded() { python3 -c 'import base64, sys; print(base64.b64encode(b"\0" * int(sys.argv[1]) + sys.argv[2].encode() + b"?").decode())' "$@"; }
bytes=BYTEA
[[ $PL_ENGINES == scale ]] || bytes=BLOB

make_instance log.example/canary --quorum 0 >/dev/null
check "long values are not compressed" canary_begin
fresh_word
check "a word that nobody wrote stands nowhere" nowhere "$word"
check "and is not found" not somewhere "$word"

# ---- the database ----
sql "CREATE TABLE planted (id BIGINT, words TEXT, bytes $bytes)"
[[ $PL_ENGINES != scale ]] || canary_begin
sql "INSERT INTO planted VALUES (1, 'before $word behind', NULL)"
found "a word in a column of text" database dump
check "so it does not stand nowhere" not nowhere "$word"
planted=$word
fresh_word
(nowhere_at_all "of several" "$word" "$planted") >several
check "of several words that are looked for at once the one that stands somewhere is named" grep "^FAIL - of several: \"$planted\"" several
check "and the other is not" grep -qx "ok - of several: \"$word\" stands nowhere in the clear" several
fresh_word
hex=$(printf '%s' "$word" | od -An -v -tx1 | tr -d ' \n')
sql "INSERT INTO planted VALUES (2, NULL, x'00ff${hex}00')"
found "a word in a column of bytes" database dump
sql "UPDATE planted SET words = '${hex^^}' WHERE id = 2"
sql "UPDATE planted SET bytes = NULL WHERE id = 2"
found "a word in hexadecimal" database dump
for before in 0 1 2; do
	fresh_word
	sql "INSERT INTO planted VALUES (3, '$(encoded "$before" "$word")', NULL)"
	found "base64, $before bytes behind its border," database dump
	fresh_word
	hex=$(encoded "$before" "$word" | tr -d '\n' | od -An -v -tx1 | tr -d ' \n')
	sql "INSERT INTO planted VALUES (4, NULL, x'$hex')"
	found "the same in bytes" database dump
done
fresh_word
sql "INSERT INTO planted VALUES (5, '${word^^}', NULL)"
found "a word in capital letters" database dump
fresh_word
sql "INSERT INTO planted VALUES (6, '$(printf 'a%.0s' {1..9000})$word$(printf 'b%.0s' {1..9000})', NULL)"
found "a word in a long value" dump
if [[ $PL_ENGINES == scale ]]; then
	fresh_word
	sql "INSERT INTO planted VALUES (7, '$(printf 'a%.0s' {1..9000})', '\\x$(printf '%s' "$word$word" | od -An -v -tx1 | tr -d ' \n')')"
	sql 'DELETE FROM planted WHERE id = 7'
	found "a row that was deleted" database wal
	check "and is in no dump" not grep '^dump: ' places
	fresh_word
	check "(a statement with a word fails)" not sql "INSERT INTO planted VALUES ('$word', NULL, NULL)"
	found "what the server logged" server
	database_away
	fresh_word
	check "without its database nothing stands nowhere" not nowhere "$word"
	database_back
else
	fresh_word
	# Who has it open keeps what was written in the WAL.
	# shellcheck disable=SC2016
	start holder python3 -uc 'import sqlite3, sys, time
c = sqlite3.connect(sys.argv[1])
c.execute("PRAGMA journal_mode = wal")
c.execute("INSERT INTO planted VALUES (7, ?, NULL)", (sys.argv[2],))
c.commit()
c.execute("DELETE FROM planted WHERE id = 7")
c.commit()
print("evt=held port=0")
time.sleep(600)' "${PL_TEST_DB#sqlite:}" "$word"
	ready holder held
	found "a row that was deleted" database
	check "namely in the WAL" grep '^database: .*-wal$' places
	check "and is in no dump" not grep '^dump: ' places
	check "(the search leaves the WAL as it is)" somewhere "$word" database
	end KILL holder
	database_away
	fresh_word
	check "without its database nothing stands nowhere" not nowhere "$word"
	database_back
fi

# ---- files ----
for file in inst/vault/left inst/run/left inst/log/public/left inst/keys/left; do
	fresh_word
	mkdir -p "${file%/*}"
	printf 'x\0%s' "$word" >"$file"
	found "a word in $file" instance
	rm "$file"
	check "and not when it is gone" nowhere "$word"
done
fresh_word
: >"inst/run/$word.txt"
found "the name of a file" names
rm "inst/run/$word.txt"
fresh_word
TEMPORARY=$(mktemp)
echo "$word" >"$TEMPORARY"
found "what is left in the temporary directory" temporary
rm "$TEMPORARY"

# ---- blobs ----
fresh_word
if [[ $PL_ENGINES == scale ]]; then
	echo "$word" | python3 "$PL_SRC/tests/lib/canary.py" put "$PL_TEST_BLOB" sha256/00/planted
	found "a word in an object of the bucket" blobs
	fresh_word
	echo "$word" | python3 "$PL_SRC/tests/lib/canary.py" put "$PL_TEST_BLOB" sha256/00/planted
	found "in one that was written over" blobs
	: | python3 "$PL_SRC/tests/lib/canary.py" put "$PL_TEST_BLOB" "sha256/00/x $word"
	found "in its name" names
	for i in {1..11}; do : | python3 "$PL_SRC/tests/lib/canary.py" put "$PL_TEST_BLOB" "sha256/00/x$i"; done
	fresh_word
	echo "$word" | python3 "$PL_SRC/tests/lib/canary.py" put "$PL_TEST_BLOB" sha256/zz
	found "a word behind the first page of the bucket" blobs
	kept=$PL_S3_KEY
	PL_S3_KEY=nobody
	check "a bucket that cannot be read is not empty" not nowhere "another $word"
	in_the_clear "another $word" >places
	check "which is said" grep '^not searched: blobs' places
	PL_S3_KEY=$kept
else
	mkdir -p "${PL_TEST_BLOB#dir:}/sha256/00"
	echo "$word" >"${PL_TEST_BLOB#dir:}/sha256/00/planted"
	found "a word in a blob" blobs
fi

# ---- logs ----
fresh_word
start talker bash -c "echo evt=talk.$word"
ended talker
found "a word in the log of a process" logs
start talker echo "evt=silence"
ended talker
found "in that of an earlier one" logs
fresh_word
answers "(a command logs a word)" 3 '' bash -c "echo evt=said.$word >&2; exit 3"
check "(another says nothing)" true
found "a word that a command logged" logs
fresh_word
check "(so does this one)" bash -c "echo evt=said.$word >&2"
check "(and another says nothing)" true
found "it" logs

# ---- backups ----
fresh_word
sql "INSERT INTO planted VALUES (8, '$word', NULL)"
check "a backup is made" backup one
sql 'DELETE FROM planted WHERE id = 8'
found "a word in the database of a backup" backup
check "in its file" grep '^backup: .*/one/database' places
fresh_word
echo "$word" >inst/vault/left
check "another" backup two
rm inst/vault/left
found "a word in its instance" backup
check "and only there" not grep -v '^backup: ' places
check "a backup is not written over" not backup two

# ---- words ----
check "a word that is too short is refused" not nowhere short
check "and not found, either" not somewhere short
exit "$failed"
