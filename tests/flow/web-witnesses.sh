#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# What the portal says of witnesses follows the checkpoint and the trust file, whichever changes: a checkpoint is judged once, and anew when
# either is another one.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
make_witness w1 w2 w3 other
start_witness w1 w2 w3
witness_lines w1 w2 w3 >witnesses
check "an instance with three witnesses, two of whom are enough" make_instance log.example/witnesses --witnesses witnesses --quorum 2
each_witness add-log "$(sed -n 's/^log \([^ ]*\).*/\1/p' inst/trust.policy | head -n 1)" w1 w2 w3
document() {
	echo "$1" >"$1.txt"
	"$pellucid" statement document "$1.txt" --media-type text/plain --wait 20
}
# Two answer at any time, so which cosignatures stand on a checkpoint is certain.
stop w3
check "a statement is published" document one
start web "$pellucid" web --rate 1000000 --listen 127.0.0.1:0
ready web web.serving
# counted NAME: what the page says of that witness, "good" or "warn"; several requests, because each of the portal's instances judges for itself
counted() {
	local i
	for i in 1 2 3 4 5 6; do
		curl -sS "http://127.0.0.1:${port[web]}/witnesses" | tr -d '\n' | sed 's/<h[23]/\n&/g' | sed -n "/>$1</s/.*class=\"badge \([a-z]*\)\".*/\1/p"
	done | sort -u | paste -sd' '
}
is() { same "$1" "$(counted "$2")" "$3"; }
is "the first cosigned" w1 good
is "the second, too" w2 good
is "the third did not" w3 warn
stop w2
start_witness w3
check "another statement" document two
is "the second did not cosign this checkpoint" w2 warn
is "the third did" w3 good
cp inst/trust.policy before
sed "s|${key[w1]}|${key[other]}|" before >inst/trust.policy.new
mv inst/trust.policy.new inst/trust.policy
is "under a trust file that names another key the same checkpoint has no cosignature of the first" w1 warn
is "and still that of the third" w3 good
cp before inst/trust.policy.new
mv inst/trust.policy.new inst/trust.policy
is "and has it again when the trust file is put back" w1 good
stop web
exit "$failed"
