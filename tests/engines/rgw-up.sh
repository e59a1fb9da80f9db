#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# rgw-up.sh DIR: Ceph (one monitor, one OSD on a sparse file, one object gateway) on free ports of 127.0.0.1, data below
# DIR, without systemd. Makes the cluster when there is none, starts what is not running. Writes DIR/env (PL_S3_URL,
# PL_S3_KEY, PL_S3_SECRET). Logs are in DIR/log.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/lib.sh"
D=$(full_path "${1:?usage: rgw-up.sh DIR}")
watch_owner "$D" "$here/rgw-down.sh"
for program in ceph-mon ceph-osd radosgw radosgw-admin ceph ceph-authtool monmaptool; do
	command -v "$program" >/dev/null || die "$program is not installed; install ceph-mon ceph-osd radosgw ceph-common"
done
export CEPH_CONF="$D/ceph.conf" CEPH_ARGS="--conf $D/ceph.conf"

random_hex() {
	od -An -N "$1" -tx1 /dev/urandom | tr -d ' \n'
}

configure() {
	local ports first
	read -r -a ports <<<"$(free_ports 3)"
	# The OSD takes its ports from a range; which one does not matter to anybody.
	first=$((15000 + RANDOM % 160 * 100))
	RGW=${ports[2]}
	cat >"$D/ceph.conf" <<C
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon host = [v2:127.0.0.1:${ports[0]},v1:127.0.0.1:${ports[1]}]
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv4 = true
ms bind ipv6 = false
ms bind port min = $first
ms bind port max = $((first + 900))
auth allow insecure global id reclaim = false
keyring = $D/keyring
run dir = $D/run
admin socket = $D/run/\$name.asok
pid file = $D/run/\$name.pid
log file = $D/log/\$name.log
crash dir = $D/log
osd pool default size = 1
osd pool default min size = 1
osd pool default pg autoscale mode = off
osd pool default pg num = 4
osd crush chooseleaf type = 0
mon allow pool size one = true
mon warn on pool no redundancy = false
mon max pg per osd = 1000
[mon]
mon data = $D/mon
mon cluster log file = $D/log/cluster.log
mon osd backfillfull ratio = .90
mon osd full ratio = .95
mon osd nearfull ratio = .85
mon data avail warn = 2
mon data avail crit = 1
[osd]
osd data = $D/osd
osd objectstore = bluestore
osd memory target = 939524096
osd memory target autotune = false
bluestore block create = true
bluestore block size = 10737418240
bluestore cache autotune = false
bluestore cache size = 134217728
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$RGW
rgw data = $D/rgw
keyring = $D/rgw/keyring
rgw thread pool size = 64
rgw enable usage log = false
rgw enable ops log = false
C
}

make_monitor() {
	local address
	address=$(sed -n 's/^mon host = //p' "$D/ceph.conf")
	ceph-authtool -C "$D/keyring" --gen-key -n mon. --cap mon 'allow *'
	ceph-authtool "$D/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
	monmaptool --create --clobber --fsid "$(sed -n 's/^fsid = //p' "$D/ceph.conf")" --addv a "$address" "$D/monmap"
	ceph-mon -i a --mkfs --monmap "$D/monmap" --keyring "$D/keyring"
}

make_osd() {
	local uuid secret
	uuid=$(cat /proc/sys/kernel/random/uuid)
	secret=$(ceph-authtool --gen-print-key)
	printf '{"cephx_secret":"%s"}' "$secret" | ceph osd new "$uuid" 0 -i -
	(umask 077 && printf '[osd.0]\n\tkey = %s\n' "$secret" >"$D/osd/keyring")
	ceph-osd -i 0 --mkfs --osd-uuid "$uuid" --keyring "$D/osd/keyring"
}

pid_of() {
	cat "$D/run/$1.pid" 2>/dev/null || true
}

start() { # NAME COMMAND...
	local name=$1
	shift
	alive "$(pid_of "$name")" "$D/ceph.conf" || "$@" >>"$D/log/start.log" 2>&1
}

answers() {
	curl -s -o "$D/log/answer" --max-time 5 "http://127.0.0.1:$1/"
}

wait_for() { # TRIES COMMAND...
	local tries=$1
	shift
	while ! "$@" >/dev/null 2>&1; do
		[ "$((tries--))" -gt 0 ] || die "no success in time: $*; see $D/log"
		sleep 0.2
	done
}

osd_is_up() {
	ceph --connect-timeout 10 osd stat 2>/dev/null | grep -q '1 up'
}

start_all() {
	start mon.a ceph-mon -i a --conf "$D/ceph.conf"
	[ -d "$D/osd/current" ] || [ -s "$D/osd/whoami" ] || make_osd >>"$D/log/make.log" 2>&1
	start osd.0 ceph-osd -i 0 --conf "$D/ceph.conf" --keyring "$D/osd/keyring"
	wait_for 150 osd_is_up
	[ -s "$D/rgw/keyring" ] ||
		ceph auth get-or-create client.rgw mon 'allow rw' osd 'allow rwx' -o "$D/rgw/keyring" >>"$D/log/make.log" 2>&1
	start client.rgw radosgw -n client.rgw --conf "$D/ceph.conf" -k "$D/rgw/keyring"
	wait_for 300 answers "$RGW"
}

mkdir -p "$D"/{run,log,mon,osd,rgw}
if [ -s "$D/env" ]; then
	RGW=$(sed -n 's/.*endpoint=127.0.0.1:\([0-9]*\)$/\1/p' "$D/ceph.conf")
	start_all
else
	configure
	make_monitor >>"$D/log/make.log" 2>&1
	start_all
	key=$(random_hex 10)
	secret=$(random_hex 20)
	radosgw-admin user create --uid=pellucid --display-name=pellucid --access-key="$key" --secret="$secret" \
		>>"$D/log/make.log" 2>&1 || die "the S3 user could not be made; see $D/log/make.log"
	(umask 077 && printf 'PL_S3_URL=s3:http://127.0.0.1:%s\nPL_S3_KEY=%s\nPL_S3_SECRET=%s\n' "$RGW" "$key" "$secret" >"$D/env")
fi
