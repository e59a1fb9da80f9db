#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Three witnesses as processes of their own, asked over HTTP by a log written in another language.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
client=$PL_SRC/tests/interop/witness/client.mjs

make_witness w1 w2 w3
for origin in log.example/codes log.example/race log.example/grow log.example/crash; do
	each_witness add-log "$(node "$client" vkey "$origin")" w1 w2 w3
done
start_witness w1 w2 w3
asked=()
for w in w1 w2 w3; do asked+=("http://127.0.0.1:${port[$w]}" "${key[$w]}"); done

node "$client" codes "${asked[@]:0:2}" || failed=1
node "$client" race "${asked[@]:0:2}" "${PL_ROUNDS:-20}" || failed=1
check "three witnesses cosign one checkpoint" node "$client" grow log.example/grow 100 "${asked[@]}"
check "and a larger one" node "$client" grow log.example/grow 257 "${asked[@]}"
check "the operator sees it" sh -c "'$pellucid' witness list w1 | grep -q '^log.example/grow  size 257 '"
check "the fork that was offered is kept as evidence" \
	sh -c "'$pellucid' witness list w1 | grep '^log.example/codes ' | grep -qv 'evidence 0'"
check "a second process does not serve the same directory" \
	sh -c "! '$pellucid' witness serve w1 --listen 127.0.0.1:0"

end KILL w2
start_witness w2
check "a killed witness remembers" test "$(node "$client" size "http://127.0.0.1:${port[w2]}" log.example/grow)" = 257
exit "$failed"
