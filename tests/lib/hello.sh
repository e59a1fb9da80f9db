# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # set by steps.sh and instance.sh
# Sourced after steps.sh: a small program "hello" that is released, and what is asked about its bodies.

# Git as nobody in particular, in directory $1.
git_in() {
	local dir=$1
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
	local hex=${1#sha256:}
	local rest=${hex#??}
	echo "${PL_TEST_BLOB#dir:}/sha256/${hex%"$rest"}/$rest"
}
# How to build it.
small_recipe() {
	printf '[recipe]\nformat = pellucid-recipe-v1\nname = hello\ninner = /build/hello\nepoch = commit\n'
	printf '[inputs]\npackage = gcc\n[steps]\nrun = gcc -O2 -o hello hello.c\n[outputs]\nhello = hello\n'
}
