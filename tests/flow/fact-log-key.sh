#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# The log key of an instance: changed on schedule while it is served, broken off at every step and repeated, revoked after a
# theft, and lost. Two witnesses, both needed for the quorum.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
both_witnesses() { each_witness "$1" "$2" w1 w2; }
serve() {
	start serve "$pellucid" serve --listen 127.0.0.1:0 --instance inst
	soon grep -q log.running serve.log
	ready serve web.serving
	portal=http://127.0.0.1:${port[serve]}
}
unserve() {
	check "it was served to the end" kill "${pid[serve]}"
	ended serve || true
}
rotate() { "$pellucid" log rotate-key --instance inst "$@"; }
signed_by() { # how many lines are the log's
	[ "$(grep -c '^— flow.example/keyed ' inst/log/public/checkpoint)" = "$1" ]
}
accepts() { "$pellucid" log verify inst/log --policy "$1" >/dev/null 2>&1; }
bundle() { # file, indices...: heads, and the checkpoint once
	local to=$1 i
	shift
	: >"$to"
	for i in "$@"; do
		"$pellucid" log prove inst/log "$i" --policy inst/trust.policy >part || return 1
		sed '/^flow.example\/keyed$/,$d' part >>"$to"
	done
	cat inst/log/public/checkpoint >>"$to"
}
page() { curl -sS "$portal/$1" >page && grep -q "$2" page; }
doctor() { "$pellucid" doctor --instance inst >out 2>err; grep -q "$1" out; }
follow() { code "$1" "$pellucid" log follow "${3:-inst/log}" --once --json --state watch --policy "$2"; }

make_witness w1 w2
start_witness w1 w2
witness_lines w1 w2 >witnesses
old=$(make_instance flow.example/keyed --witnesses witnesses --quorum 2 2>err)
both_witnesses add-log "$old"
serve
check "an instance is served" document 0 first
cp inst/trust.policy only-old
check "a proof is taken along" bundle old.bundle 0 1 2 3
check "and it proves" code 0 "$pellucid" verify first.txt --bundle old.bundle --trust only-old
check "a monitor follows" follow 0 only-old
check "nothing is under way that could be ended" code 3 "$pellucid" log rotate-key --instance inst --finish
check "a key that is here is not lost" code 3 "$pellucid" log rotate-key --instance inst --reason lost
check "and no key was made for that" test ! -e inst/keys/log-next.key

echo "# on schedule, while it is served"
check "the change begins" code 0 "$pellucid" log rotate-key --instance inst --overlap-days 7
new=$(cat out)
check "the origin stays" test "${new%%+*}" = flow.example/keyed
check "both keys sign without a restart" signed_by 2
check "witnesses come first in what it says" has '1. Witnesses first'
check "and they do not know the new key yet" has 'w1 .*does not know the new key yet'
check "the statement names both" bash -c '"$0" statement show 4 --instance inst --raw | grep -o "payload\":\"[^\"]*" | cut -c11- | base64 -d | grep -q "\"new\":\"$2\",\"old\":\"$1\""' "$pellucid" "$old" "$new"
cp inst/trust.policy both
grep -v "^log .*$old" both >only-new || true
sed "s|^log $old\$|log $new|; t; /^log /d" both >only-new
check "the old trust file accepts" accepts only-old
check "the new one accepts" accepts only-new
check "and the one with both" accepts both
check "the portal shows that both sign" page keys 'Both sign until'
check "and hands out the trust file with both" bash -c 'curl -sS "$0/trust" | cmp - both' "$portal"
check "doctor says until when" doctor 'two keys sign checkpoints until'
check "repeating it changes nothing" code 0 "$pellucid" log rotate-key --instance inst --overlap-days 9
check "there is one new key" test "$(cat out)" = "$new"
check "and one statement" test "$("$pellucid" statement list --instance inst --type urn:pellucid:log-rotation/v1 --json | grep -o '"index"' | wc -l)" = 1
check "a monitor with the old trust file follows" follow 0 only-old
check "and names the new key" has "$new"
check "the overlap is not ended by mistake" code 3 "$pellucid" log rotate-key --instance inst --finish
check "nor before the witnesses take the new key" code 1 "$pellucid" log rotate-key --instance inst --finish --early
check "it says who does not" has 'w2 .*does not know the new key yet'
check "and nothing has ended" signed_by 2
"$pellucid" witness add-log w1 "$new"
check "one of two is not enough" code 1 "$pellucid" log rotate-key --instance inst --finish --early
check "and the first is heard" has 'w1 .*takes the new key'
"$pellucid" witness add-log w2 "$new"
size=$(published)
check "now the old key ends" code 0 "$pellucid" log rotate-key --instance inst --finish --early
check "the checkpoint was renewed" signed_by 1
check "at its size" test "$(published)" = "$size"
check "with its quorum" accepts inst/trust.policy
check "which the old trust file refuses" not accepts only-old
check "and names the new key alone" cmp only-new inst/trust.policy
check "the old private key is put aside" test -e "inst/keys/log-old-$(echo "$old" | cut -d+ -f2).key"
check "statements go on" document 0 second
check "the portal shows the key that has ended" page keys '>ended<'
check "and proves what the new key alone signed" bash -c 'curl -sS "$0/statement/5.tlog-proof" >p && [ "$(grep -c "^— flow.example/keyed " p)" = 1 ] && grep -q "^6\$" p' "$portal"
check "doctor asks to destroy the old private key" doctor 'ended private keys of the log are still here: 1'
check "the monitor with the old trust file does not alarm" follow 0 only-old
check "the old proof proves by the old trust file" code 0 "$pellucid" verify first.txt --bundle old.bundle --trust only-old
check "and by one that names both" code 0 "$pellucid" verify first.txt --bundle old.bundle --trust both
check "the new one alone refuses it" code 1 "$pellucid" verify first.txt --bundle old.bundle --trust inst/trust.policy
bundle new.bundle 0 1 2 3
check "and a fresh proof of the same entry proves" code 0 "$pellucid" verify first.txt --bundle new.bundle --trust inst/trust.policy
both_witnesses drop-key "$old"
check "witnesses that dropped the old key go on" document 0 third
unserve

