#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 900
# Somebody outside rebuilds a release from published files alone and signs the verdict; the operator takes it in; a verifier whose
# trust file names the rebuilder learns who it was. And verdicts that must not come in.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/hello.sh
. "$PL_SRC/tests/lib/hello.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
outsider() {
	env -u PELLUCID_INSTANCE "$pellucid" "$@"
}

# ---- the operator publishes ----
small_repository "$PL_TMP/hello"
small_recipe >"$PL_TMP/recipe"
check "an instance is made" make_instance log.example/outside --quorum 0
check "a product" "$pellucid" product add hello
check "its source" "$pellucid" release snapshot hello --repo "$PL_TMP/hello"
check "its build" "$pellucid" release build hello --recipe "$PL_TMP/recipe"
check "its release" "$pellucid" release publish hello 1.0
mkdir "$PL_TMP/published" "$PL_TMP/uni"
json=$("$pellucid" release show hello 1.0 --json)
"$pellucid" statement body "$(field "$json" archive)" --out "$PL_TMP/published/source.tar"
"$pellucid" statement body "$(field "$json" recipe)" --out "$PL_TMP/published/recipe"
"$pellucid" release bundle hello 1.0 --out "$PL_TMP/published/bundle"
"$pellucid" release fetch hello 1.0 hello --out "$PL_TMP/published/hello"
cp "$PELLUCID_INSTANCE/trust.policy" "$PL_TMP/published/trust"

# ---- the university rebuilds ----
# Passphrases of tests are random, but the program cannot know: a person's costs apply.
new_key() { # NAME
	(umask 077 && echo "words of $1" >"$PL_TMP/$1.words")
	outsider key make "$PL_TMP/$1.key" --passphrase-file "$PL_TMP/$1.words" >"$PL_TMP/$1.pub"
}
rebuild() { # KEY OUT [ARTEFACT...]
	local who=$1 out=$2
	shift 2
	outsider release rebuild-files --bundle "$PL_TMP/published/bundle" --trust "$PL_TMP/published/trust" \
		--source "$PL_TMP/published/source.tar" --recipe "$PL_TMP/published/recipe" --key "$PL_TMP/$who.key" \
		--passphrase-file "$PL_TMP/$who.words" --site "$who" --out "$out" "$@"
}
check "the university makes a key of its own" new_key uni
same "the key file says the same public key" "$(cat "$PL_TMP/uni.pub")" "$(outsider key public "$PL_TMP/uni.key")"
answers "it builds from files alone and finds the same" 0 'identical, bit for bit' rebuild uni "$PL_TMP/uni/first" \
	"$PL_TMP/published/hello"
answers "a second verdict does not overwrite the first" 2 'holds a verdict already' rebuild uni "$PL_TMP/uni/first"
echo x >>"$PL_TMP/published/source.tar"
answers "another archive is refused" 1 'source archive is not that of the build' rebuild uni "$PL_TMP/uni/second"
truncate -s -2 "$PL_TMP/published/source.tar"
cp "$PL_TMP/published/recipe" "$PL_TMP/recipe.kept"
echo '# more' >>"$PL_TMP/published/recipe"
answers "another recipe, too" 1 'recipe is not that of the build' rebuild uni "$PL_TMP/uni/second"
mv "$PL_TMP/recipe.kept" "$PL_TMP/published/recipe"
answers "a file that is no artefact, too" 1 'none of the artefacts' rebuild uni "$PL_TMP/uni/second" "$PL_TMP/recipe"
sed 's/^#pellucid root .*/#pellucid root other ed25519:A6EHv\/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=/' \
	"$PL_TMP/published/trust" >"$PL_TMP/other.trust"
answers "what does not stand in a trusted log is not built" 3 'no release statement in the bundle counts' \
	outsider release rebuild-files --bundle "$PL_TMP/published/bundle" --trust "$PL_TMP/other.trust" \
	--source "$PL_TMP/published/source.tar" --recipe "$PL_TMP/published/recipe" --key "$PL_TMP/uni.key" \
	--passphrase-file "$PL_TMP/uni.words" --site uni --out "$PL_TMP/uni/second"

# ---- the operator takes it in ----
import() { # DIR FILE...
	dir=$1
	shift
	"$pellucid" statement import "$@" --bodies "$dir"
}
before=$(field "$("$pellucid" statement list --limit 1 --json)" statements.0.index)
answers "a key that nobody introduced is refused" 1 'no key of this log made the signature' import "$PL_TMP/uni/first" \
	"$PL_TMP/uni/first/provenance.dsse" "$PL_TMP/uni/first/verdict.dsse"
