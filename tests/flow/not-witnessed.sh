#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 600
# Whoever asks for no witness (`quorum none`) is told so by every command that judges something, in words and in JSON. Which commands these
# are is taken from the program's own help: one that is added is missed here until it says so, too.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/hello.sh
. "$PL_SRC/tests/lib/hello.sh"
# shellcheck source=tests/lib/portal.sh
. "$PL_SRC/tests/lib/portal.sh"
words='NOT WITNESSED: no witness is asked for (quorum none)' members='"witnessed":false,"quorumNone":true'
trust=inst/trust.policy runs=0
alone() { env -u PELLUCID_INSTANCE "$pellucid" "$@"; }
check "the trust file asks for no witness" grep -qx 'quorum none' "$trust"

# ---- something of everything to judge ----

check "a release is taken home" "$pellucid" release bundle hello 1.0 --out hello.bundle
"$pellucid" release fetch hello 1.0 hello --out hello.bin >/dev/null 2>&1
shown=$("$pellucid" release show hello 1.0 --json)
"$pellucid" statement body "$(field "$shown" archive)" --out source.tar
"$pellucid" statement body "$(field "$shown" recipe)" --out hello.recipe
head -c 40 /dev/urandom | base64 >there.pass
chmod 600 there.pass
check "somebody outside has a key" alone key make there.key --passphrase-file there.pass
now=$(date -u +%Y-%m-%dT00:00:00Z) period=$(date -u +%Y)-H$((10#$(date -u +%m) > 6 ? 2 : 1))
check "a register whose rows are shut" "$pellucid" register add "$PL_SRC/demo/persons.register"
{
	echo received,kind,regulation,channel,identity,decision,ground,extended,days,sender,words
	for i in 1 2 3; do echo "$now,copy,gdpr,portal,mailed-code,full,none,false,$i,person $i,text $i"; done
} >rows.csv
check "with cases" "$pellucid" register enter persons rows.csv --promises secrets
check "in a head" "$pellucid" register head persons
check "is reported" "$pellucid" report make persons "$period" --counted counted
check "its report is taken home" "$pellucid" report take persons "$period"
report=("persons-$period.openings" --bundle "persons-$period.tlog-proof" --trust "$trust")
check "a sender has a receipt" "$pellucid" register receipt persons 1 --out receipt
who=email=somebody@example.org
check "a case is somebody's" "$pellucid" person link persons 1 "$who"
check "who gets a copy" "$pellucid" person package "$who" --plain --out copy.zip
"$pellucid" log init log --origin log.example/none >vkey 2>/dev/null
printf '%s\n' a b c | "$pellucid" log append log --lines >/dev/null 2>&1
printf 'log %s\nquorum none\n' "$(<vkey)" >policy

check "all its releases are taken home" "$pellucid" product bundle hello --out all.bundle

# ---- every command, by its name in the table ----

# Each is called with what was asked for: --policy FILE or --vkey KEY, and --json.
declare -A judge=(
	[verify]="alone verify hello.bin --bundle hello.bundle --trust $trust"
	["verify --all-releases"]="alone verify --all-releases hello --bundle all.bundle --trust $trust"
	["report verify"]="alone report verify ${report[*]}"
	["report audit"]="alone report audit there.key ${report[*]} --auditor example-audit --words dice --count 2 --counted counted --passphrase-file there.pass"
	["register check"]="alone register check receipt --trust $trust --against persons-$period.tlog-proof"
	["person check"]="alone person check copy.zip --trust $trust"
	["release rebuild-files"]=rebuild
	["log checkpoint"]="alone log checkpoint log"
	["log prove"]="alone log prove log 1"
	["log consistency"]="alone log consistency log 1 3"
	["log verify"]="alone log verify log"
	["log fsck"]="alone log fsck log"
	["log repair"]="alone log repair log"
	["log export"]="alone log export log"
	["log follow"]=follow
)
# It is told whom to ask later, and judges nothing now.
declare -A judges_nothing=(["log init"]=1)
rebuild() {
	runs=$((runs + 1))
	alone release rebuild-files --bundle hello.bundle --trust "$trust" --source source.tar --recipe hello.recipe --key there.key \
		--passphrase-file there.pass --site there --out "rebuilt.$runs" hello.bin "$@"
}
follow() {
	runs=$((runs + 1))
	alone log follow log --once --state "followed.$runs" "$@"
}
# says_so NAME OPTIONS...: in words; and if it speaks JSON, there.
says_so() {
	local name=$1 command
	shift
	read -ra command <<<"${judge[$name]}"
	answers "$name${*:+ ${1}}" 0 "$words" "${command[@]}" "$@"
	grep -q '^  --json' <<<"$help" || return 0
	answers "$name${*:+ ${1}} --json" 0 '' "${command[@]}" "$@" --json
	# What export prints are entries, a line each: there it is said beside them.
	if [[ $name == 'log export' ]]; then
		check "says so beside the entries" grep -qF "$words" err
	else
		check "says so in its JSON" grep -qF "$members" out
	fi
}
asked=0
while read -r noun verb; do
	name=$noun${verb:+ $verb}
	# shellcheck disable=SC2086 # an empty verb is no argument
	help=$("$pellucid" $noun $verb --help)
	grep -qE '^  --(trust|bundle|against|policy|vkey) ' <<<"$help" || continue
	[[ -z ${judges_nothing[$name]:-} ]] || continue
	if [[ -z ${judge[$name]:-} ]]; then
		bad "pellucid $name takes whom to trust, and nobody asks here whether it says that no witness was asked for"
		continue
	fi
	asked=$((asked + 1))
	# What else a command can be asked.
	while read -r other; do
		other="$name $other"
		if [[ -z ${judge[$other]:-} ]]; then
			bad "pellucid $other takes whom to trust, and nobody asks here whether it says that no witness was asked for"
			continue
		fi
		asked=$((asked + 1))
		says_so "$other"
	done < <(grep -o '^  --all-[a-z-]*' <<<"$help" | tr -d ' ')
	if [[ $noun == log ]]; then
		says_so "$name" --policy policy
		! grep -q '^  --vkey' <<<"$help" || says_so "$name" --vkey "$(<vkey)"
	else
		says_so "$name"
	fi
done < <("$pellucid" --verbs)
same "every command that is listed here was found in the program's help" "$asked" "${#judge[@]}"
help='  --json'
judge[pellucid-verify]="$PL_BUILD/src/cli/pellucid-verify hello.bin --bundle hello.bundle --trust $trust"
says_so pellucid-verify
judge["pellucid-verify --all-releases"]="$PL_BUILD/src/cli/pellucid-verify --all-releases hello --bundle all.bundle --trust $trust"
says_so "pellucid-verify --all-releases"

# ---- and who has witnesses is not told that he has none ----

"$PL_BUILD/tests/unit/verify/write_story" .
answers "a file whose witnesses are there" 0 'quorum met' alone verify lantern --bundle bundle --trust trust
check "is not called so" not has 'NOT WITNESSED'
"$PL_BUILD/tests/unit/verify/write_releases" . >/dev/null
answers "nor is a list of releases" 0 'quorum met' alone verify --all-releases lantern --bundle complete.bundle --trust trust
check "called so" not has 'NOT WITNESSED'
answers "nor in JSON" 0 '"witnessed":true,"quorumNone":false' alone verify lantern --bundle bundle --trust trust --json
make_witness w
start_witness w
"$pellucid" log init seen --origin log.example/seen >vkey 2>/dev/null
each_witness add-log "$(<vkey)" w
printf 'log %s\n%s\ngroup all all w\nquorum all\n' "$(<vkey)" "$(witness_lines w)" >policy
cp policy seen/private/policy
printf 'a\n' | "$pellucid" log append seen --lines >/dev/null 2>err || bad "a log with a witness takes an entry"
for verb in checkpoint 'prove seen 0' verify fsck repair export "follow --once --state looked"; do
	read -ra command <<<"$verb"
	[[ ${command[1]:-} == seen ]] || command=("${command[0]}" seen "${command[@]:1}")
	answers "log ${command[0]} of a log with its witness" 0 '' alone log "${command[@]}" --policy policy
	check "does not call it so" not has 'NOT WITNESSED'
done
exit "$failed"
