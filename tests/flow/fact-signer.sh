#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 300
# An instance run by its processes: the signer and the sequencer hold the keys, commands hold none; officers approve from
# key files that are somewhere else.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
run() { # expected code, arguments
	local want=$1
	shift
	code "$want" "$pellucid" "$@" --instance inst
}
check "an instance with three officers of whom two approve" make_instance flow.example/signer --officers 3 --approvals 2
start signer "$pellucid" signer --instance inst
start sequencer "$pellucid" log serve --instance inst
ready signer signer.ready
ready sequencer log.running
good "signer and sequencer run"
mv inst/keys away
echo "a document" >doc.txt
check "a command without any key states a document" run 0 statement document doc.txt --json
check "and it is published" grep -q '"state":"projected"' out
digest="sha256:$(sha256sum doc.txt | cut -d' ' -f1)"
check "withholding it wants officers" run 1 statement withhold "$digest" --reason legal-order
check "and says how many" grep -q "0 of 2 officers" err
check "so the payload is printed for them" run 0 statement withhold "$digest" --reason legal-order --payload-only
cp out payload
for n in 1 2 3; do
	"$pellucid" key approve "away/officer-$n.key" payload --passphrase-file away/passphrase >"approval.$n" 2>err
done
check "one approval is too few" run 1 statement withhold "$digest" --reason legal-order --payload payload --approvals approval.1
cat approval.1 approval.1 >twice
check "the same one twice is no second one" run 2 statement withhold "$digest" --reason legal-order --payload payload \
	--approvals twice
cat approval.1 approval.2 >both
check "approvals without their payload are refused" run 2 statement withhold "$digest" --reason security --approvals both
run 0 statement withhold "$digest" --reason security --payload-only && mv out other
check "two for another payload are none" run 1 statement withhold "$digest" --reason security --payload other --approvals both
check "two are enough" run 0 statement withhold "$digest" --reason legal-order --payload payload --approvals both
check "and everybody can count them" run 0 statement show 6 --json
check "in the entry" grep -q '"approvals":2' out
check "keys are not introduced without the root" run 3 key new builder-1 --role builder
mv away inst/keys
check "with the root key they are" run 0 key new builder-1 --role builder
check "and ended" run 0 key end builder-1 --reason retired
check "once" run 3 key end builder-1 --reason retired
check "keys are listed" run 0 key list
check "the root by the trust file, others since their entry" bash -c 'grep -q "^root .* from the trust file$" out && grep -q "^service .* since entry [0-9]*$" out'
same "all three officers" 3 "$(grep -c '^officer ' out)"
check "and what ended until when, and why" grep -q '^builder *builder-1 .* entries [0-9]* to [0-9]*, retired$' out
check "as JSON" run 0 key list --json
same "the same ones" "$("$pellucid" key list --instance inst | wc -l) retired" "$(python3 -c 'import json
keys = json.load(open("out"))["keys"]
print(len(keys), *(k["endReason"] for k in keys if k["holder"] == "builder-1"))')"
stop signer
check "without a signer a command with the passphrase signs for itself" run 0 statement document doc.txt --name again.txt
mv inst/keys away
check "and one without it is told what to do" run 3 statement document doc.txt --name third.txt
check "in words" grep -q "start the signer" err
mv away inst/keys
stop sequencer
check "without a sequencer a command logs by itself" run 0 statement document doc.txt --name fourth.txt
check "the doctor finds nothing bad" run 0 doctor
check "the tables are what the log says" run 0 fsck --rebuild --read-bodies
exit "$failed"
