#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 300
# The pages of a log that is held, and of one whose process does not answer, in Chromium: the note is there, is read out, and
# fits on a phone.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
# Witnesses that nobody runs: nothing listens on port 9.
make_witness w1 w2
port=([w1]=9 [w2]=9)
witness_lines w1 w2 >witnesses
"$pellucid" init inst --origin log.example/held --purpose production --witnesses witnesses --quorum 2 >vkey 2>err
start log "$pellucid" log serve
ready log log.held
start web "$pellucid" web --listen 127.0.0.1:0 --rate 1000000
ready web web.serving
look() { node "$PL_SRC/tests/browser/held.mjs" "http://127.0.0.1:${port[web]}" "$@" || failed=1; }
look held "The log is held" "Das Protokoll ist angehalten"
end KILL log
sleep 21 # a report is too old after 20 seconds
look silent "The log process does not answer" "Der Protokollprozess antwortet nicht"
exit "$failed"
