#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Manifest and archive of a commit, made a second time by another program from docs/formats/snapshot.md and plain git.
set -eu
pellucid=$PL_BUILD/src/cli/pellucid
here=$(cd "$(dirname "$0")" && pwd)
failed=0
check() {
	what=$1
	shift
	if "$@" >"$PL_TMP/out" 2>&1; then
		echo "ok - $what"
	else
		echo "FAIL - $what"
		sed 's/^/    /' "$PL_TMP/out"
		failed=1
	fi
}
git_in() {
	git -c user.name=a -c user.email=a@b.invalid -c init.defaultBranch=main -c safe.directory='*' -C "$PL_TMP/repo" "$@"
}
long=$(printf 'n%.0s' $(seq 120))
mkdir -p "$PL_TMP/repo/sub/$long/$long" "$PL_TMP/repo/crlf"
printf 'int x;\n' >"$PL_TMP/repo/sub.c"
printf '#!/bin/sh\n' >"$PL_TMP/repo/sub/run.sh"
chmod +x "$PL_TMP/repo/sub/run.sh"
printf 'deep' >"$PL_TMP/repo/sub/$long/$long/file"
printf 'prefix' >"$PL_TMP/repo/sub/$long/file"
printf 'unsplit' >"$PL_TMP/repo/$long"
printf 'a\r\nb\r\n' >"$PL_TMP/repo/crlf/text.txt"
printf '* text eol=lf export-subst\nsecret export-ignore\n' >"$PL_TMP/repo/.gitattributes"
# shellcheck disable=SC2016 # git would expand it, and must not
printf '$Format:%%H$' >"$PL_TMP/repo/secret"
printf '' >"$PL_TMP/repo/empty"
printf 'x' >"$PL_TMP/repo/$(printf 'tab\there \\ and \374')"
ln -s "$long$long" "$PL_TMP/repo/long-link"
ln -s ../../etc/passwd "$PL_TMP/repo/out-link"
head -c 3000000 /dev/urandom >"$PL_TMP/repo/big.bin"
git_in init -q
git_in add -A
GIT_COMMITTER_DATE='1700000000 +0530' git_in commit -q -m one
check "an instance is made" "$pellucid" init "$PL_TMP/instance" --origin log.example/snapshot --purpose test --quorum 0
check "a product" "$pellucid" product add thing --instance "$PL_TMP/instance"
"$pellucid" release snapshot thing --repo "$PL_TMP/repo" --instance "$PL_TMP/instance" --json >"$PL_TMP/snapshot.json"
check "the second program makes the same manifest and the same archive" python3 "$here/snapshot/snapshot.py" "$PL_TMP/repo" \
	"$PL_TMP/snapshot.json"
# shellcheck disable=SC2016 # expanded by the inner shell
check "git gc and another clone change nothing" sh -c 'cd "$1" && git -c safe.directory=* clone -q --bare repo clone.git &&
	git -C clone.git gc -q && "$2" release snapshot thing --repo clone.git --instance instance --json >again.json &&
	python3 "$3" clone.git again.json' sh "$PL_TMP" "$pellucid" "$here/snapshot/snapshot.py"
if python3 "$here/snapshot/snapshot.py" "$PL_TMP/repo" "$PL_TMP/snapshot.json" --spoil >"$PL_TMP/out" 2>&1; then
	echo "FAIL - a changed byte is noticed"
	failed=1
else
	echo "ok - a changed byte is noticed"
fi
exit $failed
