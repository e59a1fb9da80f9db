#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# `pellucid verify` and `pellucid-verify` on the files of a small release: what is said, and with which exit code.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
both() { # both CODE PATTERN ARGUMENTS...: both programs answer CODE and print PATTERN
	local code=$1 pattern=$2 program got
	shift 2
	for program in "$pellucid verify" "$PL_BUILD/src/cli/pellucid-verify"; do
		got=0
		# shellcheck disable=SC2086 # program and verb
		$program "$@" >out 2>err </dev/null || got=$?
		[ "$got" = "$code" ] || { echo "$program: exit $got, not $code"; return 1; }
		has "$pattern" || { echo "$program: no \"$pattern\""; return 1; }
	done
}
again() { "$PL_BUILD/src/cli/pellucid-verify" "$@" --json | cmp - first; }

"$PL_BUILD/tests/unit/verify/write_story" .
ok=(lantern --bundle bundle --trust trust)
check 'a release is proved' both 0 '^PROVED  lantern belongs to release 1.2.0 of lantern' "${ok[@]}"
check 'nothing on standard error' test ! -s err
check 'witnesses and their times are named' both 0 'w2.example at 2023-11-14T22:13:21Z' "${ok[@]}"
check 'what is not proved is said' both 0 'Not proved' "${ok[@]}"
check 'in JSON too' both 0 '"result":"proved".*"notProved":' "${ok[@]}" --json
cp out first
check 'the same input gives the same bytes' again "${ok[@]}"
check 'the JSON is JSON' python3 -m json.tool first
check 'without witnesses it says so' both 0 'NOT WITNESSED' lantern --bundle bundle --trust trust-none
check 'JSON says not witnessed' both 0 '"witnessed":false,"quorumNone":true' lantern --bundle bundle --trust trust-none --json
check 'a wanted kind is found' both 0 '^PROVED' "${ok[@]}" --statement release
check 'another kind is not' both 1 '^REFUSED' "${ok[@]}" --statement source-snapshot

printf 'lantern 1.2.1' >changed
check 'a flipped byte is refused' both 1 '^REFUSED  changed: no statement' changed --bundle bundle --trust trust
check 'and what was expected is shown' grep -q 'expected  0b9cf07244600b1f' out
grep -v '^. w2' bundle >bundle-1
check 'a dropped cosignature is refused' both 1 'too few for the quorum' lantern --bundle bundle-1 --trust trust
check 'JSON gives the reason' both 1 '"reason":"quorum"' lantern --bundle bundle-1 --trust trust --json
awk 'prev == "index 10" { sub(/^./, /^A/ ? "B" : "A") } { prev = $0; print }' bundle >bundle-2
check 'an altered proof is refused' both 1 'its path leads elsewhere' lantern --bundle bundle-2 --trust trust
head -c 5000 bundle >bundle-3
check 'a cut bundle is refused' both 1 '^REFUSED' lantern --bundle bundle-3 --trust trust
check 'the trust file is no bundle' both 1 'not a proof bundle' lantern --bundle trust --trust trust

check 'no arguments' both 2 'usage'
check 'no trust file given' both 2 'usage' lantern --bundle bundle
check 'an unknown kind' both 2 'not a kind of statement' "${ok[@]}" --statement nonsense
grep -v '^#pellucid' trust >policy
check 'a plain policy' both 2 'plain log policy' lantern --bundle bundle --trust policy
sed 's/^quorum .*/quorum nobody/' trust >trust-bad
check 'a broken trust file, with its line' both 2 'line 13' lantern --bundle bundle --trust trust-bad
check 'a missing file' both 3 'nowhere: not found' nowhere --bundle bundle --trust trust
check 'a missing bundle' both 3 'nowhere: not found' lantern --bundle nowhere --trust trust
check 'a directory' both 3 'pellucid' . --bundle bundle --trust trust
exit "$failed"
