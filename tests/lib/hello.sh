# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Sourced by flow stories: $failed, and functions that say what is checked. Needs $PL_TMP, $pellucid and, for body_of, $PELLUCID_INSTANCE.
# shellcheck disable=SC2154,SC2034
failed=0
good() {
	echo "ok - $1"
}
bad() {
	echo "FAIL - $1"
	failed=1
}
check() { # WHAT COMMAND...
	what=$1
	shift
	if "$@" >"$PL_TMP/out" 2>"$PL_TMP/err"; then
		good "$what"
	else
		bad "$what"
		sed 's/^/    /' "$PL_TMP/out" "$PL_TMP/err"
	fi
}
# The command must end with that exit code and say those words.
answers() { # WHAT CODE WORDS COMMAND...
	what=$1 code=$2 words=$3
	shift 3
	rc=0
	"$@" >"$PL_TMP/out.new" 2>"$PL_TMP/err.new" || rc=$?
	mv "$PL_TMP/out.new" "$PL_TMP/out"
	mv "$PL_TMP/err.new" "$PL_TMP/err"
	if [ "$rc" = "$code" ] && cat "$PL_TMP/out" "$PL_TMP/err" | grep -q -e "$words"; then
		good "$what"
	else
		bad "$what (exit code $rc, expected $code and \"$words\")"
		sed 's/^/    /' "$PL_TMP/out" "$PL_TMP/err"
	fi
}
same() { # WHAT ONE OTHER
	if [ "$2" = "$3" ]; then
		good "$1"
	else
		bad "$1 (\"$2\" is not \"$3\")"
	fi
}
field() { # JSON PATH
	python3 -c 'import json, sys
v = json.loads(sys.argv[1])
for name in sys.argv[2].split("."):
    v = v[int(name)] if isinstance(v, list) else v[name]
print(str(v).lower() if isinstance(v, bool) else v)' "$1" "$2"
}
# Git as nobody in particular, in directory $1.
git_in() {
	dir=$1
	shift
	git -c user.name=a -c user.email=a@b.invalid -c init.defaultBranch=main -c safe.directory='*' -C "$dir" "$@"
}
# A repository with one small C program.
small_repository() { # DIR
	mkdir "$1"
	printf '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n' >"$1/hello.c"
	git_in "$1" init -q
	git_in "$1" add -A
	git_in "$1" commit -q -m first
}
# Print a body that a statement names.
body_of() { # DIGEST
	"$pellucid" statement body "$1"
}
# Where the directory of blobs keeps one.
blob_path() { # DIGEST
	hex=${1#sha256:}
	rest=${hex#??}
	echo "${PL_TEST_BLOB#dir:}/sha256/${hex%"$rest"}/$rest"
}
# How to build it.
small_recipe() {
	printf '[recipe]\nformat = pellucid-recipe-v1\nname = hello\ninner = /build/hello\nepoch = commit\n'
	printf '[inputs]\npackage = gcc\n[steps]\nrun = gcc -O2 -o hello hello.c\n[outputs]\nhello = hello\n'
}
