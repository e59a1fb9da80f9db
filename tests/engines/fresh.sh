#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# fresh.sh DIR: print PL_TEST_DB=... and PL_TEST_BLOB=... of an empty database and an empty blob store of the engine set
# $PL_ENGINES (embedded, or scale: then $PL_PG_URL and $PL_S3_URL name running engines). eval "$(fresh.sh "$PL_TMP")"
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/lib.sh"
D=$(full_path "${1:?usage: fresh.sh DIR}")
name=t$(od -An -N 8 -tx1 /dev/urandom | tr -d ' \n')
case ${PL_ENGINES:-embedded} in
embedded)
	printf 'export PL_TEST_DB=sqlite:%s/%s.db PL_TEST_BLOB=dir:%s/%s.blobs\n' "$D" "$name" "$D" "$name"
	;;
scale)
	[ -n "${PL_PG_URL:-}" ] || die "PL_PG_URL is not set: start the engines with engines-up.sh"
	[ -n "${PL_S3_URL:-}" ] || die "PL_S3_URL is not set: start the engines with engines-up.sh"
	psql -q -X -v ON_ERROR_STOP=1 "$PL_PG_URL" -c "CREATE DATABASE $name TEMPLATE template0 ENCODING 'UTF8'" >&2
	printf 'export PL_TEST_DB=%s/%s PL_TEST_BLOB=%s/%s\n' "${PL_PG_URL%/*}" "$name" "$PL_S3_URL" "$name"
	;;
*)
	die "PL_ENGINES is '$PL_ENGINES'; expected embedded or scale"
	;;
esac
