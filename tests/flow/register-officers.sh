#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 300
# Officers who hold their keys on machines of their own: a register is declared and a report stated with approvals from files, although the
# register goes on meanwhile.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
make_instance log.example/officers --quorum 0 --officers 2 --approvals 2 >/dev/null
for n in 1 2; do
	mkdir "officer-$n"
	mv "inst/keys/officer-$n.key" "officer-$n/key"
	cp inst/keys/passphrase "officer-$n/passphrase"
done
approve() { # PAYLOAD: both, with nothing of the instance at hand
	local n
	for n in 1 2; do
		env -u PELLUCID_INSTANCE "$pellucid" key approve "officer-$n/key" "$1" --passphrase-file "officer-$n/passphrase" 2>told
	done
}
cp "$PL_SRC/demo/authority-requests.register" register
name=$(sed -n 's/^name //p' register)
answers "without officers nothing is declared" 1 '0 of 2 officers' "$pellucid" register add register
"$pellucid" register add register --payload-only >declared
approve declared >approvals
answers "approvals fit no other declaration" 1 'something else' "$pellucid" register add "$PL_SRC/demo/persons.register" --payload declared --approvals approvals
answers "with theirs it is" 0 "declared" "$pellucid" register add register --payload declared --approvals approvals
answers "then there is nothing to approve" 2 'nothing to approve' "$pellucid" register add register --payload-only
year=$(date -u +%Y)
printf 'received\n%s-01-02T00:00:00Z\n%s-02-03T00:00:00Z\n' "$year" "$year" >cases.csv
check "cases are entered" "$pellucid" register enter "$name" cases.csv
check "a head is signed" "$pellucid" register head "$name"
answers "without officers nothing is reported" 1 '0 of 2 officers' "$pellucid" report make "$name" "$year-H1"
"$pellucid" report make "$name" "$year-H1" --payload-only >reported
check "nothing is stated by that" not grep -q . <("$pellucid" report list "$name")
approve reported >approvals
answers "the officer is told what it is about" 0 'register-report/v1 about' cat told
# Meanwhile the register goes on: a report that was made now would be another one.
check "another case" "$pellucid" register enter "$name" cases.csv
check "another head" "$pellucid" register head "$name"
answers "their approvals fit no other period" 1 'no report of this register and period' "$pellucid" report make "$name" "$year-H2" --payload reported \
	--approvals approvals
sed 's/"cases":2/"cases":3/' reported >forged
approve forged >false
answers "nor numbers that the rows do not give" 1 'something else' "$pellucid" report make "$name" "$year-H1" --payload forged --approvals false
answers "what they approved is stated" 0 ': 2 cases' "$pellucid" report make "$name" "$year-H1" --payload reported --approvals approvals
answers "once" 1 'something else' "$pellucid" report make "$name" "$year-H1" --payload reported --approvals approvals
"$pellucid" report take "$name" "$year-H1" >/dev/null
answers "and counted again" 0 ': 2 cases' "$pellucid" report verify "$name-$year-H1.openings" --bundle "$name-$year-H1.tlog-proof" --trust inst/trust.policy
exit "$failed"
