#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The stories of src/people on the engine set $PL_ENGINES: the unit tests' programs on a fresh database.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
failed=0
for name in account decision event login passkey session; do
	fresh=$("$root/tests/engines/fresh.sh" "${PL_TMP:?}/$name")
	eval "$fresh"
	if "$PL_BUILD/tests/unit/people/test_people_$name" >"$PL_TMP/$name.log" 2>&1; then
		printf 'ok - people %s on %s\n' "$name" "${PL_ENGINES:-embedded}"
	else
		grep -A 4 -E 'ERROR|FAILED' "$PL_TMP/$name.log" || tail -n 20 "$PL_TMP/$name.log"
		printf 'FAIL - people %s on %s\n' "$name" "${PL_ENGINES:-embedded}"
		failed=1
	fi
done
exit "$failed"
