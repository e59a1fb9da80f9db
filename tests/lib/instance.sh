# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # set by steps.sh
# Sourced after steps.sh by stories about one instance, in inst/: what is done with it and asked often. A story that runs on
# both engine sets gets a fresh database and blob store of $PL_ENGINES in $PL_TEST_DB and $PL_TEST_BLOB.
if [[ $PL_ENGINES != none ]]; then
	fresh=$("$PL_SRC/tests/engines/fresh.sh" "$PL_TMP")
	eval "$fresh"
fi

# make_instance ORIGIN OPTIONS-OF-INIT...: prints the log's verifier key.
make_instance() {
	local origin=$1
	shift
	"$pellucid" init inst --origin "$origin" --purpose test ${PL_TEST_DB:+--db "$PL_TEST_DB" --blob "$PL_TEST_BLOB"} "$@"
}
# document CODE NAME [SECONDS [INSTANCE]]: state a document; it must end with that exit code within those seconds.
document() {
	echo "$2" >"$2.txt"
	code "$1" "$pellucid" statement document "$2.txt" --instance "${4:-inst}" --wait "${3:-60}"
}
# The size of the published checkpoint.
published() { sed -n 2p inst/log/public/checkpoint; }
published_is() { [[ $(published) == "$1" ]]; }
# log_status PATTERN [CODE]: what `log status --json` says, and how it ends (0 or 1 unless said).
log_status() {
	local got=0
	"$pellucid" log status --instance inst --json >out 2>err || got=$?
	[[ $got == "${2:-$got}" ]] && grep -Eq -e "$1" out
}
# Do the tables differ from what the log says? Bodies may be missing.
tables_fit() {
	"$pellucid" fsck --rebuild --json --scratch "$PL_TMP" --instance inst >out 2>err || true
	grep -q '"different":0' out
}

# ---- the database of an engine set ----

# One statement of SQL in the database of the instance; blobs are written x'..', and shown by hex(..).
sql() {
	if [[ $PL_ENGINES == scale ]]; then
		psql -q -A -t -X -v ON_ERROR_STOP=1 "$PL_TEST_DB" -c "$(sed "s/x'\([0-9a-f]*\)'/'\\\\x\1'::bytea/g; s/hex(\([a-z_]*\))/encode(\1,'hex')/g" <<<"$1")"
	else
		sqlite3 -cmd ".timeout 30000" "${PL_TEST_DB#sqlite:}" "$1"
	fi
}

# The rest is for a time when nobody is connected.


psql_do() { # STATEMENT...
	local commands=() statement
	for statement in "$@"; do commands+=(-c "$statement"); done
	psql -q -X -v ON_ERROR_STOP=1 "$PL_PG_URL" "${commands[@]}"
}
# database save|load NAME: keep a copy, put it back
database() {
	local name=${PL_TEST_DB##*/}
	case $PL_ENGINES.$1 in
	scale.save) psql_do "CREATE DATABASE ${name}_$2 TEMPLATE $name" ;;
	scale.load) psql_do "DROP DATABASE $name" "CREATE DATABASE $name TEMPLATE ${name}_$2" ;;
	*.save) mkdir "db.$2" && cp -a "${PL_TEST_DB#sqlite:}"* "db.$2/" ;;
	*.load) rm -f "${PL_TEST_DB#sqlite:}"* && cp -a "db.$2/." . ;;
	esac
}
# database_lost: an empty one is in its place
database_lost() {
	local name=${PL_TEST_DB##*/}
	if [[ $PL_ENGINES == scale ]]; then
		psql_do "DROP DATABASE $name" "CREATE DATABASE $name TEMPLATE template0 ENCODING 'UTF8'"
	else
		rm -f "${PL_TEST_DB#sqlite:}"*
	fi
}
# database_away, database_back: it cannot be reached meanwhile
database_away() {
	local name=${PL_TEST_DB##*/}
	if [[ $PL_ENGINES == scale ]]; then
		psql_do "ALTER DATABASE $name RENAME TO ${name}_away"
	else
		mkdir away && mv "${PL_TEST_DB#sqlite:}"* away/
	fi
}
database_back() {
	local name=${PL_TEST_DB##*/}
	if [[ $PL_ENGINES == scale ]]; then
		psql_do "ALTER DATABASE ${name}_away RENAME TO $name"
	else
		mv away/* .
	fi
}

# set_conf SECTION KEY VALUE
set_conf() {
	sed -i "/^\[$1\]/,/^\[/ s|^$2 = .*|$2 = $3|" inst/pellucid.conf
}
