#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 600
# Parties of a report of a flaw read what they see of it by themselves: each by a secret of its own, what its role sees and nothing else, following the case;
# nothing of it stands anywhere in the clear, and it ends with a new secret, with the part, and with the case.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/flaws.sh
. "$PL_SRC/tests/lib/flaws.sh"
# shellcheck source=tests/lib/canary.sh
. "$PL_SRC/tests/lib/canary.sh"
make_desk
canary_begin
set_conf web intake yes
set_conf vault per-hour 100000
set_conf vault per-hour-all 100000
make_flaws
check "people with each role" "$PL_BUILD/tests/unit/web/desk_tool" people inst
# shellcheck disable=SC2119 # its options are its own
start_desk
vuln() { "$pellucid" vuln "$@"; }
working() { "$pellucid" worker run --once >worker.log 2>&1; }
# look SECRET [FIELD=VALUE...]: what a party sees, in page
look() {
	local secret=$1 data=() one
	shift
	for one in "$@"; do data+=(--data-urlencode "$one"); done
	status=$(curl -sS -o page -D headers -w '%{http_code}' --data-urlencode "secret=$secret" "${data[@]}" "$desk/receipt")
}
shows() { look "$1" && [[ $status == 200 ]] && grep -q -e "$2" page; }
nothing() { look "$1" && [[ $status == 404 ]]; }

# ---- giving ----
answers "nobody has access who takes no part" 3 'no party library' vuln access 1 library
check "a supplier takes part" vuln party 1 supplier library 'Lerchensporn Library Ltd'
check "a coordinator" vuln party 1 coordinator cert 'Lerchensporn CERT'
check "an authority" vuln party 1 csirt authority 'Lerchensporn Authority'
answers "whoever has none cannot lose it" 3 'library has no access to case 1' vuln access 1 library --end
answers "the supplier gets a secret" 0 '^[0-9A-HJKMNP-TV-Z]\{26\}$' vuln access 1 library
library=$(cat out)
check "and its desk is told what to do with it" has 'Give this secret to library'
cert=$(field "$(vuln access 1 cert --json)" secret)

# ---- reading ----
check "the supplier reads what it must repair" shows "$library" "$flaw_summary-1"
check "as what it takes part" grep -q 'Lerchensporn Library Ltd, supplier' page
check "in the register's words" grep -q '<dt>Product</dt>\|<dt>Affected product' page
check "and not who found it" not grep -q Girlitzlocke page
check "it knows who coordinates" grep -q 'Lerchensporn CERT' page
check "and not who else takes part" not grep -q 'Lerchensporn Authority' page
check "nothing keeps the page" grep -qi '^cache-control:.*no-store' headers
check "the coordinator knows the finder" shows "$cert" Girlitzlocke
check "and everybody" grep -q 'Lerchensporn Authority' page
check "blanks, dashes and small letters are the same secret" shows " $(tr '[:upper:]' '[:lower:]' <<<"${cert:0:13}")-${cert:13} " Girlitzlocke
look "$library" lang=de
curl -sS -o page -H 'Accept-Language: de' --data-urlencode "secret=$library" "$desk/receipt"
check "also in German" grep -q 'Schwachstellenmeldung, an der Sie beteiligt sind' page
check "with the register's German words" grep -q '<dt>Schwere</dt>' page
check "for values as well" grep -q '<dd class="prose">neu</dd>' page
answers "what it sees is what the terminal shows of it" 0 '"party":"library"' vuln show 1 --as library
check "another secret shows nothing" nothing "$(tr 0-9 1-90 <<<"$library")"
check "nor does half of one" nothing "${library:0:13}"
check "nor none" nothing ""

# ---- following ----
check "a step is taken" vuln state 1 triaged
check "the worker looks" working
check "the supplier sees it" shows "$library" 'State: .*[Tt]riaged'
check "once is enough" bash -c '"$0" worker run --once 2>&1 | grep -q "worker.views"; [[ $? == 1 ]]' "$pellucid"
check "a field is changed by the desk" vuln rate 1 --cve CVE-2026-4321
check "and is seen" bash -c '"$0" worker run --once >worker.log 2>&1' "$pellucid"
check "by its parties" shows "$library" CVE-2026-4321
check "the worker said that it was done" grep -q 'evt=worker.views register=vulnerabilities cases=1' worker.log

