#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# rgw-down.sh DIR: stop what rgw-up.sh started; the monitor last, because an OSD without it takes long to leave. DIR stays.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/lib.sh"
D=${1:?usage: rgw-down.sh DIR}
stop_watchdog "$D"
for name in client.rgw osd.0 mon.a; do
	[ ! -s "$D/run/$name.pid" ] || stop_pid "$(cat "$D/run/$name.pid")" "$D/ceph.conf" 15
done
