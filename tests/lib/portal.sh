# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # set by whoever sources this
# Sourced: an instance in $PELLUCID_INSTANCE with one product "hello" and its release 1.0, built twice. Needs $pellucid, $PL_TMP,
# $PL_TEST_DB, $PL_TEST_BLOB and a function "check WHAT COMMAND...".
mkdir "$PL_TMP/hello"
printf '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n' >"$PL_TMP/hello/hello.c"
git_here() {
	git -c user.name=a -c user.email=a@b.invalid -c init.defaultBranch=main -c safe.directory='*' -C "$PL_TMP/hello" "$@"
}
git_here init -q
git_here add -A
git_here commit -q -m first
printf '[recipe]\nformat = pellucid-recipe-v1\nname = hello\ninner = /build/hello\nepoch = commit\n' >"$PL_TMP/recipe"
printf '[inputs]\npackage = gcc\n[steps]\nrun = gcc -O2 -o hello hello.c\n[outputs]\nhello = hello\n' >>"$PL_TMP/recipe"
echo 'A <b>program</b> that greets & goes.' >"$PL_TMP/words"
check "an instance is made" "$pellucid" init "$PELLUCID_INSTANCE" --origin log.example/portal --purpose test --quorum 0 \
	--db "$PL_TEST_DB" --blob "$PL_TEST_BLOB"
check "the product is stated" "$pellucid" product add hello --description "$PL_TMP/words"
check "a snapshot is taken" "$pellucid" release snapshot hello --repo "$PL_TMP/hello"
check "it is built" "$pellucid" release build hello --recipe "$PL_TMP/recipe"
check "it is built again" "$pellucid" release rebuild hello
check "it is released" "$pellucid" release publish hello 1.0 --notes "$PL_TMP/words"