# ---- writing ----
say() { status=$(curl -sS -o page -w '%{http_code}' --data-urlencode "secret=$1" --data-urlencode "message=$2" ${3:+--data-urlencode "once=$3"} "$desk/receipt/party"); }
once=$(look "$library" && sed -n 's/.*name="once" value="\([^"]*\)".*/\1/p' page)
say "$library" 'Erlenzeisig is repaired in 1.2.' "$once"
same "the supplier writes" 200 "$status"
say "$library" 'Erlenzeisig is repaired in 1.2.' "$once"
check "twice is once" grep -q 'came before' page
say "$library" ''
same "nothing is no message" 400 "$status"
say "$library" "$(printf '%017000d' 0)"
same "nor is too much" 400 "$status"
say "$(tr 0-9 1-90 <<<"$library")" x
same "nor one without a secret" 404 "$status"
answers "whoever works on it reads it, under its name" 0 '\[supplier library, Lerchensporn Library Ltd\]' "$pellucid" case show vulnerabilities 1 --private
check "once" test "$(grep -c 'repaired in 1.2' out)" = 1

# ---- the desk ----
keep_fresh=yes
post() { # WHO VERB FIELD=VALUE...
	local who=$1 verb=$2
	shift 2
	ask "$who" POST "/desk/case/vulnerabilities/1/$verb" "$@"
}
revision() { field "$(vuln show 1 --json)" revision; }
post auditor flaw/access "revision=$(revision)" party=authority what=give
same "an auditor gives nobody access" 403 "$status"
post desk flaw/access revision=0 party=authority what=give
same "nor does an older page" 409 "$status"
post desk flaw/access "revision=$(revision)" party=nobody what=give
same "nor to whom takes no part" 400 "$status"
sql "UPDATE session SET fresh_at = 1"
stale=yes
post desk flaw/access "revision=$(revision)" party=authority what=give
check "a login that is not fresh is asked again" grep -q 'onfirm that it is you' page
stale=
post desk flaw/access "revision=$(revision)" party=authority what=give
same "the desk gives one" 200 "$status"
authority=$(sed -n 's/.*<code class="secret">\([0-9A-Z]*\)<.*/\1/p' page)
check "that opens what it sees" shows "$authority" "$flaw_summary-1"
post auditor read
check "the case says who reads, and when" grep -q 'last opened' page
check "and not the secret" not grep -q "$authority" page
post desk flaw/access "revision=$(revision)" party=authority what=end
same "the desk ends it" 303 "$status"
check "then it opens nothing" nothing "$authority"

# ---- ending ----
answers "a new secret" 0 '' vuln access 1 library
newer=$(cat out)
check "ends the one before" nothing "$library"
check "and opens the same" shows "$newer" "$flaw_summary-1"
answers "it is ended" 0 'the access of library has ended' vuln access 1 library --end
check "and opens nothing" nothing "$newer"
answers "the coordinator leaves" 0 'revision' vuln leave 1 cert
check "the worker looks again" working
check "who left reads nothing more" nothing "$cert"
library=$(vuln access 1 library 2>/dev/null)
check "one more access" shows "$library" "$flaw_summary-1"

# ---- nothing in the clear ----
stop web
for word in "$flaw_summary-1" 'Lerchensporn Library' 'repaired in 1.2' "$library" "$newer" "$cert"; do check "\"$word\" stands nowhere in the clear" nowhere "$word"; done
check "the case is erased" "$pellucid" register erase vulnerabilities 1
# shellcheck disable=SC2119
start_desk
check "and opens for nobody" nothing "$library"
same "nothing of its views is left" 0 "$(sql "SELECT count(*) FROM work_access WHERE number = 1")"
check "the tables follow from the log" tables_fit
exit "$failed"
