#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# `pellucid verify` and `pellucid-verify` on the files of a small release: what is said, and with which exit code.
# shellcheck disable=SC2317 # the functions are called through check
set -eu
work=${PL_TMP:?}
failed=0

check() { # check WORDS COMMAND...
	local words=$1
	shift
	if "$@" >"$work/out" 2>&1; then
		printf 'ok - %s\n' "$words"
	else
		printf 'FAIL - %s\n' "$words"
		head -n 20 "$work/out" "$work/said" "$work/err"
		failed=1
	fi
}
both() { # both CODE PATTERN ARGUMENTS...: both programs answer CODE and print PATTERN
	local code=$1 pattern=$2 program got
	shift 2
	for program in "$PL_BUILD/src/cli/pellucid verify" "$PL_BUILD/src/verify/pellucid-verify"; do
		got=0
		# shellcheck disable=SC2086 # program and verb
		(cd "$work" && $program "$@") >"$work/said" 2>"$work/err" </dev/null || got=$?
		[ "$got" = "$code" ] || { echo "$program: exit $got, not $code"; return 1; }
		cat "$work/said" "$work/err" | grep -q "$pattern" || { echo "$program: no \"$pattern\""; return 1; }
	done
}
silent() { [ ! -s "$work/$1" ]; }
same() { (cd "$work" && "$PL_BUILD/src/verify/pellucid-verify" "$@" --json) | cmp - "$work/first"; }

"$PL_BUILD/tests/unit/verify/write_story" "$work"
ok=(lantern --bundle bundle --trust trust)
check 'a release is proved' both 0 '^PROVED  lantern belongs to release 1.2.0 of lantern' "${ok[@]}"
check 'nothing on standard error' silent err
check 'witnesses and their times are named' both 0 'w2.example at 2023-11-14T22:13:21Z' "${ok[@]}"
check 'what is not proved is said' both 0 'Not proved' "${ok[@]}"
check 'in JSON too' both 0 '"result":"proved".*"notProved":' "${ok[@]}" --json
cp "$work/said" "$work/first"
check 'the same input gives the same bytes' same "${ok[@]}"
check 'the JSON is JSON' python3 -m json.tool "$work/first"
check 'without witnesses it says so' both 0 'NOT WITNESSED' lantern --bundle bundle --trust trust-none
check 'JSON says not witnessed' both 0 '"witnessed":false,"quorumNone":true' lantern --bundle bundle --trust trust-none --json
check 'a wanted kind is found' both 0 '^PROVED' "${ok[@]}" --statement release
check 'another kind is not' both 1 '^REFUSED' "${ok[@]}" --statement source-snapshot

printf 'lantern 1.2.1' >"$work/changed"
check 'a flipped byte is refused' both 1 '^REFUSED  changed: no statement' changed --bundle bundle --trust trust
check 'and what was expected is shown' grep -q 'expected  0b9cf07244600b1f' "$work/said"
grep -v '^. w2' "$work/bundle" >"$work/bundle-1"
check 'a dropped cosignature is refused' both 1 'too few for the quorum' lantern --bundle bundle-1 --trust trust
check 'JSON gives the reason' both 1 '"reason":"quorum"' lantern --bundle bundle-1 --trust trust --json
awk 'prev == "index 10" { sub(/^./, /^A/ ? "B" : "A") } { prev = $0; print }' "$work/bundle" >"$work/bundle-2"
check 'an altered proof is refused' both 1 'its path leads elsewhere' lantern --bundle bundle-2 --trust trust
head -c 5000 "$work/bundle" >"$work/bundle-3"
check 'a cut bundle is refused' both 1 '^REFUSED' lantern --bundle bundle-3 --trust trust
check 'the trust file is no bundle' both 1 'not a proof bundle' lantern --bundle trust --trust trust

check 'no arguments' both 2 'usage'
check 'no trust file given' both 2 'usage' lantern --bundle bundle
check 'an unknown kind' both 2 'not a kind of statement' "${ok[@]}" --statement nonsense
grep -v '^#pellucid' "$work/trust" >"$work/policy"
check 'a plain policy' both 2 'plain log policy' lantern --bundle bundle --trust policy
sed 's/^quorum .*/quorum nobody/' "$work/trust" >"$work/trust-bad"
check 'a broken trust file, with its line' both 2 'line 13' lantern --bundle bundle --trust trust-bad
check 'a missing file' both 3 'nowhere: not found' nowhere --bundle bundle --trust trust
check 'a missing bundle' both 3 'nowhere: not found' lantern --bundle nowhere --trust trust
check 'a directory' both 3 'pellucid' . --bundle bundle --trust trust
exit "$failed"
