#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines-up.sh DIR: PostgreSQL below DIR/pg and Ceph below DIR/rgw, both at once; their addresses in DIR/env.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/lib.sh"
D=$(full_path "${1:?usage: engines-up.sh DIR}")
watch_owner "$D" "$here/engines-down.sh"
export PL_ENGINE_OWNER=none
"$here/rgw-up.sh" "$D/rgw" &
rgw=$!
"$here/pg-up.sh" "$D/pg"
wait "$rgw"
(umask 077 && cat "$D/pg/env" "$D/rgw/env" >"$D/env")
