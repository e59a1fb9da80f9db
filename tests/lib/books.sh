# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # set by steps.sh
# Sourced after steps.sh and instance.sh: the group of companies of demo/ with its duties and the books of two of them, in inst/.
export PELLUCID_INSTANCE=$PL_TMP/inst
entity() { "$pellucid" entity "$@"; }
duty() { "$pellucid" duty "$@"; }
book() { "$pellucid" book "$@"; }
# The books of the German and of the Swiss company, with what demo/books.csv posts to.
open_books() {
	book open example-vendor-de --currency EUR &&
		book open example-vendor-ch --currency CHF &&
		book account example-vendor-de Expenses:Data-Centres &&
		book account example-vendor-de Liabilities:Intercompany:Schweiz --about example-vendor-ch &&
		book account example-vendor-ch Assets:Intercompany:Deutschland --about example-vendor-de &&
		book account example-vendor-ch Income:Data-Centres
}
