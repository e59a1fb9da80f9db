#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# alone: yes
# Every page in Chromium: wide and narrow, light and dark, printed, right to left, without JavaScript; axe finds nothing; the verify page.
set -eu
PL_TEST_DB=sqlite:$PL_TMP/test.db
PL_TEST_BLOB=dir:$PL_TMP/blobs
pellucid=$PL_BUILD/src/cli/pellucid
PELLUCID_INSTANCE=$PL_TMP/instance
export PELLUCID_INSTANCE
check() {
	what=$1
	shift
	if "$@" >"$PL_TMP/out" 2>"$PL_TMP/err"; then
		echo "ok - $what"
	else
		echo "FAIL - $what"
		cat "$PL_TMP/out" "$PL_TMP/err"
		exit 1
	fi
}
# shellcheck source=tests/browser/setup/instance.sh
. "$PL_SRC/tests/browser/setup/instance.sh"
# shellcheck source=tests/browser/setup/verdicts.sh
. "$PL_SRC/tests/browser/setup/verdicts.sh"
"$pellucid" web --listen 127.0.0.1:0 --rate 1000000 2>"$PL_TMP/web.log" &
web_pid=$!
trap 'kill "$web_pid"' EXIT
i=0
until grep -q web.serving "$PL_TMP/web.log"; do
	i=$((i + 1))
	[ "$i" -lt 100 ] || exit 1
	sleep 0.1
done
port=$(sed -n 's/.*port=//p' "$PL_TMP/web.log")
rc=0
node "$PL_SRC/tests/browser/portal.mjs" "http://127.0.0.1:$port" "$PL_TMP" || rc=1
exit $rc
