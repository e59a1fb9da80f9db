#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 300
# Repositories and builds that mean harm.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/hello.sh
. "$PL_SRC/tests/lib/hello.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
make_instance log.example/hostile --quorum 0 >out 2>&1
"$pellucid" product add evil >out 2>&1

# Odd but lawful: links that lead out, names with line breaks and control characters, all taken as text.
mkdir "$PL_TMP/odd"
ln -s /etc/passwd "$PL_TMP/odd/passwd"
ln -s ../../../../../../etc "$PL_TMP/odd/up"
printf x >"$PL_TMP/odd/$(printf 'line\nbreak\033[31m')"
printf 'int main(void) { return 0; }\n' >"$PL_TMP/odd/-rf"
git_in "$PL_TMP/odd" init -q
git_in "$PL_TMP/odd" add -A
git_in "$PL_TMP/odd" commit -q -m odd
answers "links that lead out and odd names are kept as text" 0 '4 files' "$pellucid" release snapshot evil --repo "$PL_TMP/odd"

recipe() {
	printf '[recipe]\nformat = pellucid-recipe-v1\nname = evil\ninner = /build/evil\nepoch = commit\n'
	printf '[limits]\ntime = %s\n[steps]\n%s\n[outputs]\nx = %s\n' "$1" "$2" "$3"
}
build() {
	recipe 60 "$2" "$3" >"$PL_TMP/recipe"
	answers "$1" "$4" "$5" "$pellucid" release build evil --recipe "$PL_TMP/recipe"
}
build "a link in the source does not become an output" 'run = true' passwd 3 'no regular file'
build "nor what lies behind a linked directory" 'run = true' up/passwd 3 'no regular file'
build "inside the sandbox the link leads to a made-up file" 'run = sh -c "cat passwd > x; grep -c . x"' x 0 'build record stated'
recipe 60 'run = python3 net.py' x >"$PL_TMP/recipe"
printf 'import socket\nsocket.create_connection(("198.51.100.1", 80), 3)\n' >"$PL_TMP/odd/net.py"
git_in "$PL_TMP/odd" add -A
git_in "$PL_TMP/odd" commit -q -m net
"$pellucid" release snapshot evil --repo "$PL_TMP/odd" >out 2>&1
answers "a build that asks the network fails" 3 'unreachable' "$pellucid" release build evil --recipe "$PL_TMP/recipe"
recipe 2 'run = sleep 100' x >"$PL_TMP/recipe"
answers "a build that takes too long is ended" 3 'longer than 2 s' "$pellucid" release build evil --recipe "$PL_TMP/recipe"
build "the sandbox is the only place to write" 'run = sh -c "echo x > /usr/x || echo x > /etc/x || echo x > /x || touch x"' x 0 \
	'build record stated'

# Trees that git itself would not write.
git_in "$PL_TMP/odd" checkout -q --detach
blob=$(printf x | git_in "$PL_TMP/odd" hash-object -w --stdin)
for name in '..' '.git' '../escape' 'a/b'; do
	tree=$(python3 -c 'import sys
sys.stdout.buffer.write(b"100644 " + sys.argv[1].encode() + b"\0" + bytes.fromhex(sys.argv[2]))' "$name" "$blob" |
		git_in "$PL_TMP/odd" hash-object -t tree --literally -w --stdin)
	id=$(git_in "$PL_TMP/odd" commit-tree -m x "$tree")
	answers "a tree with an entry \"$name\" is refused" 3 'unpacked safely' "$pellucid" release snapshot evil --repo "$PL_TMP/odd" \
		--rev "$id"
	check "and nothing lies beside" test ! -e "$PL_TMP/escape"
done
git_in "$PL_TMP/odd" update-index --add --cacheinfo "160000,0123456789012345678901234567890123456789,lib"
git_in "$PL_TMP/odd" commit -q -m sub
answers "a submodule is refused with words" 3 '"lib" is a submodule' "$pellucid" release snapshot evil --repo "$PL_TMP/odd"
exit "$failed"
