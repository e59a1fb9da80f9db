# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034,SC2154 # read by steps.sh; set by it and by instance.sh
# Sourced after instance.sh by stories that say of a word that it stands nowhere in the clear: it is searched in every place where the
# product keeps anything (not in what the story itself wrote or was told), in every spelling that canary.py makes. The places:
#
#   instance   its directory with log, keys, vault and run files       temporary  $TMPDIR, and where a scanner keeps what it is sent
#   names      the names of all files                                  logs       of processes, earlier ones too, and events of commands
#   database   SQLite: its file, -wal, -shm and journal; PostgreSQL: the directory of the database, after a checkpoint
#   dump       .dump or pg_dump: the values that are cut in pieces or compressed in the files
#   wal        PostgreSQL: what was written to it since the story began      server     the log of its server
#   blobs      the directory, or each object of the bucket              backup     each that backup() made
#   given      what $canary_more names: what was exported, served or said in a story
#
# tests/flow/canary-control.sh plants a word in each of them and sees it found there.

export TMPDIR=$PL_TMP/temporary
canary_dir=$PL_TMP/.canary
canary_events=$canary_dir/events.log
canary_more=()
mkdir -p "$TMPDIR" "$canary_dir/objects" "$canary_dir/backup"
: >"$canary_events"

# canary_ask SQL: one value of the database of the instance on PostgreSQL
canary_ask() { psql -q -A -t -X -v ON_ERROR_STOP=1 "$PL_TEST_DB" -c "$1"; }
canary_first=
[[ $PL_ENGINES != scale ]] || canary_first=$(canary_ask 'SELECT pg_walfile_name(pg_current_wal_insert_lsn())')

# canary_begin: after the instance was made. PostgreSQL then compresses no long value: in a deleted row nobody else would decompress it.
canary_begin() {
	[[ $PL_ENGINES == scale ]] || return 0
	canary_ask "DO \$\$ DECLARE c record; BEGIN
		FOR c IN SELECT attrelid::regclass AS t, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
			WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped AND attstorage IN ('x', 'm')
		LOOP EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE EXTERNAL', c.t, c.attname); END LOOP; END \$\$"
}

# ---- a backup, as docs/manual/recovery.md wants it: database, instance, blobs ----

backup() { # NAME
	local to=$canary_dir/backup/$1
	mkdir "$to" && cp -a inst "$to/" || return
	if [[ $PL_ENGINES == scale ]]; then
		pg_dump "$PL_TEST_DB" >"$to/database.sql" && canary_blobs && cp -a "$canary_dir/objects" "$to/blobs"
	else
		sqlite3 -readonly "${PL_TEST_DB#sqlite:}" ".backup '$to/database'" && cp -a "${PL_TEST_BLOB#dir:}" "$to/blobs"
	fi
}

# ---- the places ----

