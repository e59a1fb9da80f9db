#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines-down.sh DIR: stop what engines-up.sh started. DIR stays.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=/dev/null
. "$here/lib.sh"
D=${1:?usage: engines-down.sh DIR}
[ ! -d "$D/rgw" ] || "$here/rgw-down.sh" "$D/rgw"
[ ! -d "$D/pg" ] || "$here/pg-down.sh" "$D/pg"
