#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 600
# The log of an instance: a damaged tile stops its log process, which says what to do; `log repair` compares with the record
# in the database, or without one with journal and checkpoints; then all goes on.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
tool=$PL_BUILD/tests/fault/fact-tool
serve() { start log "$pellucid" log serve --instance inst; }
published_all() { log_status '"waiting":0' && published_is "$1"; }
spoil() { # TREE: its newest partial file
	local file
	file=$(find "inst/log/public/tile/$1" -path '*.p/*' -type f -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)
	flip "$file" 9
}
# refuses: the log process ends, and says why and what to do.
refuses() {
	local got=0
	serve
	ended log || got=$?
	[[ $got != 0 ]] && grep -q 'public/tile/.* does not fit' log.log && grep -q 'pellucid log repair' log.log
}

make_instance flow.example/repair >vkey 2>err
serve
check "its first entries are published" soon published_all 3
"$tool" submit inst many 400 >acks
check "and 400 more" soon published_all 403
answers "while it is served nothing is repaired" 3 'another process has the log .* open for writing' "$pellucid" log repair --instance inst
stop log

spoil entries
check "a damaged bundle stops the log process" refuses
check "its status says so" log_status '"process":"refused"' 1
answers "repair compares with the database" 0 'the root of the record and the signed checkpoints' "$pellucid" log repair --instance inst --json
check "and makes the file again" grep -q '"record_checked":true,"signature_checked":true,.*"repaired":1,"failed":0' out
answers "once more there is nothing to do" 0 '"repaired":0' "$pellucid" log repair --instance inst --json
check "the log is whole" code 0 "$pellucid" log fsck inst/log
serve
check "and goes on" document 0 first
stop log

spoil 0
check "a damaged tile, too" refuses
answers "by its directory, without the database" 0 'no record beside the log' "$pellucid" log repair inst/log
serve
check "it goes on" document 0 second
stop log

database_lost
spoil entries
answers "a lost database is not made anew from a damaged log" 1 'pellucid log repair' "$pellucid" recover database --instance inst \
	--accept-that-nobody-witnesses
answers "which is repaired first" 0 '^1 file repaired' "$pellucid" log repair inst/log
check "then it is" code 0 "$pellucid" recover database --instance inst --accept-that-nobody-witnesses
serve
check "and the log goes on" document 0 third
stop log
check "the tables are what the log says" tables_fit
check "every acknowledged statement is there once" code 0 "$tool" check inst <acks
answers "--policy and --vkey are for a log without an instance" 2 'trust file of its own' "$pellucid" log repair --instance inst --policy x
exit "$failed"