# canary_blobs: the bucket as a directory
canary_blobs() { python3 "$PL_SRC/tests/lib/canary.py" objects "$PL_TEST_BLOB" "$canary_dir/objects"; }
canary_unsearched() { echo "not searched: $*"; }
# canary_in PLACE FILE...: "PLACE: FILE" of each file that holds a needle, and what could not be read, but for files that went meanwhile
canary_in() {
	local place=$1
	shift
	[[ $# -gt 0 ]] || return 0
	{
		LC_ALL=C grep -rlaF -f "$canary_dir/needles" -- "$@" 2>"$canary_dir/grep.err" || true
		grep -v 'No such file or directory$' "$canary_dir/grep.err" | sed 's/^/not searched: /' || true
		find "$@" 2>/dev/null | LC_ALL=C grep -aF -f "$canary_dir/needles" | sed 's/^/the name /' || true
	} | sed "s|^|$place: |; s|^$place: the name|names: $place:|"
}
# canary_must PLACE FILE...: the same; they must be there
canary_must() {
	[[ -e $2 ]] || canary_unsearched "$1: $2 is not there"
	canary_in "$@"
}
# canary_wal DIR CURRENT: segments since the story began (the engine keeps the last gigabyte, whatever else is written to it). One that is full does not change: it is searched once for a word.
canary_wal() {
	local clean=$canary_dir/clean.${canary_word_id:?} file name got
	touch "$clean"
	[[ -e $1/$2 ]] || canary_unsearched "wal: $1/$2 is not there"
	for file in "$1"/????????????????????????; do
		name=${file##*/}
		[[ ! $name < $canary_first && ! $name > $2 ]] || continue
		! grep -qx "$name" "$clean" || continue
		got=$(canary_in wal "$file")
		if [[ -n $got ]]; then echo "$got"; elif [[ $name < $2 ]]; then echo "$name" >>"$clean"; fi
	done
}
canary_postgres() {
	local data oid wal
	pg_dump "$PL_TEST_DB" >"$canary_dir/dump" || canary_unsearched 'dump: pg_dump failed'
	canary_must dump "$canary_dir/dump"
	if ! data=$(canary_ask CHECKPOINT && canary_ask 'SHOW data_directory') || ! oid=$(canary_ask 'SELECT oid FROM pg_database WHERE datname = current_database()') ||
		! wal=$(canary_ask 'SELECT pg_walfile_name(pg_current_wal_lsn())'); then
		canary_unsearched 'database: PostgreSQL does not answer'
		return
	fi
	canary_must database "$data/base/$oid"
	canary_in database "$data/base/pgsql_tmp"
	canary_wal "$data/pg_wal" "$wal"
	canary_must server "${data%/*}/log"
	if canary_blobs 2>"$canary_dir/objects.err"; then canary_in blobs "$canary_dir/objects"; else canary_unsearched "blobs: $(tail -n 1 "$canary_dir/objects.err")"; fi
}
canary_sqlite() {
	local file=${PL_TEST_DB#sqlite:}
	canary_must database "$file"* # before anybody opens it, who might empty its WAL
	sqlite3 -readonly "$file" .dump >"$canary_dir/dump" || canary_unsearched 'dump: sqlite3 failed'
	tail -n 1 "$canary_dir/dump" | grep -qx 'COMMIT;' || canary_unsearched 'dump: it has no end'
	canary_must dump "$canary_dir/dump"
	canary_must blobs "${PL_TEST_BLOB#dir:}"
}

# ---- what a story asks ----

# in_the_clear WORD...: where they stand, a line each, and which place could not be searched
in_the_clear() {
	local logs=() file
	for file in ./*.log "$PL_TMP"/.new/*.log "$canary_events"; do
		# The mail server is another's, who is given addresses.
		[[ ! -e $file || ${file##*/} == smtpd.log ]] || logs+=("$file")
	done
	python3 "$PL_SRC/tests/lib/canary.py" needles "$@" >"$canary_dir/needles" 2>"$canary_dir/needles.err" || {
		canary_unsearched "$(cat "$canary_dir/needles.err")"
		return
	}
	canary_word_id=$(sha256sum "$canary_dir/needles" | cut -c 1-16)
	canary_must instance inst
	if [[ $PL_ENGINES == scale ]]; then canary_postgres; else canary_sqlite; fi
	canary_in logs "${logs[@]}"
	canary_must temporary "$TMPDIR"
	[[ ! -e clamtmp ]] || canary_in temporary clamtmp
	canary_in backup "$canary_dir/backup"
	for file in "${canary_more[@]}"; do canary_must given "$file"; done
}
# nowhere WORD...: they stand nowhere, and every place was searched; otherwise it says where.
nowhere() {
	local found
	found=$(in_the_clear "$@")
	[[ -z $found ]] || { head -n 20 <<<"$found" && return 1; }
}
# somewhere WORD [PLACE]: it stands somewhere, or in that place
somewhere() { in_the_clear "$1" | grep -v "^not searched: " | grep "^${2:-[a-z]*}: "; }
# nowhere_at_all WHAT WORD...: a backup is made, and none of the words stands in it or in any other place
nowhere_at_all() {
	local what=$1 word
	shift
	check "(a backup is made: $what)" backup "${what// /-}"
	# All at once; one by one only to say which it was.
	if nowhere "$@" >/dev/null; then
		for word in "$@"; do good "$what: \"$word\" stands nowhere in the clear"; done
		return
	fi
	for word in "$@"; do check "$what: \"$word\" stands nowhere in the clear" nowhere "$word"; done
}
