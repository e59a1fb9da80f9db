#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# pg-up.sh DIR: PostgreSQL 15 on a free port of 127.0.0.1, data below DIR, without systemd; as root it runs as user postgres.
# Makes the cluster when there is none, starts it when it is not running. Writes DIR/env (PL_PG_URL, PATH).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/lib.sh"
D=$(full_path "${1:?usage: pg-up.sh DIR}")
watch_owner "$D" "$here/pg-down.sh"
BIN=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[ -x "$BIN/postgres" ] || die "no PostgreSQL server below /usr/lib/postgresql; install postgresql-15"

as_server() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && setpriv --reuid postgres --regid postgres --init-groups --reset-env -- "$@")
	else
		(cd / && "$@")
	fi
}

make() {
	(umask 077 && od -An -N 16 -tx1 /dev/urandom | tr -d ' \n' >"$D/password")
	if [ "$(id -u)" = 0 ]; then
		chown postgres: "$D" "$D/password"
		as_server test -w "$D" || die "user postgres cannot enter $D; choose a place below /var/tmp"
	fi
	as_server "$BIN/initdb" -D "$D/data" -U pellucid --auth=scram-sha-256 --pwfile="$D/password" -E UTF8 \
		--locale=C.UTF-8 --data-checksums --no-sync >"$D/initdb.log" 2>&1 || die "initdb failed: $(tail -n 3 "$D/initdb.log")"
	printf "include 'pellucid.conf'\n" | as_server tee -a "$D/data/postgresql.conf" >/dev/null
}

configure() {
	as_server tee "$D/data/pellucid.conf" >/dev/null <<C
listen_addresses = '127.0.0.1'
port = $1
unix_socket_directories = ''
max_connections = 100
shared_buffers = 64MB
wal_level = replica
max_wal_size = 512MB
wal_keep_size = 1GB
logging_collector = off
log_timezone = 'UTC'
C
}

start() {
	as_server "$BIN/pg_ctl" -D "$D/data" -l "$D/log" -w -t 60 -s start >/dev/null 2>&1
}

# Does it live, and answer? One that was just killed may live on for a moment.
running() {
	local pid i
	[ -s "$D/data/postmaster.pid" ] || return 1
	pid=$(head -n 1 "$D/data/postmaster.pid")
	for ((i = 0; i < 300; i++)); do
		alive "$pid" "$D/data" || return 1
		"$BIN/pg_isready" -q -h 127.0.0.1 -p "$port" && return 0
		sleep 0.2
	done
}

# After a kill: the server takes a dead process that nobody has waited for (a container's first process may not) for a
# living one, so its lock file goes; that no backend is left it finds out by itself, from the shared memory.
start_again() {
	local i
	for ((i = 0; i < 40; i++)); do
		rm -f "$D/data/postmaster.pid"
		start && return 0
		sleep 0.5
	done
	return 1
}

[ -s "$D/data/PG_VERSION" ] || make
if [ -s "$D/env" ]; then
	# shellcheck source=/dev/null
	. "$D/env"
	port=${PL_PG_URL##*:}
	port=${port%%/*}
	running || start_again || die "no start: $(tail -n 3 "$D/log")"
else
	for try in 1 2 3 4 5; do
		port=$(free_ports 1)
		configure "$port"
		start && break
		[ "$try" != 5 ] || die "no start: $(tail -n 3 "$D/log")"
	done
	# Its own programs first: the psql on the path is a script that looks for a cluster.
	(umask 077 && printf 'PL_PG_URL=postgres://pellucid:%s@127.0.0.1:%s/postgres\nPATH=%s:$PATH\n' "$(cat "$D/password")" "$port" "$BIN" >"$D/env")
fi
