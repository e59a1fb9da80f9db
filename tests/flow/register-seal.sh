#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# timeout: 600
# A gag from its order to the edition that counts what it hid: sealed until a day, told when that has come, opened by somebody, and the next edition of each
# report that left the case out, recounted by an outsider; the edition before still verifies.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/mail.sh
. "$PL_SRC/tests/lib/mail.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
register() { "$pellucid" register "$@"; }
report() { "$pellucid" report "$@"; }
today=$(date -u +%F) year=$(date -u +%Y)
period=$year-H$((($(date -u +%-m) + 5) / 6))
day() { date -u -d "$today + $1 days" +%F; }
# take DIR: the newest edition of the half-year
take() { mkdir "$1" && report take orders "$period" --out "$1"; }
verified() { report verify "$1/orders-$period.openings" --bundle "$1/orders-$period.tlog-proof" --trust inst/trust.policy; }
member() { python3 -c 'import json, sys; print(json.loads(sys.stdin.read())[sys.argv[1]])' "$1"; }

cat >decl <<'END'
pellucid-register v1
name orders
source intake
existence exact
opens rows
late-after 7
open-after 0
retain 24
field received time generalised month
field kind enum open court,police
field person text sealed
total cases count
total court count kind=court
END
check "an instance" make_instance log.example/orders
check "a mail server" mail_server
set_conf mail smtp "smtp://127.0.0.1:$mail_port"
set_conf mail from desk@pellucid.example
register add decl >/dev/null
printf 'received,kind,person\n%sT00:00:00Z,court,one\n%sT00:00:00Z,court,two\n%sT00:00:00Z,police,three\n' "$today" "$today" "$today" >cases.csv
check "three orders" register enter orders cases.csv

# ---- sealing ----
answers "an end that is over" 2 'today or later' register seal orders 2 --until "$(day -1)"
answers "or no day" 2 'YYYY-MM-DD' register seal orders 2 --until soon
answers "or too far away" 2 'hundred years' register seal orders 2 --until 2300-01-01
answers "a case that is not there" 3 'not there' register seal orders 9 --until "$today"
answers "it is sealed until a day" 0 "sealed until $(day 40)" register seal orders 2 --until "$(day 40)"
check "the same again changes nothing" register seal orders 2 --until "$(day 40)"
answers "without an end it is sealed already" 3 'is sealed already' register seal orders 2
answers "the file says it once" 0 "seal *- $(day 40)" "$pellucid" case show orders 2
same "and no more" 1 "$(grep -c '\bseal\b' out)"
register head orders >/dev/null
answers "the report leaves it out" 0 'edition 1' report make orders "$period"
take first
answers "which an outsider counts" 0 '^  cases *2' verified first
answers "nothing is renewed while it is sealed" 0 '' report renew orders
check "and it says so" grep -q 'no report of orders left out' err

# ---- the end ----
answers "nobody opens it before" 1 "sealed until $(day 40)" register unseal orders 2
check "and is told what to do" grep -q -- "--until $today" err
answers "the order was lifted early" 0 "sealed until $today" register seal orders 2 --until "$today"
check "nobody is to be told" "$pellucid" worker run --once
set_conf mail alarms duty@pellucid.example
check "somebody is" "$pellucid" worker run --once
check "and his mail is sent" "$pellucid" worker run --once
check "one" soon mails_are 1
read_mail 1
check "it says that the end has come" grep -q "^orders 2: its seal ended $today" mail.txt
check "and nothing of the case" bash -c '! grep -q "court\|two" mail.txt'
check "nobody is told twice" "$pellucid" worker run --once
check "of one end" mails_are 1
same "and nothing opened by itself" sealed "$(register show orders 2 --json | member state)"

# ---- opening, and the next edition ----
answers "it is opened" 0 'is open' register unseal orders 2
check "which says what comes next" grep -q 'pellucid report renew orders' err
answers "once" 3 'is open already' register unseal orders 2
answers "one command makes the next edition" 0 "^$period: edition 2, replaces edition 1: 1 case more" report renew orders
answers "once" 0 '' report renew orders
take second
answers "an outsider counts it" 0 '^  cases *3' verified second
answers "and the one before still holds" 0 '^  cases *2' verified first
answers "each with its own numbers" 1 '' report verify "first/orders-$period.openings" --bundle "second/orders-$period.tlog-proof" --trust inst/trust.policy

# ---- together with what came late, and only where something was left out ----
register seal orders 1 >/dev/null
report make orders "$period" >/dev/null
register enter orders cases.csv >/dev/null
register head orders >/dev/null
answers "what came since does not make an edition" 0 '' report renew orders
check "by itself" grep -q 'no report of orders left out' err
register unseal orders 1 >/dev/null 2>&1
report renew orders --json >renewed
same "it is said beside it" "4 3 1 3" "$(python3 -c 'import json; r = json.load(open("renewed")); print(r["edition"], r["replaces"], r["lifted"], r["later"])')"
answers "a register without reports has nothing" 3 '' report renew nothing

# ---- an erased case has no seal that ends ----
register seal orders 3 --until "$today" >/dev/null
register erase orders 3 >/dev/null
check "nobody is told of it" "$pellucid" worker run --once
check "by mail" mails_are 1
answers "nor is it opened" 3 '' register unseal orders 3
exit "$failed"
