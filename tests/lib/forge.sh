# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034,SC2154 # read by the stories; set by steps.sh
# Sourced after steps.sh and instance.sh by stories in which an insider changes the register "requests" (demo/requests.register, requests-2021-h2.csv) in the
# database: the four ways of the acceptance. requests-2021-H2.openings must have been taken before.
#
#   forge_begin       remember what is there
#   forge NAME        edit, delete, swap or rehash; forge_says[NAME] is what each verifier answers, as a pattern
#   forge_undo        put it back
declare -A forge_says=(
	[edit]='case 41, revision 0'
	[delete]='case 61, revision 0 .*the next new number is 60'
	[swap]='case 71, revision 0 .*the next new number is 70'
	[rehash]='case 80, revision 0'
)
forges=(edit delete swap rehash)

forge_begin() { sql 'CREATE TABLE saved AS SELECT * FROM register_leaf'; }
forge_undo() {
	sql 'DELETE FROM register_leaf'
	sql 'INSERT INTO register_leaf SELECT * FROM saved'
}
forge_values() { sql "SELECT hex(open_values) FROM register_leaf WHERE register = 'requests' AND number = $1" | tr 'A-F' 'a-f'; }

# Case 41 gets what case 6 says.
forge_edit() { sql "UPDATE register_leaf SET open_values = x'$(forge_values 6)' WHERE register = 'requests' AND number = 41"; }
forge_delete() { sql "DELETE FROM register_leaf WHERE register = 'requests' AND number = 60"; }
forge_swap() {
	sql "UPDATE register_leaf SET number = 1000 WHERE register = 'requests' AND number = 70"
	sql "UPDATE register_leaf SET number = 70 WHERE register = 'requests' AND number = 71"
	sql "INSERT INTO register_case SELECT register, 1000, revision, kind, leaf, entered, open_seed, slot FROM register_case WHERE register = 'requests' AND number = 70"
	sql "UPDATE register_leaf SET number = 71 WHERE register = 'requests' AND number = 1000"
	sql "DELETE FROM register_case WHERE register = 'requests' AND number = 1000"
}
# Case 80 becomes one about user data, with a commitment and a leaf that fit; the leaf's hash is in forged_leaf.
forge_rehash() {
	local seed private update
	seed=$(awk '$1 == "row" && $2 == 80 { print $7 }' requests-2021-H2.openings)
	private=$(awk '$1 == "row" && $2 == 80 { print "\"" $(NF - 1) "\",\"" $NF "\"" }' requests-2021-H2.openings)
	cat >row.json <<-JSON
		{"number": 80, "revision": 0, "previous": "$(printf '0%.0s' {1..64})", "seed": "$seed", "private": [$private],
		 "values": {"received-half-year": "2021-07-01T00:00:00Z", "channel": "not-stated", "country": "c-08", "authority": "not-stated",
		  "instrument": "not-stated", "category": "user-data", "emergency": "not-stated", "gag": "not-stated", "decision": "rejected",
		  "reason": "not-held-or-no-legal-basis", "user-told": "not-stated", "challenged": "not-stated",
		  "entered": "$(date -u +%F)T00:00:00Z", "late": "false"}}
	JSON
	python3 "$PL_SRC/tests/lib/rehash.py" "$PL_SRC/demo/requests.register" "$origin" <row.json >update.json
	update=$(<update.json)
	forged_leaf=$(field "$update" leaf)
	sql "UPDATE register_leaf SET open_values = x'$(field "$update" values)', commitment = x'$(field "$update" commitment)', leaf = x'$forged_leaf' WHERE register = 'requests' AND number = 80"
}
forge() { "forge_$1"; }
