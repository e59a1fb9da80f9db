#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# The stories of src/fact on the engine set $PL_ENGINES: the unit tests' programs on a fresh database and blob store. Keys, statements,
# vault and successor open neither; their tables are written by the projector, and met here by those that open an instance.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
failed=0
names=(instance outbox projector sequencer serve signing)
for file in "$root"/tests/unit/fact/test_*.c; do
	name=$(basename "$file" .c)
	if grep -Eq 'world_init|pl_db_|pl_blob_|PL_TEST_' "$file" && ! grep -qw "${name#test_}" <<<"${names[*]}"; then
		printf 'FAIL - fact %s opens a database or blobs, and is left out here\n' "$name"
		failed=1
	fi
done
for name in "${names[@]}"; do
	fresh=$("$root/tests/engines/fresh.sh" "${PL_TMP:?}/$name")
	eval "$fresh"
	if "$PL_BUILD/tests/unit/fact/test_fact_$name" >"$PL_TMP/$name.log" 2>&1; then
		printf 'ok - fact %s on %s\n' "$name" "${PL_ENGINES:-embedded}"
	else
		grep -A 4 -E 'ERROR|FAILED' "$PL_TMP/$name.log" || tail -n 20 "$PL_TMP/$name.log"
		printf 'FAIL - fact %s on %s\n' "$name" "${PL_ENGINES:-embedded}"
		failed=1
	fi
done
exit "$failed"
