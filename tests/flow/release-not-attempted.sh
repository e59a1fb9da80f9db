#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# Rebuilds that come to no comparison are stated as such, with their reason and log; later ones of a site replace them.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/hello.sh
. "$PL_SRC/tests/lib/hello.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst

small_repository "$PL_TMP/hello"
recipe() {
	printf '[recipe]\nformat = pellucid-recipe-v1\nname = hello\ninner = /build/hello\nepoch = commit\n'
	printf '[inputs]\npackage = gcc\n[limits]\ntime = %s\n[steps]\nrun = %s\nrun = gcc -O2 -o hello hello.c\n' "$1" "$2"
	printf '[outputs]\nhello = hello\n'
}
check "an instance is made" make_instance log.example/attempts --quorum 0
check "the product is stated" "$pellucid" product add hello
check "the commit becomes a snapshot" "$pellucid" release snapshot hello --repo "$PL_TMP/hello"

# Every recipe goes well at the first site and not at the second.
attempt() { # WHAT VERSION REASON WORDS TIME-LIMIT STEP
	recipe "$5" "$6" >"$PL_TMP/recipe"
	check "$1: it is built" "$pellucid" release build hello --recipe "$PL_TMP/recipe"
	answers "$1: the rebuild says so" 3 "not attempted ($3)" "$pellucid" release rebuild hello
	answers "$1: and what happened" 0 "$4" cat "$PL_TMP/err"
	check "$1: it is released all the same" "$pellucid" release publish hello "$2"
	json=$("$pellucid" release show hello "$2" --json)
	same "$1: stated with its reason" "not-attempted $3 true" \
		"$(field "$json" rebuilds.0.verdict) $(field "$json" rebuilds.0.reason) $(field "$json" rebuilds.0.counts)"
	same "$1: and counted" "0 0 0 1" "$(field "$json" verdicts.identical) $(field "$json" verdicts.identical-after-normalisation) \
$(field "$json" verdicts.different) $(field "$json" verdicts.not-attempted)"
}
# shellcheck disable=SC2016 # the shell inside the sandbox expands it
at_home='sh -c "test $(hostname) = build || { echo I do not work here; exit 3; }"'
attempt "a recipe that fails" 1.0 build-failed 'exit code 3' 60 "$at_home"
log=$(field "$json" rebuilds.0.log)
check "the log of the build is a body" "$pellucid" fsck
answers "the words of the build and ours are in it" 0 'not attempted (build-failed): the step in line' \
	body_of "$log"
answers "of the build, too" 0 'I do not work here' body_of "$log"
# shellcheck disable=SC2016
attempt "a step that takes too long" 1.1 time-out 'longer than 3 s' 3 'sh -c "test $(hostname) = build || sleep 100"'
# shellcheck disable=SC2016
attempt "a step that is killed" 1.2 build-failed 'ended by signal 9' 60 'sh -c "test $(hostname) = build || kill -9 $$"'

recipe 60 true >"$PL_TMP/recipe"
check "a good recipe is built" "$pellucid" release build hello --recipe "$PL_TMP/recipe"
answers "where the machine refuses namespaces nothing is built" 3 'not attempted (sandbox-refused)' \
	python3 "$PL_SRC/tests/lib/no-namespaces.py" "$pellucid" release rebuild hello
answers "and it says what to do" 0 'user.max_user_namespaces' cat "$PL_TMP/err"
check "it is released" "$pellucid" release publish hello 2.0
"$pellucid" release bundle hello 2.0 --out "$PL_TMP/bundle"
"$pellucid" release fetch hello 2.0 hello --out "$PL_TMP/artefact"
answers "an outsider is told" 0 'not attempted (sandbox-refused) at second-sandbox, signed by service' \
	"$pellucid" verify "$PL_TMP/artefact" --bundle "$PL_TMP/bundle" --trust "$PELLUCID_INSTANCE/trust.policy"

answers "the next attempt succeeds" 0 'stated: identical' "$pellucid" release rebuild hello
answers "and is found then" 0 'already there: identical' "$pellucid" release rebuild hello
json=$("$pellucid" release show hello 2.0 --json)
same "both are shown, one counts" "not-attempted false identical true" "$(field "$json" rebuilds.0.verdict) \
$(field "$json" rebuilds.0.counts) $(field "$json" rebuilds.1.verdict) $(field "$json" rebuilds.1.counts)"
same "the newer one replaces the older" "$(field "$json" rebuilds.1.index)" "$(field "$json" rebuilds.0.replacedBy)"
same "only that is counted" "1 0" "$(field "$json" verdicts.identical) $(field "$json" verdicts.not-attempted)"
answers "an attempt does not replace a comparison" 3 'not attempted (sandbox-refused)' \
	python3 "$PL_SRC/tests/lib/no-namespaces.py" "$pellucid" release rebuild hello --again
json=$("$pellucid" release show hello 2.0 --json)
same "the comparison still counts" "true false 1 0" "$(field "$json" rebuilds.1.counts) $(field "$json" rebuilds.2.counts) \
$(field "$json" verdicts.identical) $(field "$json" verdicts.not-attempted)"
answers "it is what is found" 0 'hello  *identical, bit for bit' "$pellucid" release rebuild hello
answers "the same site may state another comparison" 0 'stated: identical' "$pellucid" release rebuild hello --again
json=$("$pellucid" release show hello 2.0 --json)
same "the newest counts" "false true 1" \
	"$(field "$json" rebuilds.1.counts) $(field "$json" rebuilds.3.counts) $(field "$json" verdicts.identical)"
check "fsck derives the same tables" "$pellucid" fsck --rebuild

# Bodies that are gone.
if [ "${PL_TEST_BLOB%%:*}" = dir ]; then
	archive=$(field "$json" archive)
	mv "$(blob_path "$archive")" "$PL_TMP/kept"
	answers "without its source" 3 'not attempted (source-missing)' "$pellucid" release rebuild hello --again
	mv "$PL_TMP/kept" "$(blob_path "$archive")"
	recipe=$(field "$json" recipe)
	mv "$(blob_path "$recipe")" "$PL_TMP/kept"
	answers "without its recipe" 3 'not attempted (recipe-missing)' "$pellucid" release rebuild hello --again
	mv "$PL_TMP/kept" "$(blob_path "$recipe")"
fi
exit "$failed"
