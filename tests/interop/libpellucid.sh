#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# libpellucid as its users get it: the header alone, the symbols of the archive, the documented example program.
# shellcheck disable=SC2317 # the functions are called through check
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
lib=${PL_BUILD:?}/src/verify/libpellucid.a
work=${PL_TMP:?}
failed=0

check() { # check WORDS COMMAND...
	local words=$1
	shift
	if "$@" >"$work/out" 2>&1; then
		printf 'ok - %s\n' "$words"
	else
		printf 'FAIL - %s\n' "$words"
		head -n 20 "$work/out"
		failed=1
	fi
}

# Network, other processes, databases, files: nothing of that is the library's business.
forbidden='^(curl_|sqlite3|PQ|MHD_|git_|archive_|(v?fork|clone3?|execv|execl|posix_spawn|system|popen|dlopen)|(socket|connect|bind|listen|accept|send|sendto|recv|recvfrom|getaddrinfo|gethostbyname)|(f?open|openat|creat|unlink|rename|mkdir)(64|at)*)'
undefined() { nm -u "$1" | awk '{ sub(/@.*/, "", $2); print $2 }' | grep -v '^$' | sort -u; }
none_forbidden() { ! undefined "$1" | grep -E "$forbidden"; }
some_forbidden() { undefined "$1" | grep -qE "$forbidden"; }

for std in c99 c11 c17; do
	check "the header compiles alone as $std" \
		gcc "-std=$std" -pedantic -Wall -Wextra -Werror -I "$root/include" -fsyntax-only -x c - <<<'#include "pellucid/pellucid.h"'
done
for std in c++11 c++20; do
	check "the header compiles alone as $std" \
		g++ "-std=$std" -pedantic -Wall -Wextra -Werror -I "$root/include" -fsyntax-only -x c++ - <<<'#include "pellucid/pellucid.h"'
done

check 'no symbol of HTTP, database, process, socket or file' none_forbidden "$lib"
check 'the same look at the whole program finds some' some_forbidden "$PL_BUILD/src/cli/pellucid"
sed -n 's/^PELLUCID_API .*[ *]\(pellucid_[a-z0-9_]*\)(.*/\1/p' "$root/include/pellucid/pellucid.h" | sort -u >"$work/declared"
nm -g --defined-only "$lib" | awk 'NF == 3 { print $3 }' | sort -u >"$work/defined"
check 'exactly the declared functions are visible' diff "$work/declared" "$work/defined"

"$PL_BUILD/tests/unit/verify/write_story" "$work"
check 'the example compiles and links against the archive' \
	gcc -std=c11 -Wall -Wextra -Werror -I "$root/include" "$root/docs/examples/check-download.c" "$lib" \
	-lcrypto -lsodium -ljansson -lm -o "$work/check-download"
example() { "$work/check-download" "$@" >"$work/said"; }
check 'the example proves the file' example "$work/lantern" "$work/bundle" "$work/trust"
check 'and says so' grep -q '^PROVED  the file belongs to release 1.2.0 of lantern' "$work/said"
answers() { # answers CODE WORDS FILE BUNDLE TRUST
	local code=$1 words=$2 got=0
	shift 2
	example "$@" || got=$?
	[ "$got" = "$code" ] && grep -q "$words" "$work/said"
}
printf 'lantern 1.2.1' >"$work/changed"
check 'it refuses another file' answers 1 '^REFUSED' "$work/changed" "$work/bundle" "$work/trust"
grep -v '^. w2' "$work/bundle" >"$work/bundle-1"
check 'it refuses a bundle with one cosignature dropped' answers 1 'too few for the quorum' "$work/lantern" "$work/bundle-1" "$work/trust"
awk 'prev == "index 10" { sub(/^./, /^A/ ? "B" : "A") } { prev = $0; print }' "$work/bundle" >"$work/bundle-2"
check 'it refuses an altered proof' answers 1 'its path leads elsewhere' "$work/lantern" "$work/bundle-2" "$work/trust"
grep -v '^#pellucid' "$work/trust" >"$work/policy"
check 'it will not judge by a plain policy' answers 2 'plain log policy' "$work/lantern" "$work/bundle" "$work/policy"
exit "$failed"
