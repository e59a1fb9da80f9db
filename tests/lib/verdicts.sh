# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # set by steps.sh
# Sourced after portal.sh: release 1.0 gets verdicts of every kind: an attempt that a comparison replaced, one that a
# second comparison replaced, and those of two rebuilders outside; and there is a release 2.0 whose rebuild failed.
"$pellucid" statement body "$("$pellucid" release show hello 1.0 --json | sed 's/.*"archive":"\([^"]*\)".*/\1/')" --out "$PL_TMP/source.tar"
"$pellucid" release bundle hello 1.0 --out "$PL_TMP/bundle"
python3 "$PL_SRC/tests/lib/no-namespaces.py" "$pellucid" release rebuild hello --again >"$PL_TMP/out" 2>&1 || true
check "it is built once more" "$pellucid" release rebuild hello --again
outside() { # NAME [COMMAND...]: what runs the program
	local name=$1
	shift
	(umask 077 && echo words >"$PL_TMP/$name.words")
	"$pellucid" key make "$PL_TMP/$name.key" --passphrase-file "$PL_TMP/$name.words" >"$PL_TMP/$name.pub"
	check "$name is introduced" "$pellucid" key add "$name" "$PL_TMP/$name.pub" --role rebuilder
	"$@" "$pellucid" release rebuild-files --bundle "$PL_TMP/bundle" --trust "$PELLUCID_INSTANCE/trust.policy" \
		--source "$PL_TMP/source.tar" --recipe "$PL_TMP/recipe" --key "$PL_TMP/$name.key" \
		--passphrase-file "$PL_TMP/$name.words" --site "$name" --out "$PL_TMP/of-$name" >"$PL_TMP/out" 2>&1 || true
	check "$name's verdict is taken in" "$pellucid" statement import "$PL_TMP/of-$name"/*.dsse --bodies "$PL_TMP/of-$name"
}
outside university-of-somewhere env
outside transparency-centre python3 "$PL_SRC/tests/lib/no-namespaces.py"
# shellcheck disable=SC2016 # the shell inside the sandbox expands it
sed 's/^run = gcc/run = sh -c "test $(hostname) = build"\nrun = gcc/' "$PL_TMP/recipe" >"$PL_TMP/recipe-2"
check "a second release is built" "$pellucid" release build hello --recipe "$PL_TMP/recipe-2"
"$pellucid" release rebuild hello >"$PL_TMP/out" 2>&1 || true
check "and published without a comparison" "$pellucid" release publish hello 2.0
check "the verify page is logged" "$pellucid" statement verify-page
