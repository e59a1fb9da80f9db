#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# alone: long
# timeout: 2400
# kill -9 of `pellucid log serve` and `pellucid signer` at random moments while four clients submit statements: each that was
# acknowledged is logged exactly once, and no two trees of one size are ever published.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/kills.sh
. "$PL_SRC/tests/lib/kills.sh"
kills=${PL_KILLS:-24}
[ "${PL_LONG:-0}" = 0 ] || kills=500 # on each engine set
trap 'stop_clients; stop_keepers' EXIT

check "an instance is made" make_instance fault.example/kills
# Clients that cannot open a key must ask the signer.
mkdir -p client/keys
sed -e "s|^directory = keys|directory = client-keys|; s|^directory = log|directory = $PWD/inst/log|" \
	-e "s|^trust = .*|trust = $PWD/inst/trust.policy|; s|^directory = run|directory = $PWD/inst/run|; s|^directory = client-keys|directory = keys|" \
	-e "s|^passphrase = .*|passphrase = $PWD/inst/keys/passphrase|" inst/pellucid.conf >client/pellucid.conf
keep signer "$pellucid" signer --instance inst
keep sequencer "$pellucid" log serve --instance inst
soon grep -q signer.ready signer.log
for i in 1 2 3 4; do client submit "c$i" client; done
"$tool" watch inst >>roots.acks 2>/dev/null &
clients+=($!)
check "clients get acknowledgements" soon test -s c4.acks
[ "$failed" = 0 ] || exit 1
for ((k = 0; k < kills; k++)); do
	sleep "0.$(printf '%03d' $((RANDOM % 700)))"
	if [ $((RANDOM % 4)) = 0 ]; then kill_kept signer; else kill_kept sequencer; fi
	# The lease of a killed one would last for seconds; what keeps two apart is the lock on the directory.
	"$tool" leases inst
done
soon_tenths=40 check "after $kills kills they still do" soon grows
verdict
exit "$failed"
