#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 240
# A sender looks up his case by the secret, as a promise and then as a proof, and checks the file away from the page.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst

tips_register 'retain 0' 'field received time open' 'field words text sealed' >tips.register
now=$(date -u +%Y-%m-%dT00:00:00Z)
printf '%s\n' received,words "$now,CANARY-receipt" "$now,other" >tips.csv
make_instance log.example/receipts >/dev/null
"$pellucid" register add tips.register >/dev/null
"$pellucid" register enter tips tips.csv --promises secrets >/dev/null
secret=$(sed -n 's/^1 //p' secrets)

start web "$pellucid" web --listen 127.0.0.1:0 --rate 100000
ready web web.serving
u=http://127.0.0.1:${port[web]}
serves "the form" 200 'name="secret"' "$u/receipt"
serves "a case by its secret" 200 'Case 1' -d "secret=$secret" "$u/receipt"
check "promised and not proved yet" grep -q 'not in a published head yet' body
check "and kept by nobody" grep -qi '^cache-control: no-store' head
written=${secret:0:5}-${secret:5:5}+${secret:10}
serves "as people write it down" 200 'Case 1' -d "secret=${written,,}" "$u/receipt"
serves "nothing for another one" 404 'no case for this secret' -d "secret=${secret%?}$([[ $secret == *0 ]] && echo 1 || echo 0)" "$u/receipt"
serves "nothing for nonsense" 404 'no case for this secret' -d "secret=%3Cscript%3E" "$u/receipt"
serves "nothing for nothing" 404 'no case for this secret' -d "" "$u/receipt"
serves "no long form" 413 '' -d "secret=$(printf '%0600d' 1)" "$u/receipt"
serves "no secret in an address" 200 'name="secret"' "$u/receipt?secret=$secret"
check "and nothing is found by one" not grep -q 'Case 1' body
"$pellucid" register head tips >/dev/null
serves "after the next head it is proved" 200 'in the register' -d "secret=$secret" "$u/receipt"
serves "in German, too" 200 'steht im Register' -H 'Accept-Language: de' -d "secret=$secret" "$u/receipt"
serves "the file" 200 'filename="tips-1.receipt"' -d "secret=$secret" "$u/receipt/file"
cp body tips-1.receipt
answers "checks away from the page" 0 'proved' "$pellucid" register check tips-1.receipt --trust inst/trust.policy
serves "no file for another secret" 404 '' -d "secret=01ARZ3NDEKTSV4RRFFQ69G5FAV" "$u/receipt/file"
stop web
check "the secret stands in no log line" not grep -q "$secret" web.log
check "nor what was sent" not grep -rq CANARY-receipt web.log body
exit "$failed"