check "the roots introduce the university" "$pellucid" key add uni "$PL_TMP/uni.pub" --role rebuilder
answers "bodies must come along" 3 'was not handed over' "$pellucid" statement import "$PL_TMP/uni/first/verdict.dsse"
# Whoever writes JSON in another way says the same thing.
python3 - "$PL_TMP/uni/first/verdict.dsse" "$PL_TMP/spelled.dsse" <<'PY'
import base64, json, sys
e = json.load(open(sys.argv[1]))
e["payload"] = base64.urlsafe_b64encode(base64.b64decode(e["payload"])).decode()
e["signatures"][0]["keyid"] = "a name of our own"
open(sys.argv[2], "w").write(json.dumps({"signatures": e["signatures"], "payloadType": e["payloadType"], "payload": e["payload"]}, indent=2))
PY
answers "verdict and provenance are taken in" 0 'Rebuild verdict, signed by uni (rebuilder), now entry' import \
	"$PL_TMP/uni/first" "$PL_TMP/uni/first/provenance.dsse" "$PL_TMP/spelled.dsse"
answers "a second time they are found" 0 'already there: entry' import "$PL_TMP/uni/first" "$PL_TMP/spelled.dsse"
answers "and in the other spelling" 0 'already there: entry' import "$PL_TMP/uni/first" "$PL_TMP/uni/first/verdict.dsse" \
	"$PL_TMP/uni/first/verdict.dsse"
after=$(field "$("$pellucid" statement list --limit 1 --json)" statements.0.index)
same "the log grew by key, provenance and verdict" 3 "$((after - before))"
index=$(field "$("$pellucid" statement import "$PL_TMP/spelled.dsse" --bodies "$PL_TMP/uni/first" --json)" statements.0.index)
"$pellucid" statement show "$index" --raw >"$PL_TMP/logged"
python3 - "$PL_TMP/logged" "$PL_TMP/uni/first/verdict.dsse" <<'PY' || bad "the payload's bytes are kept and the key has our name"
import json, sys
logged, signed = (json.load(open(f)) for f in sys.argv[1:])
sys.exit(0 if logged == signed else 1)
PY
json=$("$pellucid" release show hello 1.0 --json)
same "the release shows it" "uni identical uni rebuilder 1" "$(field "$json" rebuilds.0.site) $(field "$json" rebuilds.0.verdict) \
$(field "$json" rebuilds.0.holder) $(field "$json" rebuilds.0.role) $(field "$json" verdicts.identical)"

# ---- somebody verifies ----
"$pellucid" release bundle hello 1.0 --out "$PL_TMP/bundle"
verify() { # TRUST
	outsider verify "$PL_TMP/published/hello" --statement release --bundle "$PL_TMP/bundle" --trust "$1"
}
answers "without a rebuilder in the trust file it stays unproved" 0 'that a rebuilder of your trust file' \
	verify "$PL_TMP/published/trust"
sed "s|^#pellucid rebuilders 0|#pellucid rebuilder the-university $(cat "$PL_TMP/uni.pub")\\n#pellucid rebuilders 1|" \
	"$PL_TMP/published/trust" >"$PL_TMP/trust"
answers "with it the verifier says who did" 0 'identical at uni, signed by the-university, a rebuilder of your trust file' \
	verify "$PL_TMP/trust"
check "and no longer lists it as unproved" not has 'that a rebuilder'

# ---- a rebuilder whose machine cannot ----
answers "who cannot build signs that, too" 3 'signed: not attempted (sandbox-refused)' env -u PELLUCID_INSTANCE \
	python3 "$PL_SRC/tests/lib/no-namespaces.py" "$pellucid" release rebuild-files --bundle "$PL_TMP/published/bundle" \
	--trust "$PL_TMP/published/trust" --source "$PL_TMP/published/source.tar" --recipe "$PL_TMP/published/recipe" \
	--key "$PL_TMP/uni.key" --passphrase-file "$PL_TMP/uni.words" --site uni-basement --out "$PL_TMP/uni/cannot"
check "without a build there is no provenance" test ! -e "$PL_TMP/uni/cannot/provenance.dsse"
answers "and it is taken in" 0 'now entry' import "$PL_TMP/uni/cannot" "$PL_TMP/uni/cannot/verdict.dsse"
json=$("$pellucid" release show hello 1.0 --json)
same "and shown beside the other site" "1 1 sandbox-refused" "$(field "$json" verdicts.identical) $(field "$json" verdicts.not-attempted) \
$(field "$json" rebuilds.1.reason)"

