#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tools/sqlgen.py: what it makes of SQLite's words for PostgreSQL, and that it refuses what it does not understand.
# engines: none
# shellcheck disable=SC2016 # $1 is what is looked for
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
failed=0

run() { # TEXT
	printf '%s' "$1" >"$PL_TMP/in.sql"
	python3 "$root/tools/sqlgen.py" room "$PL_TMP/out.h" "$PL_TMP/out.c" "$PL_TMP/in.sql" >"$PL_TMP/words" 2>&1
}

takes() { # WHAT TEXT EXPECTED-IN-C
	if run "$2" && grep -qF -- "$3" "$PL_TMP/out.c"; then
		printf 'ok - %s\n' "$1"
	else
		printf 'FAIL - %s: %s\n' "$1" "$(cat "$PL_TMP/words" "$PL_TMP/out.c")"
		failed=1
	fi
}

refuses() { # WHAT TEXT EXPECTED-WORDS
	if run "$2"; then
		printf 'FAIL - %s is taken\n' "$1"
		failed=1
	elif grep -qF -- "$3" "$PL_TMP/words"; then
		printf 'ok - %s is refused\n' "$1"
	else
		printf 'FAIL - %s: %s\n' "$1" "$(cat "$PL_TMP/words")"
		failed=1
	fi
}

name=$'-- name: a\n'
table=$'-- migration: 0001 one\n'
takes 'a parameter becomes $1' "${name}SELECT x FROM t WHERE y = ?1;" '"SELECT x FROM t WHERE y = $1"'
takes 'a question mark in a string stays' "${name}SELECT '?1 INTEGER' FROM t;" "\"SELECT '?1 INTEGER' FROM t\""
takes 'a cast becomes BIGINT' "${name}SELECT CAST(?1 AS INTEGER);" 'SELECT CAST($1 AS BIGINT)'
takes 'a blob literal becomes bytea' "${name}SELECT x'0aFF';" "'\\\\x0aFF'::bytea"
takes 'a comment for PostgreSQL comes in' "${name}SELECT 1 FROM t /*postgres: FOR UPDATE */;" '"SELECT 1 FROM t FOR UPDATE"'
takes 'and stays out of SQLite' "${name}SELECT 1 FROM t /*postgres: FOR UPDATE */;" '"SELECT 1 FROM t"'
takes 'other comments go' "${name}SELECT 1 -- ?9 it's
;" '"SELECT 1"'
takes 'text in a table sorts by bytes' "${table}CREATE TABLE t (a TEXT, b BLOB) STRICT;" 'CREATE TABLE t (a TEXT COLLATE \"C\", b BYTEA) ;'
takes 'a column may be called text' "${table}CREATE TABLE t (text TEXT) STRICT;" 'CREATE TABLE t (text TEXT COLLATE \"C\") ;'
takes 'WITHOUT ROWID goes' "${table}CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT, WITHOUT ROWID;" '(a BIGINT PRIMARY KEY);'
takes 'a scan is marked' $'-- name: a (scan)\nSELECT 1;' '.scan = true'
takes 'a variant is taken' $'-- name: a\nSELECT 1;\n-- name: a (postgres)\nSELECT 2;' '"SELECT 2"'

run "${table}CREATE TABLE t (a INTEGER) STRICT;"
before=$(grep sha256 "$PL_TMP/out.c")
run "${table}-- reworded
CREATE TABLE t (a INTEGER) STRICT;"
reworded=$(grep sha256 "$PL_TMP/out.c")
run "${table}CREATE TABLE t (b INTEGER) STRICT;"
changed=$(grep sha256 "$PL_TMP/out.c")
if [ "$before" = "$reworded" ] && [ "$before" != "$changed" ]; then
	printf 'ok - the hash of a migration covers its statements and not its comments\n'
else
	printf 'FAIL - hashes: %s %s %s\n' "$before" "$reworded" "$changed"
	failed=1
fi

refuses 'a gap in the parameters' "${name}SELECT ?1, ?3;" 'without a gap'
refuses 'a bare question mark' "${name}SELECT ?;" 'without a gap'
refuses 'two statements' "${name}SELECT 1; SELECT 2;" 'more than one statement'
refuses 'an empty block' "${name}-- nothing" 'the block is empty'
refuses 'a name twice' "${name}SELECT 1;
${name}SELECT 2;" 'is there already'
refuses 'a bad name' $'-- name: Bad-Name\nSELECT 1;' 'lower_case_name'
refuses 'an unknown mark' $'-- name: a (mysql)\nSELECT 1;' 'is unknown'
refuses 'a variant alone' $'-- name: a (postgres)\nSELECT 1;' 'block only'
refuses 'a variant with other parameters' $'-- name: a\nSELECT ?1;\n-- name: a (postgres)\nSELECT 1;' 'same number of parameters'
refuses 'text before the first block' 'SELECT 1;' 'text before the first'
refuses 'a gap in the migrations' $'-- migration: 0002 two\nCREATE TABLE t (a INTEGER) STRICT;' 'expected 0001'
exit "$failed"
