#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# Journals of books in ledger, hledger and beancount: accepted as they are, refused when spoilt, and the same balances. Codes of
# countries and currencies against Debian's lists.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
PL_ENGINES=none
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/books.sh
. "$PL_SRC/tests/lib/books.sh"
export LC_ALL=C.UTF-8
demo=$PL_SRC/demo

# One program each, on the file $1.
in_ledger() { ledger --strict --pedantic -f "$1" balance; }
in_hledger() { hledger check --strict -f "$1"; }
# beancount forgives a balance that is off by one in the last digit unless it is told otherwise.
in_beancount() {
	{ echo 'option "inferred_tolerance_multiplier" "0.001"' && ledger2beancount "$1"; } >"$1.beancount" && bean-check "$1.beancount"
}
accepted() { # WHAT JOURNAL
	local program
	for program in ledger hledger beancount; do check "$program accepts $1" "in_$program" "$2"; done
}
refused() { # WHAT SED-PROGRAM PROGRAM...
	local what=$1 program
	sed "$2" de.journal >spoilt.journal
	check "$what: something is spoilt" not cmp -s de.journal spoilt.journal
	shift 2
	for program; do check "$program refuses $what" not "in_$program" spoilt.journal; done
}

check "an instance is made" make_instance log.example/books --quorum 0
check "the group is stated" entity import "$demo/entities.csv"
check "two companies have books" open_books
check "transactions are entered" book import --before-register "$demo/books.csv"
check "more accounts" book account example-vendor-de Assets:Elsewhere
cat >odd.csv <<'T'
transaction,entity,day,kind,document,words,account,amount,currency,price,paid
1,example-vendor-de,2025-07-02,plain,odd-1,Currencies without and with three decimals,Assets:Elsewhere,10007,JPY,61.23,EUR
1,example-vendor-de,,,,,Assets:Elsewhere,1.234,BHD,2.89,EUR
1,example-vendor-de,,,,,Assets:Bank,-64.12,EUR,,
2,example-vendor-de,2025-07-02,plain,odd-2,Ümläute und Zahlen 1: 2,Assets:Elsewhere,-10007,JPY,61.23,EUR
2,example-vendor-de,,,,,Assets:Bank,61.23,EUR,,
T
check "odd ones, too" book import odd.csv
check "and a mistake is taken back" book reverse example-vendor-de 3 --day 2025-07-03
check "a half-year is closed" book close example-vendor-de 2025-H1
book export example-vendor-de >de.journal
book export example-vendor-ch >ch.journal
book export example-vendor-de --until 2025-H1 >half.journal
accepted "the books of one company" de.journal
accepted "those of the other one" ch.journal
accepted "those of half a year" half.journal
check "the half-year stands at the front of it all" cmp <(sed '/^2025/,$!d' half.journal) <(sed '/^2025/,$!d' de.journal | head -n "$(sed '/^2025/,$!d' half.journal | wc -l)")

refused "a spoilt balance" 's/= 288447\.95 EUR/= 288447.96 EUR/' ledger hledger beancount
refused "another amount" 's/^    Assets:Bank    48120\.00 EUR/    Assets:Bank    48120.01 EUR/' ledger hledger beancount
refused "another price" 's/@@ 61\.23 EUR/@@ 61.24 EUR/' ledger hledger beancount
refused "two amounts changed so that they balance" 's/48120\.00 EUR/48121.00 EUR/' ledger hledger beancount
refused "an account that was not declared" 's/^    Income:Partner-Orders /    Income:Partners /' ledger hledger
refused "a currency that was not declared" '/^commodity USD/d' ledger hledger
refused "a tag that was not declared" '/^tag report/d' ledger

# The same balances elsewhere.
book balance example-vendor-de --json >ours.json
hledger -f de.journal balance --flat --no-total --no-elide --empty --layout=bare -O csv >theirs.csv
check "hledger computes the same balances" python3 - <<'P'
import csv, json
from decimal import Decimal
digits = {"JPY": 0, "BHD": 3}
ours = {(b["account"], b["currency"]): Decimal(b["amount"]).scaleb(-digits.get(b["currency"], 2)) for b in json.load(open("ours.json"))["balances"]}
theirs = {(r["account"], r["commodity"]): Decimal(r["balance"]) for r in csv.DictReader(open("theirs.csv")) if r["commodity"]}
keys = {k for k in ours if ours[k]} | {k for k in theirs if theirs[k]}
wrong = [(k, ours.get(k), theirs.get(k)) for k in keys if ours.get(k, 0) != theirs.get(k, 0)]
print(*wrong, sep="\n")
raise SystemExit(bool(wrong) or len(keys) < 5)
P

# Codes.
lists() { python3 -c 'import json, sys
for e in json.load(open("/usr/share/iso-codes/json/iso_" + sys.argv[1] + ".json"))[sys.argv[1]]: print(e[sys.argv[2]])' "$@" | LC_ALL=C sort; }
ours() { sed -n "/^static const char $1/,/;\$/p" "$PL_SRC/src/register/entity/codes.c" | grep -o '"[^"]*"' | tr -d '"' | tr ' ' '\n' | grep . | LC_ALL=C sort; }
same "countries are those of ISO 3166-1" "$(lists 3166-1 alpha_2 | xargs)" "$(ours countries | xargs)"
same "currencies are some of ISO 4217" "" "$(comm -13 <(lists 4217 alpha_3) <(ours 'money_[023]') | xargs)"
same "each stands once" "" "$(ours 'money_[023]' | uniq -d)"
exit "$failed"
