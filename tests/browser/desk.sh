#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# The pages of those who work here in Chromium: enrolment and logins with passkeys (a virtual authenticator) and with passwords, four
# eyes, confirming again, expired sessions; wide and narrow, light and dark, without JavaScript; axe finds nothing.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
make_desk
first_administrator
check "a register is declared" "$pellucid" register add "$PL_SRC/demo/requests.register"
check "a head is signed" "$pellucid" register head requests
check "a promise that is overdue is claimed" "$pellucid" claim import "$PL_SRC/demo/claims.csv"
# shellcheck disable=SC2119 # its options are its own
start_desk
[[ $failed == 0 ]] || exit 1
node "$PL_SRC/tests/browser/desk.mjs" "$desk" "$first_code" "$PL_TMP/inst/pellucid.db" || failed=1
exit "$failed"
