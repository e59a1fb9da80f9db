#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# libpellucid as its users get it: the header alone, the symbols of the archive, the documented example program.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
lib=$PL_BUILD/src/verify/libpellucid.a

# Network, other processes, databases, files: nothing of that is the library's business.
forbidden='^(curl_|sqlite3|PQ|MHD_|git_|archive_|(v?fork|clone3?|execv|execl|posix_spawn|system|popen|dlopen)|(socket|connect|bind|listen|accept|send|sendto|recv|recvfrom|getaddrinfo|gethostbyname)|(f?open|openat|creat|unlink|rename|mkdir)(64|at)*)'
undefined() { nm -u "$1" | awk '{ sub(/@.*/, "", $2); print $2 }' | grep -v '^$' | sort -u; }
none_forbidden() { ! undefined "$1" | grep -E "$forbidden"; }
some_forbidden() { undefined "$1" | grep -qE "$forbidden"; }

for std in c99 c11 c17; do
	check "the header compiles alone as $std" \
		gcc "-std=$std" -pedantic -Wall -Wextra -Werror -I "$PL_SRC/include" -fsyntax-only -x c - <<<'#include "pellucid/pellucid.h"'
done
for std in c++11 c++20; do
	check "the header compiles alone as $std" \
		g++ "-std=$std" -pedantic -Wall -Wextra -Werror -I "$PL_SRC/include" -fsyntax-only -x c++ - <<<'#include "pellucid/pellucid.h"'
done

check 'no symbol of HTTP, database, process, socket or file' none_forbidden "$lib"
check 'the same look at the whole program finds some' some_forbidden "$PL_BUILD/src/cli/pellucid"
sed -n 's/^PELLUCID_API .*[ *]\(pellucid_[a-z0-9_]*\)(.*/\1/p' "$PL_SRC/include/pellucid/pellucid.h" | sort -u >declared
nm -g --defined-only "$lib" | awk 'NF == 3 { print $3 }' | sort -u >defined
check 'exactly the declared functions are visible' diff declared defined

"$PL_BUILD/tests/unit/verify/write_story" .
check 'the example compiles and links against the archive' \
	gcc -std=c11 -Wall -Wextra -Werror -I "$PL_SRC/include" "$PL_SRC/docs/examples/check-download.c" "$lib" \
	-lcrypto -lsodium -ljansson -lm -o check-download
check 'the example has no more than 30 lines' test "$(wc -l <"$PL_SRC/docs/examples/check-download.c")" -le 30
answers 'the example proves the file' 0 '^PROVED  the file belongs to release 1.2.0 of lantern' \
	./check-download lantern bundle trust
answers 'and that nobody witnesses, where the trust file asks for no witness' 0 'NOT WITNESSED' ./check-download lantern bundle trust-none
printf 'lantern 1.2.1' >changed
answers 'it refuses another file' 1 '^REFUSED' ./check-download changed bundle trust
grep -v '^. w2' bundle >bundle-1
answers 'it refuses a bundle with one cosignature dropped' 1 'too few for the quorum' ./check-download lantern bundle-1 trust
awk 'prev == "index 10" { sub(/^./, /^A/ ? "B" : "A") } { prev = $0; print }' bundle >bundle-2
answers 'it refuses an altered proof' 1 'its path leads elsewhere' ./check-download lantern bundle-2 trust
grep -v '^#pellucid' trust >policy
answers 'it will not judge by a plain policy' 2 'plain log policy' ./check-download lantern bundle policy

"$PL_BUILD/tests/unit/verify/write_releases" . >/dev/null
check 'the example of all releases compiles and links against the archive' \
	gcc -std=c11 -Wall -Wextra -Werror -I "$PL_SRC/include" "$PL_SRC/docs/examples/all-releases.c" "$lib" \
	-lcrypto -lsodium -ljansson -lm -o all-releases
check 'it has no more than 30 lines' test "$(wc -l <"$PL_SRC/docs/examples/all-releases.c")" -le 30
answers 'it finds them complete' 0 '^PROVED  lantern: these are all its releases, 3 of 3' ./all-releases lantern complete.bundle trust
answers 'also from several bundles in one file' 0 '3 of 3' ./all-releases lantern set.bundle trust
answers 'it misses one' 1 'number 2 is missing' ./all-releases lantern without-2.bundle trust
answers 'and refuses bundles that do not belong together' 1 'its checkpoint is not that' ./all-releases lantern two-checkpoints.bundle trust
answers 'it says that nobody witnesses, where the trust file asks for no witness' 0 'NOT WITNESSED' ./all-releases lantern complete.bundle trust-none
exit "$failed"