# ---- what must not come in ----
# Keys with random passphrases, as an instance makes them, cost less to open than those of persons.
"$pellucid" init keyring --origin log.example/keyring --purpose test --quorum 0 --officers 3 --approvals 1 >out 2>&1
lent_key() { # NAME NUMBER
	cp "keyring/keys/officer-$2.key" "$1.key"
	cp keyring/keys/passphrase "$1.words"
	outsider key public "$1.key" >"$1.pub"
}
check "an officer has a key" lent_key officer 1
check "which the roots introduce" "$pellucid" key add second-officer "$PL_TMP/officer.pub" --role officer
check "a builder has one" lent_key builder 2
check "which they introduce, too" "$pellucid" key add builder "$PL_TMP/builder.pub" --role builder
check "another laboratory has one" lent_key lab 3
check "and it, too" "$pellucid" key add lab "$PL_TMP/lab.pub" --role rebuilder
rebuild officer "$PL_TMP/of-officer" >"$PL_TMP/out" 2>&1
answers "an officer's key does not sign verdicts" 1 'the key of second-officer has the role officer' import "$PL_TMP/of-officer" \
	"$PL_TMP/of-officer/verdict.dsse"
rebuild builder "$PL_TMP/of-builder" >"$PL_TMP/out" 2>&1
answers "nor does a builder's" 1 'the key of builder, a builder, may not sign urn:pellucid:rebuild-verdict' import \
	"$PL_TMP/of-builder" "$PL_TMP/of-builder/verdict.dsse"
answers "but provenance" 0 'Build record, signed by builder (builder), now entry' import "$PL_TMP/of-builder" \
	"$PL_TMP/of-builder/provenance.dsse"
rebuild lab "$PL_TMP/of-lab" >"$PL_TMP/out" 2>&1
forge() { # EXPRESSION ON THE PAYLOAD, OUT; takes the lab's verdict and its signature
	python3 - "$PL_TMP/of-lab/verdict.dsse" "$1" "$2" <<'PY'
import base64, json, sys
e = json.load(open(sys.argv[1]))
p = json.loads(base64.b64decode(e["payload"]))
exec(sys.argv[2])
e["payload"] = base64.b64encode(json.dumps(p, separators=(",", ":"), sort_keys=True).encode()).decode()
json.dump(e, open(sys.argv[3], "w"))
PY
}
forge 'p["predicate"]["verdict"] = "different"' "$PL_TMP/forged"
answers "a changed verdict has no signature" 1 'the signature of lab does not verify' import "$PL_TMP/of-lab" "$PL_TMP/forged"
forge 'p["predicate"]["note"] = "trust me"' "$PL_TMP/forged"
answers "words do not belong into a verdict" 2 'no member "note"' import "$PL_TMP/of-lab" "$PL_TMP/forged"
forge 'p["predicate"]["verdict"] = "perfect"' "$PL_TMP/forged"
answers "nor a verdict that does not exist" 2 'verdict: expected one of the words' import "$PL_TMP/of-lab" "$PL_TMP/forged"
forge 'p["predicateType"] = "urn:pellucid:release/v1"' "$PL_TMP/forged"
answers "releases do not come from outside" 1 'does not come from outside' import "$PL_TMP/of-lab" "$PL_TMP/forged"
forge 'p["predicateType"] = "urn:pellucid:surprise/v1"' "$PL_TMP/forged"
answers "nor what this version does not know" 3 'does not know the type' import "$PL_TMP/of-lab" "$PL_TMP/forged"
python3 - "$PL_TMP/of-lab/verdict.dsse" "$PL_TMP/uni/first/verdict.dsse" "$PL_TMP/forged" <<'PY'
import json, sys
a, b = (json.load(open(f)) for f in sys.argv[1:3])
a["signatures"] += b["signatures"]
json.dump(a, open(sys.argv[3], "w"))
PY
answers "of two signatures both must be good" 1 'the signature of uni does not verify' import "$PL_TMP/of-lab" "$PL_TMP/forged"
echo '{"payload":"' >"$PL_TMP/forged"
answers "half an envelope is none" 2 'forged' import "$PL_TMP/of-lab" "$PL_TMP/forged"
echo '{"payload":"e30=","payloadType":"text/plain","signatures":[{"keyid":"","sig":"AAAA"}]}' >"$PL_TMP/forged"
answers "nor one about something else" 2 'payloadType' import "$PL_TMP/of-lab" "$PL_TMP/forged"

