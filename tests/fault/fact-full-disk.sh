#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 600
# The disk of an instance fills up under a running `pellucid log serve` while statements are submitted: a clear error, nothing
# half done, and all goes on by itself when space returns. Once with the log alone on that disk, once with
# the database alone, once with all of the instance.
set -eu
if [ -z "${PL_FACT_INSIDE:-}" ]; then
	flags=-m
	[ "$(id -u)" = 0 ] || flags=-Urm
	PL_FACT_INSIDE=1 exec unshare "$flags" "$0"
fi
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/kills.sh
. "$PL_SRC/tests/lib/kills.sh"
# shellcheck disable=SC2317 # called by the trap
finish() {
	stop_clients
	stop_all
	umount disk 2>/dev/null || true
}
trap finish EXIT
grep_status() { "$pellucid" log status --instance inst --json | grep -q "\"trouble\":\"[^\"]*$1"; }
alive() { kill -0 "${pid[serve]}"; }
fill() { dd if=/dev/zero of=disk/ballast bs=64k || true; }
# story WHAT-LIES-THERE OPTIONS-OF-INIT...
story() {
	local what=$1 log=inst/log
	shift
	mkdir -p disk
	mount -t tmpfs -o size=160m tmpfs disk
	rm -rf inst ./*.acks ./*.log
	if [ "$what" = "everything" ]; then
		check "$what: an instance is made" bash -c 'cd disk && "$1" init inst --origin fault.example/full --purpose test' - "$pellucid"
		ln -s disk/inst inst
	else
		check "$what: an instance is made" make_instance fault.example/full "$@"
	fi
	if [ "$what" = "log alone" ]; then
		log=disk/log
		mv inst/log disk/log
		sed -i "s|^directory = log\$|directory = $PWD/disk/log|" inst/pellucid.conf
	fi
	start serve "$pellucid" log serve --instance inst
	client submit c1
	client submit c2
	check "$what: statements go through" soon test -s c2.acks
	check "$what: the disk fills up" fill
	check "$what: the full disk is named" soon grep -qi "no space" serve.log
	[ "$what" != "log alone" ] || check "$what: the report names it, too" soon grep_status "no space"
	check "$what: the log process has not ended" alive
	sleep 8
	rm -f disk/ballast
	soon_tenths=900 check "$what: it goes on when space returns" soon grows
	stop_clients
	soon_tenths=900 check "$what: what was acknowledged is logged" soon nothing_waits
	check "$what: without a restart" alive
	stop serve
	check "$what: the public tables are what the log says" tables_fit
	check "$what: the log is whole" "$pellucid" log fsck "$log"
	cat ./*.acks | grep '^ack ' >promises
	check "$what: every acknowledged statement stands exactly once" code 0 "$tool" check inst <promises
	echo "# $(cat out)"
	umount disk
}
story "log alone"
story "database alone" --db "sqlite:$PWD/disk/pellucid.db"
story "everything"
exit "$failed"
