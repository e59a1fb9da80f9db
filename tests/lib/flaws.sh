# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # set by steps.sh
# Sourced after steps.sh and desk.sh by stories about reports of flaws at the desk: the registers of vulnerabilities and bounties, the matrix of rewards and
# the books that pay, and five reports of sixty days ago in the instance of $PELLUCID_INSTANCE.
flaw_received=$(date -u -d '-60 days' +%Y-%m-%dT00:00:00Z)
flaw_summary=Zitronengirlitz
make_flaws() {
	local n
	check "the register of vulnerabilities" "$pellucid" register add "$PL_SRC/demo/vulnerabilities.register"
	for n in en de; do check "its words, $n" "$pellucid" register words "$PL_SRC/demo/vulnerabilities.words.$n"; done
	sed 's/^source imported/source intake/' "$PL_SRC/demo/bounties.register" >bounties.register
	check "that of bounties" "$pellucid" register add bounties.register
	check "what is paid" "$pellucid" bounty matrix "$PL_SRC/demo/rewards.matrix"
	check "a group of companies" "$pellucid" entity import "$PL_SRC/demo/entities.csv"
	check "one keeps books" "$pellucid" book open example-vendor-de --currency EUR
	cat >open.csv <<'T'
transaction,entity,day,kind,document,words,account,amount,currency
1,example-vendor-de,2025-01-02,opening,opening,Balance,Assets:Bank,90000.00,EUR
1,example-vendor-de,,,,,Equity:Opening,-90000.00,EUR
T
	check "with something in the bank" "$pellucid" book import open.csv
	{
		echo received,direction,product,severity,state,finder,bounty,component,summary,finder-name
		for n in 1 2 3 4; do echo "$flaw_received,inbound,endpoint,high,new,named,none,Erlenzeisig-$n,$flaw_summary-$n,Girlitzlocke"; done
		echo "$flaw_received,outbound,third-party,medium,new,own-staff,none,Erlenzeisig,$flaw_summary,"
	} >flaws.csv
	check "reports are entered" "$pellucid" register enter vulnerabilities flaws.csv
}