# Verdicts that the laboratory signs well and that say what does not hold.
signed() { # EXPRESSION ON THE PAYLOAD, OUT [KEY]
	python3 - "$PL_TMP/of-lab/verdict.dsse" "$1" "$PL_TMP/payload" <<'PY'
import base64, json, sys
p = json.loads(base64.b64decode(json.load(open(sys.argv[1]))["payload"]))
exec(sys.argv[2])
open(sys.argv[3], "w").write(json.dumps(p, separators=(",", ":"), sort_keys=True))
PY
	outsider key approve "$PL_TMP/${3:-lab}.key" "$PL_TMP/payload" --passphrase-file "$PL_TMP/${3:-lab}.words" \
		>"$PL_TMP/signature" 2>"$PL_TMP/err"
	python3 - "$PL_TMP/payload" "$PL_TMP/signature" "$2" <<'PY'
import base64, json, sys
keyid, sig = open(sys.argv[2]).read().split()
json.dump({"payload": base64.b64encode(open(sys.argv[1], "rb").read()).decode(), "payloadType": "application/vnd.in-toto+json",
           "signatures": [{"keyid": keyid, "sig": sig}]}, open(sys.argv[3], "w"))
PY
}
check "there is another product" "$pellucid" product add other
signed 'p["predicate"]["product"] = "other"' "$PL_TMP/wrong"
answers "a verdict about another product's build" 1 'a build of "other" that was not stated before' import "$PL_TMP/of-lab" "$PL_TMP/wrong"
signed 'p["predicate"]["product"] = "nothing"' "$PL_TMP/wrong"
answers "about a product that does not exist" 1 'that was not stated before' import "$PL_TMP/of-lab" "$PL_TMP/wrong"
signed 'p["predicate"]["build"] = "sha256:" + 64 * "0"' "$PL_TMP/wrong"
answers "about a build that nobody knows" 1 'that was not stated before' import "$PL_TMP/of-lab" "$PL_TMP/wrong"
signed 'p["subject"][0]["digest"]["sha256"] = 64 * "0"' "$PL_TMP/wrong"
answers "about a file that the build did not make" 1 'is no output of the build' import "$PL_TMP/of-lab" "$PL_TMP/wrong"
signed 'p["predicate"]["report"]["digest"] = "sha256:" + 64 * "1"' "$PL_TMP/wrong"
answers "with a report that nobody has" 3 'was not handed over' import "$PL_TMP/of-lab" "$PL_TMP/wrong"
# Provenance of a builder who has tools of his own: logged and shown, and says nothing about our products.
foreign='p["predicateType"] = "https://slsa.dev/provenance/v1"
p["subject"][0]["annotations"] = {"id": "01J8ZQ0V6B3N5K7M9P2R4T6V8X"}
p["predicate"] = {"buildDefinition": {"buildType": "https://builder.example/v1", "externalParameters": {"any": ["thing"]}},
                  "runDetails": {"builder": {"id": "https://builder.example/"}}}'
signed "$foreign" "$PL_TMP/foreign" builder
answers "provenance of another build type is taken in" 0 'Build record, signed by builder (builder), now entry' \
	"$pellucid" statement import "$PL_TMP/foreign"
signed "$foreign
del p['predicate']['runDetails']" "$PL_TMP/wrong" builder
answers "unless it is none" 2 'runDetails' "$pellucid" statement import "$PL_TMP/wrong"
# A body that lies in the store and that nobody has published is not the laboratory's to name.
echo 'not released yet' >"$PL_TMP/secret"
"$pellucid" release publish hello 2.0 --notes "$PL_TMP/secret" --payload-only >"$PL_TMP/out"
secret=$(sha256sum "$PL_TMP/secret" | cut -d' ' -f1)
signed "p['predicate']['report'] = {'digest': 'sha256:$secret', 'mediaType': 'text/plain', 'size': 17}" "$PL_TMP/wrong"
answers "with a body that is not public" 3 'was not handed over' import "$PL_TMP/of-lab" "$PL_TMP/wrong"
answers "a wrong file among good ones keeps all of them out" 2 'forged' import "$PL_TMP/of-lab" "$PL_TMP/of-lab/verdict.dsse" \
	"$PL_TMP/forged"
same "so the laboratory's is not in" "1" "$(field "$("$pellucid" release show hello 1.0 --json)" verdicts.identical)"
check "the laboratory's key ends" "$pellucid" key end lab --reason retired
answers "and signs nothing more" 1 'the key of lab was ended at entry' import "$PL_TMP/of-lab" "$PL_TMP/of-lab/verdict.dsse"
check "what was taken in while a key lived stays" "$pellucid" key end uni --reason retired
same "in the tables" "1" "$(field "$("$pellucid" release show hello 1.0 --json)" verdicts.identical)"
answers "and is still found" 0 'already there' import "$PL_TMP/uni/first" "$PL_TMP/uni/first/verdict.dsse"
check "fsck derives the same tables" "$pellucid" fsck --rebuild
exit "$failed"