echo "# broken off at every step, and repeated"
if command -v strace >/dev/null; then
	# Each run does one durable step more than the one before and is killed before the next one. strace counts by system call.
	break_off() { # name, options with blanks, then "call:n" for each step
		local name=$1 options=$2 step got n=0
		shift 2
		for step in "$@"; do
			got=0
			n=$((n + 1))
			# shellcheck disable=SC2086 # options are words
			timeout 100 strace -qq -o strace.log -e "trace=${step%:*}" -e "inject=${step%:*}:signal=SIGKILL:when=${step#*:}" \
				"$pellucid" log rotate-key --instance inst $options >out 2>err || got=$?
			check "the $name is broken off before step $n" test "$got" = 137
			made="$made $(sha256sum inst/keys/log-next.key 2>/dev/null | cut -c1-16)"
			check "and the log can be signed" document 0 "$name-$n"
		done
	}
	made=
	break_off beginning "--overlap-days 0" renameat2:1 renameat2:2 renameat:1
	check "and ended by itself" code 0 "$pellucid" log rotate-key --instance inst
	third=$(cat out)
	check "with one new key" test "$(echo "$made" | tr ' ' '\n' | sort -u | grep -c .)" -le 1
	check "and one more statement" test "$("$pellucid" statement list --instance inst --type urn:pellucid:log-rotation/v1 --json | grep -o '"index"' | wc -l)" = 2
	check "doctor warns that the overlap is over" doctor 'and the old key still signs'
	both_witnesses add-log "$third"
	break_off end "--finish --early" renameat:1 renameat:2 renameat:2 unlinkat:1
	check "the end goes on where it stopped" code 0 "$pellucid" log rotate-key --instance inst --finish
	check "and the third key alone signs" signed_by 1
	check "with the third key" grep -q "^log $third\$" inst/trust.policy
	check "nothing is left of the change" bash -c '! ls inst/keys | grep -q next'
	check "the key in its place" test "$(grep -c '^log ' inst/trust.policy)" = 1
else
	bad "strace is missing"
	third=$new
fi

echo "# theft"
cp inst/trust.policy before-theft
serve
check "without the witnesses the new key alone publishes nothing" code 3 "$pellucid" log rotate-key --instance inst --reason compromised --wait 5
check "it says what they are to do" has "witness drop-key DIR $third"
size=$(published)
check "what is stated meanwhile is stored" document 3 held 3
check "and nothing larger is published" test "$(published)" = "$size"
fourth=$(grep '^log ' inst/trust.policy | tail -1 | cut -d' ' -f2)
both_witnesses add-log "$fourth"
both_witnesses drop-key "$third"
check "with them it goes on" code 0 "$pellucid" log rotate-key --instance inst --reason compromised
check "signed by the new key alone" signed_by 1
check "it ends without waiting" code 0 "$pellucid" log rotate-key --instance inst --finish
check "the new trust file accepts" accepts inst/trust.policy
check "one from before the theft refuses the new key" not accepts before-theft
check "what was stored is published" soon bash -c '"$0" statement list --instance inst | grep -q held.txt' "$pellucid"
check "a monitor that trusts the stolen key alarms" follow 1 before-theft
check "about a signature" has '"alarm":"signature"'
unserve
# The thief signs a tree of his own with the stolen key.
"$pellucid" log init thief --origin flow.example/keyed >/dev/null 2>&1
cp "inst/keys/log-old-$(echo "$third" | cut -d+ -f2).key" thief/private/key
cp inst/keys/passphrase thief/private/key.pass
echo "$third" >thief/private/vkey
seq 1 100 | "$pellucid" log append thief --lines >/dev/null
check "the stolen key still signs" code 0 "$pellucid" log verify thief --vkey "$third"
check "and whoever has the new key refuses it" code 1 "$pellucid" log verify thief --vkey "$fourth"
check "by the new trust file, too" code 1 "$pellucid" log verify thief --policy inst/trust.policy
check "a monitor with the new trust file alarms" follow 1 inst/trust.policy thief
check "about a signature" has '"alarm":"signature"'
check "and does not about the log itself" follow 0 inst/trust.policy

echo "# loss"
rm inst/keys/log.key
check "without its key nothing is published" document 3 keyless 3
check "a lost key is no scheduled change" code 3 "$pellucid" log rotate-key --instance inst
check "the log is held until the witnesses take the new key" code 3 "$pellucid" log rotate-key --instance inst --reason lost --wait 5
fifth=$(grep '^log ' inst/trust.policy | tail -1 | cut -d' ' -f2)
both_witnesses add-log "$fifth"
check "then the new key signs alone" code 0 "$pellucid" log rotate-key --instance inst --reason lost
check "it ends" code 0 "$pellucid" log rotate-key --instance inst --finish
check "what was stated without a key is published" soon bash -c '"$0" statement list --instance inst | grep -q keyless.txt' "$pellucid"
check "statements go on" document 0 last
check "the log is whole" code 0 "$pellucid" log fsck inst/log --vkey "$fifth"
check "and the tables are what it says" code 0 "$pellucid" fsck --rebuild --instance inst
check "four statements tell the story" test "$("$pellucid" statement list --instance inst --type urn:pellucid:log-rotation/v1 --json | grep -o '"index"' | wc -l)" = 4
exit "$failed"
