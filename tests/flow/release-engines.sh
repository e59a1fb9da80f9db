#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# What is published, and what a hostile web process puts into the outbox, on the engine set $PL_ENGINES: the unit tests' programs.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
check "the desk signs by its table, the log takes no forgery" "$PL_BUILD/tests/unit/release/test_release_rights"
check "releases and heads of products" "$PL_BUILD/tests/unit/release/test_release_publish"
exit "$failed"
