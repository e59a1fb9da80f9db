#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# `pellucid clock` as a privacy officer meets it: what is asked, what is answered, what is refused.
set -eu
pellucid=$PL_BUILD/src/cli/pellucid
failed=0

# answers WORDS CODE PATTERN ARGUMENTS...: the exit code, and a line that matches on either output
answers() {
  local words=$1 want=$2 pattern=$3 code=0
  shift 3
  "$pellucid" clock "$@" >"$PL_TMP/out" 2>&1 </dev/null || code=$?
  if [[ $code -eq $want ]] && grep -qE -- "$pattern" "$PL_TMP/out"; then
    echo "ok - $words"
  else
    echo "FAIL - $words: exit $code, not $want, or no \"$pattern\" in"
    cat "$PL_TMP/out"
    failed=1
  fi
}

answers "the list names every law" 0 '^GDPR-R +1 month \+ 2 months' list
answers "and what starts a clock" 0 'from when CRA-I2 was met' list
answers "as JSON" 0 '"code":"EPOC-PR".*"period":"60 days","extension":"30 days"' list --json
answers "a request at the end of January" 0 '^legal +2026-03-02T23:00:00Z +Monday 2026-03-02, 24:00:00 CET' \
  due GDPR-R 2026-01-31T10:00 --country DE
answers "says why" 0 'Saturday 2026-02-28, is no working day for Germany' due GDPR-R 2026-01-31T10:00 --country DE
answers "a time of day is that of the country" 0 '^start +2026-01-31T08:00:00Z .* 10:00:00 EET' due GDPR-R 2026-01-31T10:00 --country FI
answers "with seconds, too, and in UTC" 0 '"start":"2026-11-20T17:42:10Z".*"strict":"2026-11-23T17:42:10Z","legal":"2026-11-23T18:00:00Z"' \
  due CRA-V2 2026-11-20T17:42:10Z --json
answers "a holiday is named" 0 "Friday 2026-04-03 \(Good Friday\)" due CRA-V3 2026-03-20T10:00 --country DE
answers "two working days are promised" 0 'two working days must lie in it' due EPOC 2026-12-23T09:00
answers "a forecast is called one" 0 'holidays after 2026 are a forecast' due EPOC 2026-12-23T09:00 --country AT
answers "told in time it is longer" 0 '^strict +2026-04-28T08:00:00Z' due GDPR-R 2026-01-31T10:00 --country DE --extended
answers "it stands still" 0 'strictly 4 whole days, legally 5 dates' \
  due GDPR-R 2026-01-15T10:00 --country DE --pause 2026-02-03T10:00..2026-02-08T09:00
answers "twice" 0 'strictly 5 whole days, legally 6 dates' \
  due GDPR-R 2026-01-15T10:00 --country DE --pause 2026-02-03T10:00..2026-02-08T09:00,2026-02-09T10:00..2026-02-10T10:00
answers "a promise of one's own" 0 '^strict +2026-04-16T07:00:00Z' due CVD-2 2026-03-02T10:00 --country FI --period 45d
answers "something is kept until" 0 'keep until this' due EPOC-PR 2026-09-01T10:00
answers "holidays" 0 '^2026-05-14  Thursday   Ascension Day' holidays AT 2026
answers "a day in place" 0 '^2026-05-25 .*\(day in place\)' holidays BG 2026
answers "with their law" 0 'Arbeitsruhegesetz' holidays AT 2026
answers "as JSON" 0 '"year":2025,"country":"EU".*"date":"2025-04-17","name":"Maundy Thursday"' holidays EU 2025 --json

answers "no such clock" 2 'clock list' due GDPR-X 2026-01-31T10:00
answers "no such country" 2 'no calendar "EL"' due GDPR-R 2026-01-31T10:00 --country EL
for moment in 2026-02-30T10:00 2026-01-31 2026-01-31T25:00 "2026-01-31 10:00" 1990-01-31T10:00 tomorrow; do
  answers "\"$moment\" is no moment" 2 'is no moment' due GDPR-R "$moment"
done
answers "the law's period is not ours" 2 'period is that of the law' due GDPR-R 2026-01-31T10:00 --period 2m
answers "a period has a unit" 2 'is written' due CVD-1 2026-01-31T10:00 --period 45
answers "what cannot be extended" 2 'cannot be extended' due EPOC 2026-01-31T10:00 --extended
answers "what cannot be paused" 2 'cannot be paused' due EPOC 2026-01-31T10:00 --pause 2026-02-01T10:00..2026-02-02T10:00
answers "a pause before the start" 2 'behind the start' due GDPR-R 2026-01-31T10:00 --pause 2026-01-01T10:00..2026-02-02T10:00
answers "a pause that runs backwards" 2 'behind the start' due GDPR-R 2026-01-31T10:00 --pause 2026-02-03T10:00..2026-02-02T10:00
answers "half a pause" 2 'is no moment' due GDPR-R 2026-01-31T10:00 --pause 2026-02-03T10:00
answers "holidays that nobody knows" 2 '2024 to 2035' due EPOC 2035-12-30T10:00
answers "but hours need none" 0 '^strict +2036-01-02T09:00:00Z' due GDPR-B 2035-12-30T10:00
answers "nor a year before" 2 'known of 2024 to 2035' holidays AT 2023
exit "$failed"
