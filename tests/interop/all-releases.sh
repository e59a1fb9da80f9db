#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Are these all releases? The program, the scripts of the page, and an implementation in Python that knows the documents alone, on every
# case of tests/unit/verify/releases_story.c: they must find the same, with the same numbers and the same root.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
here=$PL_SRC/tests/interop/releases
verify() { "$PL_BUILD/src/cli/pellucid-verify" "$@" --trust trust --json; }
# What the program says, as the others print it.
by_program() { # NAME
	verify --all-releases lantern --bundle "$1.bundle" 2>err | python3 -c '
import json, sys
r = json.load(sys.stdin)
head = r.get("head")
missing = ",".join(str(n) for g in r.get("missing", []) for n in range(g["first"], g["last"] + 1)) or "-"
if "finding" not in r:
    print("refused - - - -")
elif not head:
    print(r["finding"], "- - - -")
else:
    print(r["finding"], head["count"], len(r["later"]), missing, r.get("countedRoot", "sha256:-")[7:])'
}
# Which entries count, by what is printed of any file.
entries_that_count() { # NAME
	verify /dev/null --bundle "$1.bundle" | python3 -c '
import json, sys
for s in json.load(sys.stdin).get("statements", []):
    if s["counts"]:
        print(s["index"])' || true
}

"$PL_BUILD/tests/unit/verify/write_releases" . >cases
cases=0
while read -r name finding _; do
	cases=$((cases + 1))
	said=$(by_program "$name")
	same "$name: the program finds $finding" "${said%% *}" "$finding"
	same "$name: so does the page" "$(node "$here/browser.mjs" "$PL_SRC/pages" lantern "$name.bundle" trust)" "$said"
	[[ $finding != refused ]] || continue
	entries_that_count "$name" >counting
	check "$name: something counts" test -s counting
	same "$name: so does the other implementation" "$(python3 "$here/recount.py" lantern "$name.bundle" counting)" "$said"
done <cases
check "there were cases ($cases)" test "$cases" -gt 20
exit "$failed"
