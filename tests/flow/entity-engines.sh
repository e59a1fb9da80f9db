#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# Entities and their books on the engine set $PL_ENGINES: the unit test's program on a fresh database and blob store.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
check "numbers, pairs, closings and attestations" "$PL_BUILD/tests/unit/register/test_register_books"
exit "$failed"
