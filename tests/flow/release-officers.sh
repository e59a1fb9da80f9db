#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 300
# Officers who hold their keys on machines of their own: a product and a release are stated with approvals from files.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/hello.sh
. "$PL_SRC/tests/lib/hello.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst

small_repository "$PL_TMP/hello"
small_recipe >"$PL_TMP/recipe"
check "an instance with two officers is made" make_instance log.example/officers --quorum 0 --officers 2 --approvals 2
for n in 1 2; do
	mkdir "$PL_TMP/officer-$n"
	mv "$PELLUCID_INSTANCE/keys/officer-$n.key" "$PL_TMP/officer-$n/key"
	cp "$PELLUCID_INSTANCE/keys/passphrase" "$PL_TMP/officer-$n/passphrase"
done
# What an officer does, with nothing of the instance at hand.
approve() { # OFFICER PAYLOAD
	env -u PELLUCID_INSTANCE "$pellucid" key approve "$PL_TMP/officer-$1/key" "$2" \
		--passphrase-file "$PL_TMP/officer-$1/passphrase" 2>"$PL_TMP/err"
}

answers "without officers nothing is stated" 1 '0 of 2 officers' "$pellucid" product add hello
answers "nor is there a product" 3 'no product' "$pellucid" product show hello
"$pellucid" product add hello --payload-only >"$PL_TMP/product"
approve 1 "$PL_TMP/product" >"$PL_TMP/approvals"
answers "the officer is told what it is about" 0 'product/v1 about hello' cat "$PL_TMP/err"
answers "one officer is not enough" 1 '1 of 2 officers' "$pellucid" product add hello --payload "$PL_TMP/product" \
	--approvals "$PL_TMP/approvals"
cat "$PL_TMP/approvals" "$PL_TMP/approvals" >"$PL_TMP/twice"
answers "nor is one who says it twice" 2 'two approvals name one key' "$pellucid" product add hello --payload "$PL_TMP/product" \
	--approvals "$PL_TMP/twice"
approve 2 "$PL_TMP/product" >>"$PL_TMP/approvals"
answers "approvals fit no other bytes" 2 'approvals without --payload' "$pellucid" product add hello --approvals "$PL_TMP/approvals"
answers "nor another product" 1 'something else' "$pellucid" product add other --payload "$PL_TMP/product" \
	--approvals "$PL_TMP/approvals"
answers "two are" 0 'product stated: hello' "$pellucid" product add hello --payload "$PL_TMP/product" \
	--approvals "$PL_TMP/approvals"
answers "the same again finds it" 0 'already there' "$pellucid" product add hello --payload "$PL_TMP/product" \
	--approvals "$PL_TMP/approvals"
answers "and there is nothing more to approve" 2 'nothing to approve' "$pellucid" product add hello --payload-only

check "a snapshot needs no officer" "$pellucid" release snapshot hello --repo "$PL_TMP/hello"
check "nor a build" "$pellucid" release build hello --recipe "$PL_TMP/recipe"
check "nor a rebuild" "$pellucid" release rebuild hello
echo 'First.' >"$PL_TMP/notes"
answers "a release does" 1 '0 of 2 officers' "$pellucid" release publish hello 1.0
"$pellucid" release publish hello 1.0 --notes "$PL_TMP/notes" --payload-only >"$PL_TMP/release"
approve 1 "$PL_TMP/release" >"$PL_TMP/approvals"
approve 2 "$PL_TMP/release" >>"$PL_TMP/approvals"
answers "its approvals fit no other version" 1 'something else' "$pellucid" release publish hello 1.1 --notes "$PL_TMP/notes" \
	--payload "$PL_TMP/release" --approvals "$PL_TMP/approvals"
answers "nor other notes" 1 'something else' "$pellucid" release publish hello 1.0 --payload "$PL_TMP/release" \
	--approvals "$PL_TMP/approvals"
sed 's/"number":1/"number":2/' "$PL_TMP/release" >"$PL_TMP/forged"
answers "nor changed bytes" 1 'something else' "$pellucid" release publish hello 1.0 --notes "$PL_TMP/notes" \
	--payload "$PL_TMP/forged" --approvals "$PL_TMP/approvals"
: >"$PL_TMP/none"
answers "an empty file of approvals is refused" 2 'no approval in it' "$pellucid" release publish hello 1.0 \
	--payload "$PL_TMP/release" --approvals "$PL_TMP/none"
check "another verdict may come meanwhile" "$pellucid" release rebuild hello --again
answers "the release is published" 0 'release stated: hello 1.0' "$pellucid" release publish hello 1.0 --notes "$PL_TMP/notes" \
	--payload "$PL_TMP/release" --approvals "$PL_TMP/approvals"
same "the head counts it" 1 "$(field "$("$pellucid" product show hello --json)" head.count)"
"$pellucid" release bundle hello 1.0 --out "$PL_TMP/bundle"
"$pellucid" release fetch hello 1.0 hello --out "$PL_TMP/artefact"
answers "an outsider counts both officers" 0 'approved by 2 officers' \
	"$pellucid" verify "$PL_TMP/artefact" --bundle "$PL_TMP/bundle" --trust "$PELLUCID_INSTANCE/trust.policy"
check "fsck derives the same tables" "$pellucid" fsck --rebuild
exit "$failed"
