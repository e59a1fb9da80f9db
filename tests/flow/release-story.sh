#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# A small program from its commit to two releases, and one that cannot be built the same twice.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/hello.sh
. "$PL_SRC/tests/lib/hello.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst

mkdir "$PL_TMP/hello"
cat >"$PL_TMP/hello/hello.c" <<'C'
#include <stdio.h>
int main(void) { puts("hello, built " __DATE__ " " __TIME__); return 0; }
C
git_in "$PL_TMP/hello" init -q
git_in "$PL_TMP/hello" add -A
git_in "$PL_TMP/hello" commit -q -m first
commit=$(git_in "$PL_TMP/hello" rev-parse HEAD)
recipe() {
	printf '[recipe]\nformat = pellucid-recipe-v1\nname = hello\ninner = /build/hello\nepoch = commit\n'
	printf '[inputs]\npackage = gcc\n[steps]\n%s\n[outputs]\nhello = hello\n' "$1"
}
# gcc takes __DATE__ from SOURCE_DATE_EPOCH; a build that throws it away writes its own day into the program.
recipe 'run = gcc -O2 -o hello hello.c' >"$PL_TMP/good.recipe"
recipe 'run = env -u SOURCE_DATE_EPOCH gcc -O2 -o hello hello.c' >"$PL_TMP/clock.recipe"
# shellcheck disable=SC2016 # the shell inside the sandbox expands them
recipe 'run = sh -c "gcc -O2 -DHOST=$(hostname) -o hello hello.c && echo $HOME >> hello"' >"$PL_TMP/place.recipe"

check "an instance is made" make_instance log.example/story --quorum 0
answers "a snapshot without its product says what to do" 3 'pellucid product add hello' \
	"$pellucid" release snapshot hello --repo "$PL_TMP/hello"
check "the product is stated" "$pellucid" product add hello
answers "the product is found the second time" 0 'already there' "$pellucid" product add hello
check "the commit becomes a snapshot" "$pellucid" release snapshot hello --repo "$PL_TMP/hello"
echo dirty >>"$PL_TMP/hello/hello.c"
answers "changes that are not committed are left out, and it says so" 0 'not committed' \
	"$pellucid" release snapshot hello --repo "$PL_TMP/hello"
json=$("$pellucid" release snapshot hello --repo "$PL_TMP/hello" --json 2>/dev/null)
same "the same commit is the same snapshot" "$commit true true" \
	"$(field "$json" commit) $(field "$json" snapshot.reused) $(field "$json" dirty)"
answers "a recipe with a mistake is refused with its line" 2 'line 2' "$pellucid" release build hello --recipe - <<'R'
[recipe]
colour = red
R
check "it is built" "$pellucid" release build hello --recipe "$PL_TMP/good.recipe" --scratch /var/tmp
answers "and found the second time" 0 'already there' "$pellucid" release build hello --recipe "$PL_TMP/good.recipe"
answers "built again elsewhere it is identical" 0 'identical, bit for bit' "$pellucid" release rebuild hello
answers "and that is known the second time" 0 'already there: identical' "$pellucid" release rebuild hello
check "it is released" "$pellucid" release publish hello 1.0
answers "once" 0 'release already there: hello 1.0, number 1' "$pellucid" release publish hello 1.0

check "another recipe is another build" "$pellucid" release build hello --recipe "$PL_TMP/clock.recipe"
answers "a clock inside is found, with its section" 1 'sections: .rodata' "$pellucid" release rebuild hello
answers "and published as such" 0 'number 2' "$pellucid" release publish hello 1.1
check "a third recipe is a third build" "$pellucid" release build hello --recipe "$PL_TMP/place.recipe"
answers "a home directory inside is found" 1 'different' "$pellucid" release rebuild hello

json=$("$pellucid" release show hello 1.0 --json)
same "release 1.0 has one identical rebuild" "1 0" "$(field "$json" verdicts.identical) $(field "$json" verdicts.different)"
artefact=$(field "$json" artefacts.0.digest)
json=$("$pellucid" release show hello 1.1 --json)
same "release 1.1 has one that differs" "0 1" "$(field "$json" verdicts.identical) $(field "$json" verdicts.different)"
check "its artefact is another one" test "$(field "$json" artefacts.0.digest)" != "$artefact"
json=$("$pellucid" product show hello --json)
same "the head counts both releases" 2 "$(field "$json" head.count)"
json=$("$pellucid" release list hello --json)
same "the list has both, newest first" "1.1 1.0" "$(field "$json" releases.0.version) $(field "$json" releases.1.version)"
answers "a release that is not there" 3 'no release 9' "$pellucid" release show hello 9
check "fsck derives the same tables" "$pellucid" fsck

echo abc >"$PL_TMP/a"
echo abd >"$PL_TMP/b"
answers "two files are compared without an instance" 1 'first at offset 2' \
	env -u PELLUCID_INSTANCE "$pellucid" release compare "$PL_TMP/a" "$PL_TMP/b"
check "and the same file is identical" env -u PELLUCID_INSTANCE "$pellucid" release compare "$PL_TMP/a" "$PL_TMP/a"

# The database is lost, and with it the notes of what was stated. A version must not be stated twice for that.
entries() { field "$("$pellucid" log checkpoint "$PELLUCID_INSTANCE/log" --json)" size; }
database_lost
check "the database is made anew" "$pellucid" recover database --accept-that-nobody-witnesses
size=$(entries)
answers "a version that was released is refused" 2 'was released before' "$pellucid" release publish hello 1.1
same "and nothing is stated" "$size" "$(entries)"
check "a snapshot is stated anew" "$pellucid" release snapshot hello --repo "$PL_TMP/hello"
check "and built" "$pellucid" release build hello --recipe "$PL_TMP/good.recipe"
answers "still refused" 2 'was released before' "$pellucid" release publish hello 1.1
answers "the next version is released" 0 'number 3' "$pellucid" release publish hello 1.2
exit "$failed"
