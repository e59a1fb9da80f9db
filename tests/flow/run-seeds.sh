#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 240
# What `./run` tells of the seeds' claims and registers, without what it builds: the one line, from what an outsider verified, and a changed copy refused.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"

make_instance log.example/seeds --quorum 0 >/dev/null
start web "$pellucid" web --instance inst --listen 127.0.0.1:0
ready web web.serving
line='H2 2021: 109 requests, 12 countries, 92 technical expertise, 17 user data, 17 of 17 rejected; 2,252 person requests in 2021'
# tell: those chapters of the story, as if its program were built and its servers ran
tell() {
	(
		cd "$PL_SRC" || exit
		# What the sourced files ask of ./run.
		# shellcheck disable=SC2034
		JSON=no ONCE=yes FRESH=no INSTALL=no PORT=${port[web]}
		# shellcheck source=tools/run/lib.sh
		. tools/run/lib.sh
		# shellcheck source=tools/run/story.sh
		. tools/run/story.sh
		# shellcheck disable=SC2034
		PELLUCID=$pellucid INSTANCE=$PL_TMP/inst TAKEN=$PL_TMP/taken LOGS=$PL_TMP/logs PORTAL=http://127.0.0.1:${port[web]}
		mkdir -p "$LOGS" "$TAKEN"
		cp "$INSTANCE/trust.policy" "$TAKEN/"
		claims
		registers
		echo "$CHECKS_JSON"
	)
}
check "the story is told" tell
cp check.out told
check "with the one line" grep -qF "$line" told
same "every check of it holds" "" "$(grep FAILED told)"
for id in claims-checked report-taken report-verified claim-verified report-numbers report-tampered; do
	check "its check $id holds" grep -qF "{\"id\":\"$id\",\"held\":true}" told
done
check "told again it is the same" tell
cp check.out again
check "with the same line" grep -qF "$line" again
# The line comes from what was verified and from nothing else.
sed -i 's/2,252/2,253/' taken/persons.txt
check "another sentence is not proved" not "$pellucid" verify taken/persons.txt --statement claim --bundle taken/persons.tlog-proof --trust taken/trust.policy
exit "$failed"
