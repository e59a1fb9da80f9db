# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # set by run and lib.sh
# Sourced by the story: a synthetic group of companies, its duties, and the books of two of them, attested by each; audits.

# A second run finds everything; one that was broken off goes on.
state_group() {
  work entities "stating a holding and its 13 national companies" \
    "$PELLUCID" entity import "$ROOT/demo/entities.csv" --instance "$INSTANCE" &&
    work duties "stating who carries which duty" "$PELLUCID" duty import "$ROOT/demo/duties.csv" --instance "$INSTANCE"
}

open_books() {
  pi book list example-vendor-de >/dev/null 2>&1 ||
    { pi book open example-vendor-de --currency EUR && pi book open example-vendor-ch --currency CHF; } || return 1
  pi book account example-vendor-de Expenses:Data-Centres &&
    pi book account example-vendor-de Liabilities:Intercompany:Schweiz --about example-vendor-ch &&
    pi book account example-vendor-ch Assets:Intercompany:Deutschland --about example-vendor-de &&
    pi book account example-vendor-ch Income:Data-Centres && pi book import --before-register "$ROOT/demo/books.csv"
}

# attested COUNTRY, entered COUNTRY: has it been done?
attested() { pi book check "example-vendor-$1" 2>/dev/null | grep -q ' 1 attested'; }
entered() { pi book check "example-vendor-$1" 2>/dev/null | grep -vq ': 0 transactions'; }

attest_one() {
  local entity=example-vendor-$1
  pi book balance "$entity" 2025-H1 >/dev/null 2>&1 || pi book close "$entity" 2025-H1 || return 1
  [[ -f $INSTANCE/keys/$entity.key ]] || pi key new "$entity" --role entity || return 1
  pi book attest "$entity" 2025-H1
}

keep_books() {
  entered de || work books "entering transactions, a bounty and a pair between two companies among them" open_books || return 1
  attested ch || work attest-ch "the Swiss company attests its half-year" attest_one ch || return 1
  attested de || work attest-de "the German one, too" attest_one de
}

duties_checked() {
  pi duty list --at 2026-11-28 >"$LOGS/duties.list" 2>/dev/null
  [[ $? -eq 1 ]] && grep -q 'example-vendor-es .*headquarters-only' "$LOGS/duties.list"
}

books_checked() { [[ $(pi book check | grep -c ' 1 attested: as they were written$') -eq 2 ]]; }

# One company's key under the other one's name.
attested_by_another() {
  refused 1 pi book attest example-vendor-ch 2025-H1 --key "$INSTANCE/keys/example-vendor-de.key" \
    --passphrase-file "$INSTANCE/keys/passphrase"
}

# audits: what others looked at, and for which days nobody did
audits_checked() {
  pi audit list --at 2026-11-28 >"$LOGS/audits.list" 2>/dev/null &&
    grep -q '2022-02-01 to 2022-02-15 *uncovered' "$LOGS/audits.list" &&
    [[ $(pi audit show iso-27001-2022 | grep -c '^  added since iso-27001-2019') -eq 3 ]]
}

audits() {
  chapter "What others looked at: audits and certificates, and the days that nobody covers."
  work audits "stating eight audits of two standards" "$PELLUCID" audit import "$ROOT/demo/audits.csv" --instance "$INSTANCE" ||
    stop "The audits could not be stated."
  check audits-checked "the days between two certificates are shown, and how the scope grew" audits_checked
  grep ' uncovered' "$LOGS/audits.list" | sed 's/^/  /'
}

entities() {
  chapter "Who stands behind it: a synthetic group of companies, who carries what, and books of their own."
  state_group || stop "The group could not be stated."
  check duties-checked "a duty that only headquarters can carry is found" duties_checked
  grep '\[headquarters-only\]' "$LOGS/duties.list" | sed 's/^/    /'
  keep_books || stop "The books could not be kept."
  check books-checked "the books are as they were written, and each company attested its own" books_checked
  check books-refused "one company's key attests nothing for the other" attested_by_another
}
