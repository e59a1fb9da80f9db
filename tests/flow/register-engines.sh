#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# Registers on the engine set $PL_ENGINES: the unit test's program on a fresh database and blob store.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
check "numbers, heads and reports" "$PL_BUILD/tests/unit/register/test_register_register"
check "many senders, promises and receipts" "$PL_BUILD/tests/unit/register/test_register_intake"
exit "$failed"
