#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# "These are all releases": three releases of one product and one of another, and what an outsider finds with the bundle of all of them,
# whole, with one left out, swapped, altered or old. Then more of them than one bundle holds.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/hello.sh
. "$PL_SRC/tests/lib/hello.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
bundles() { python3 "$PL_SRC/tests/lib/bundles.py" "$@"; }
trust=inst/trust.policy
# both WHAT CODE WORDS ARGUMENTS...: both programs, without an instance, say the same.
both() {
	local what=$1 code=$2 words=$3
	shift 3
	answers "$what" "$code" "$words" env -u PELLUCID_INSTANCE "$pellucid" verify "$@"
	cp out first
	answers "$what (verify-only)" "$code" "$words" "$PL_BUILD/src/cli/pellucid-verify" "$@"
	check "$what: word for word" cmp out first
}
all() { # WHAT CODE WORDS BUNDLE ARGUMENTS...
	local what=$1 code=$2 words=$3 bundle=$4
	shift 4
	both "$what" "$code" "$words" --all-releases hello --bundle "$bundle" --trust "$trust" "$@"
}

# ---- three releases of hello, one of other ----

make_witness w
start_witness w
witness_lines w >witnesses
vkey=$(make_instance log.example/all --witnesses witnesses --quorum 1 2>err | tail -n 1)
check "an instance with a witness is made" test -n "$vkey"
each_witness add-log "$vkey" w
answers "without a product there is nothing to prove" 3 'no product "hello"' "$pellucid" product bundle hello
small_repository hello
small_recipe >recipe
release() { # PRODUCT VERSION WORDS: a commit, a build, a release
	printf '#include <stdio.h>\nint main(void) { puts("%s"); return 0; }\n' "$3" >hello/hello.c
	git_in hello commit -q -a -m "$3" 2>/dev/null || true
	check "the source of $1 $2" "$pellucid" release snapshot "$1" --repo hello
	check "is built" "$pellucid" release build "$1" --recipe recipe
	check "and released" "$pellucid" release publish "$1" "$2"
	check "its file is taken home" "$pellucid" release fetch "$1" "$2" hello --out "$1-$2"
}
check "a product" "$pellucid" product add hello
answers "of which nothing was released cannot be proved complete" 3 'nothing of "hello" was released' "$pellucid" product bundle hello
check "another product" "$pellucid" product add other
release hello 1.0 one
release hello 1.1 two
check "the bundle of the two is taken home" "$pellucid" product bundle hello --out two.bundle
release other 7.0 other
release hello 2.0 three
check "the bundle of the three is taken home" "$pellucid" product bundle hello --out all.bundle
check "and of the other product" "$pellucid" product bundle other --out other.bundle

# ---- what an outsider finds ----

all "three of three" 0 '^PROVED  hello: these are all its releases, 3 of 3, as of entry [0-9]*, 20' all.bundle
check "by whom it was seen" has 'quorum met: 1 of 1 witnesses'
check "and what is not shown" has 'that nothing was released since'
check "is not called unwitnessed" not has 'NOT WITNESSED'
all "in JSON" 0 '"result":"proved","finding":"complete"' all.bundle --json
check "the JSON is JSON" python3 -m json.tool out
all "files that belong to them" 0 'hello-1.1 belongs to release 1.1, number 2' all.bundle hello-1.0 hello-1.1 hello-2.0
mkdir -p files/deep
cp hello-1.0 files/one
cp hello-2.0 files/deep/three
all "a directory of such files" 0 'files/deep/three belongs to release 2.0, number 3' all.bundle files
cp other-7.0 files/deep/
all "a file of another product" 1 '^REFUSED  hello: .*of 3 files 1 belongs to none of them' all.bundle files
check "is named" has 'files/deep/other-7.0 belongs to none of these releases'
all "a file that cannot be read" 3 'nowhere' all.bundle nowhere
answers "a file on standard input" 0 'standard input belongs to release 2.0' \
	"$PL_BUILD/src/cli/pellucid-verify" --all-releases hello --bundle all.bundle --trust "$trust" - <hello-2.0
both "the same bundle proves a file, too" 0 '^PROVED  hello-1.0 belongs to release 1.0 of hello' hello-1.0 --bundle all.bundle --trust "$trust"

