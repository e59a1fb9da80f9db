#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Manifest and archive of a commit, made a second time by another program from docs/formats/snapshot.md and plain git.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/hello.sh
. "$PL_SRC/tests/lib/hello.sh"
here=$PL_SRC/tests/interop
repo=$PL_TMP/repo
long=$(printf 'n%.0s' $(seq 120))
mkdir -p "$repo/sub/$long/$long" "$repo/crlf"
printf 'int x;\n' >"$repo/sub.c"
printf '#!/bin/sh\n' >"$repo/sub/run.sh"
chmod +x "$repo/sub/run.sh"
printf 'deep' >"$repo/sub/$long/$long/file"
printf 'prefix' >"$repo/sub/$long/file"
printf 'unsplit' >"$repo/$long"
printf 'a\r\nb\r\n' >"$repo/crlf/text.txt"
printf '* text eol=lf export-subst\nsecret export-ignore\n' >"$repo/.gitattributes"
# shellcheck disable=SC2016 # git would expand it, and must not
printf '$Format:%%H$' >"$repo/secret"
printf '' >"$repo/empty"
printf 'x' >"$repo/$(printf 'tab\there \\ and \374')"
ln -s "$long$long" "$repo/long-link"
ln -s ../../etc/passwd "$repo/out-link"
head -c 3000000 /dev/urandom >"$repo/big.bin"
git_in "$repo" init -q
git_in "$repo" add -A
GIT_COMMITTER_DATE='1700000000 +0530' git_in "$repo" commit -q -m one
check "an instance is made" "$pellucid" init "$PL_TMP/instance" --origin log.example/snapshot --purpose test --quorum 0
check "a product" "$pellucid" product add thing --instance "$PL_TMP/instance"
"$pellucid" release snapshot thing --repo "$repo" --instance "$PL_TMP/instance" --json >"$PL_TMP/snapshot.json"
check "the second program makes the same manifest and the same archive" python3 "$here/snapshot/snapshot.py" "$repo" \
	"$PL_TMP/snapshot.json"
# shellcheck disable=SC2016 # expanded by the inner shell
check "git gc and another clone change nothing" sh -c 'cd "$1" && git -c safe.directory=* clone -q --bare repo clone.git &&
	git -C clone.git gc -q && "$2" release snapshot thing --repo clone.git --instance instance --json >again.json &&
	python3 "$3" clone.git again.json' sh "$PL_TMP" "$pellucid" "$here/snapshot/snapshot.py"
check "a changed byte is noticed" code 1 python3 "$here/snapshot/snapshot.py" "$repo" "$PL_TMP/snapshot.json" --spoil
exit "$failed"
