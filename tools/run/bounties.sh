# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # set by run and lib.sh
# Sourced by the story: what is paid for which flaw, how flaws are disclosed, and 53 rewards that were published once as a number.
BOUNTY_PERIOD=2018-01-01/2022-07-01
BOUNTIES=$TAKEN/bounties-${BOUNTY_PERIOD//\//_}

state_rewards() {
  work matrix "stating what is paid for which flaw" "$PELLUCID" bounty matrix "$ROOT/demo/rewards.matrix" --instance "$INSTANCE" &&
    work policy-en "and how flaws are disclosed" "$PELLUCID" vuln policy "$ROOT/demo/disclosure.en" --instance "$INSTANCE" &&
    work policy-de "the same in German" "$PELLUCID" vuln policy "$ROOT/demo/disclosure.de" --instance "$INSTANCE"
}

# A second run finds the report.
count_bounties() {
  pi report list bounties --json 2>/dev/null | grep -q "\"period\":\"$BOUNTY_PERIOD\"" && return 0
  work bounties "declaring the register of bounties" "$PELLUCID" register add "$ROOT/demo/bounties.register" --instance "$INSTANCE" &&
    work bounties-en "saying what its names mean" "$PELLUCID" register words "$ROOT/demo/bounties.words.en" --instance "$INSTANCE" &&
    work bounties-de "the same in German" "$PELLUCID" register words "$ROOT/demo/bounties.words.de" --instance "$INSTANCE" &&
    work awards "entering 53 awards" "$PELLUCID" register enter bounties "$ROOT/demo/bounties.csv" --instance "$INSTANCE" &&
    work bounties-head "signing the register's head" "$PELLUCID" register head bounties --instance "$INSTANCE" &&
    work bounties-report "counting, and stating the report" "$PELLUCID" report make bounties "$BOUNTY_PERIOD" --instance "$INSTANCE"
}

# What is recounted offline is what was claimed.
bounties_are() {
  pi report take bounties "$BOUNTY_PERIOD" --out "$TAKEN" >/dev/null &&
    "$PELLUCID" report verify "$BOUNTIES.openings" --bundle "$BOUNTIES.tlog-proof" --trust "$TAKEN/trust.policy" --json >"$LOGS/bounties.json" &&
    pi claim show 001-bounty-awards --json >"$LOGS/bounty-claim.json" &&
    pi claim show 001-bounty-critical --json >"$LOGS/critical-claim.json" &&
    python3 - "$LOGS/bounties.json" "$LOGS/bounty-claim.json" "$LOGS/critical-claim.json" <<'PY' | tee "$LOGS/bounties.line"
import json, sys
totals, awards, critical = (json.load(open(name)) for name in sys.argv[1:])
totals = totals["totals"]
ok = totals["awards"] == awards["value"] == 53 and totals["critical"] == 0 and critical["kind"] == "never"
print(f"{totals['awards']} bounties since March 2018, {totals['critical']} for a critical flaw" if ok else "another number")
PY
  grep -qx '53 bounties since March 2018, 0 for a critical flaw' "$LOGS/bounties.line"
}

bounties() {
  chapter "Rewards to finders: what is paid for which flaw, and 53 awards of \"Example Vendor\", reconstructed from a published total."
  state_rewards || stop "Rewards and disclosure could not be stated."
  count_bounties || stop "The register of bounties could not be filled. An instance of an older version: ./run --fresh begins anew."
  check bounty-numbers "the awards are recounted offline, and are as many as was claimed" bounties_are
  say "    ${BOLD}$(cat "$LOGS/bounties.line")${PLAIN}"
}