bundles drop-release 2 <all.bundle >without.bundle
all "one left out of the bundle" 1 '^REFUSED  hello: 2 of 3 releases: number 2 is missing' without.bundle
all "in JSON" 1 '"finding":"incomplete".*"missing":\[{"first":2,"last":2}\]' without.bundle --json
check "the program's own bundle of one release" "$pellucid" release bundle hello 2.0 --out one.bundle
all "is one of three" 1 '1 of 3 releases: numbers 1 to 2 are missing' one.bundle
# The other product's release in the place of the one left out; both stand in the log, under the same checkpoint.
check "all bundles of one moment share their checkpoint" test "$(bundles checkpoint <all.bundle)" = "$(bundles checkpoint <other.bundle)"
cat without.bundle other.bundle >swapped.bundle
all "another product's release in its place" 1 'number 2 is missing' swapped.bundle
check "is not counted" has '1 release of other products'
cat all.bundle other.bundle >both.bundle
all "both products in one file" 0 '3 of 3' both.bundle
both "and the other product" 0 '^PROVED  other: these are all its releases, 1 of 1' --all-releases other --bundle both.bundle --trust "$trust"
both "a product that is not in it" 1 'no list of its releases' --all-releases nothing --bundle all.bundle --trust "$trust"
bundles drop-kind product-head <all.bundle >headless.bundle
all "no list of releases" 1 '^REFUSED  hello: no list of its releases (product-head) that counts' headless.bundle
bundles edit-head <all.bundle >edited.bundle
all "a list whose count was altered" 1 'does not stand in the log' edited.bundle
cat two.bundle all.bundle >mixed.bundle
all "bundles of two moments in one file" 1 'its checkpoint is not that of the bundles before it' mixed.bundle
# An old list is what it is.
"$PL_BUILD/src/cli/pellucid-verify" --all-releases hello --bundle two.bundle --trust "$trust" --json >two.json
old=$(python3 -c 'import json; print(json.load(open("two.json"))["head"]["index"])')
all "an old list proves what it proved, as of its entry" 0 "these are all its releases, 2 of 2, as of entry $old, 20" two.bundle
# The newest list left out, its release not: the old list, under the present checkpoint.
bundles drop-kind product-head <all.bundle >headless.bundle
check "the old list is proved under the present checkpoint" sh -c "'$pellucid' log prove inst/log $old --policy $trust >old.proof"
cat headless.bundle old.proof >older.bundle
all "an old list with a release after it says both" 0 "2 of 2, as of entry $old, .*; 1 release after this head" older.bundle
check "and which" has 'number 3: 2.0, .*, after this head'

# ---- whom it is believed ----

sed 's/^quorum .*/quorum none/' "$trust" >alone
both "a trust file that asks for no witness" 0 'NOT WITNESSED: no witness is asked for (quorum none)' --all-releases hello --bundle all.bundle --trust alone
both "in JSON" 0 '"witnessed":false,"quorumNone":true' --all-releases hello --bundle all.bundle --trust alone --json
grep -v '^. witness.example' all.bundle >unseen.bundle
all "without the witness's line" 1 '^REFUSED  hello: .*too few for the quorum' unseen.bundle
all "in JSON" 1 '"reason":"quorum"' unseen.bundle --json
grep -v '^#pellucid' "$trust" >policy
both "a plain policy" 2 'plain log policy' --all-releases hello --bundle all.bundle --trust policy
both "what is no product's name" 2 'cannot be the name of a product' --all-releases 'Hello!' --bundle all.bundle --trust "$trust"
answers "a kind does not go with it" 2 'usage' "$pellucid" verify --all-releases hello --statement release --bundle all.bundle --trust "$trust"
answers "nor here" 2 'usage' "$PL_BUILD/src/cli/pellucid-verify" --all-releases hello --statement release --bundle all.bundle --trust "$trust"
answers "a file or a product is needed" 2 'one FILE is needed' "$pellucid" verify --bundle all.bundle --trust "$trust"
both "no bundle" 3 'nowhere: not found' --all-releases hello --bundle nowhere --trust "$trust"

# ---- more than one bundle holds ----

# What is in bundles is the same on both engine sets, and so many releases take a minute.
[[ $PL_ENGINES != scale || ${PL_LONG:-0} == 1 ]] || exit "$failed"
many=255
check "many more are released" sh -c 'for i in $(seq '"$many"'); do "$1" release publish hello "3.$i" >/dev/null || exit; done' sh "$pellucid"
check "the bundle of all is made" "$pellucid" product bundle hello --out many.bundle
same "it is two in one file" "$(grep -c '^. log.example/all' many.bundle)" 2
same "under one checkpoint" "$(bundles checkpoint <many.bundle | sort | uniq -c | sed -n 's/^ *\([0-9]*\) .*/\1/p' | sort -u)" 2
total=$((3 + many))
all "which proves all" 0 "these are all its releases, $total of $total" many.bundle hello-1.0
bundles drop-release "$total" <many.bundle >many.without
all "and not with the last left out" 1 "$((total - 1)) of $total releases: number $total is missing" many.without
bundles drop-release 1 <many.bundle >many.without
all "nor the first" 1 "number 1 is missing" many.without
exit "$failed"
