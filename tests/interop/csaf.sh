#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# Advisories that other people's programs read: a validator of CSAF documents, gpg and sqop for signatures, sha256sum and sha512sum, and what
# the validator refuses our own rules refuse, too. With the schemas of OASIS beside the tree ($PL_SHARED, or ../shared/data) the provider's
# metadata and its feed are checked by them, as an extra.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
here=$PL_SRC/tests/interop/csaf
good=$PL_VECTORS/advisory/good
tool=$PL_BUILD/tests/interop/csaf/draft-tool
[[ -d ${NODE_PATH:-/nowhere}/@secvisogram/csaf-validator-lib ]] || {
	echo "@secvisogram/csaf-validator-lib is not installed"
	exit 1
}

# ---- documents: all in one process ----
mkdir broken docs
python3 "$here/broken.py" "$good" broken >cases
args=()
while read -r number _; do args+=("broken/$number.json" "docs/$number.json"); done <cases
check "broken drafts are written" code 0 "$tool" "${args[@]}"
mv out ours
for draft in "$good"/*.json; do
	"$pellucid" advisory write "$draft" >"docs/${draft##*/}"
	"$pellucid" advisory write "$draft" | cmp -s - "docs/${draft##*/}" || bad "${draft##*/} is not the same twice"
done
check "the validator runs" code 0 node "$here/validate.mjs" docs/*.json
mv out theirs
check "it finds nothing in good advisories, and we find in bad ones what it finds" python3 "$here/compare.py" cases ours theirs
sed 's/"errors":\[\]/"errors":[["6.1.1","\/"]]/' theirs >wrong
check "which can fail" not python3 "$here/compare.py" cases ours wrong
"$tool" --weaknesses >weaknesses
check "weaknesses have the names of the enumeration" node "$here/weaknesses.mjs" weaknesses
for draft in "$good"/*.json; do
	"$pellucid" advisory write "$draft" --format openvex >vex
	check "OpenVEX of ${draft##*/} has what its specification wants" python3 "$here/fields.py" openvex vex
done
"$pellucid" advisory write "$good/update-channel.json" --format cve >record
check "the CVE record has what the standard wants" python3 "$here/fields.py" cve record
sed 's/"cveId":"CVE-2026-10001"/"cveId":"CVE-26-1"/' record >record.wrong
check "which can fail" not python3 "$here/fields.py" cve record.wrong

# ---- a provider ----
export PELLUCID_INSTANCE=$PL_TMP/inst
sed "s/EXPIRES/$(date -u -d '+300 days' +%Y-%m-%dT00:00:00Z)/" "$PL_VECTORS/advisory/provider.conf" >provider.conf
check "an instance is made" "$pellucid" init inst --origin log.example/csaf --purpose test --quorum 0
check "a provider is stated" "$pellucid" advisory provider provider.conf
for draft in "$good"/*.json; do check "${draft##*/} is published" "$pellucid" advisory publish "$draft"; done
check "all is exported" "$pellucid" advisory export site
root=site/.well-known/csaf
for year in 2025 2026; do
	check "sha256sum agrees in $year" env -C "$root/white/$year" sh -c 'sha256sum -c --strict ./*.sha256'
	check "so does sha512sum" env -C "$root/white/$year" sh -c 'sha512sum -c --strict ./*.sha512'
done
export GNUPGHOME=$PL_TMP/gnupg
mkdir -m 700 gnupg
check "gpg takes the key" gpg --batch --quiet --import $root/openpgp/*.asc
fingerprint=$(gpg --batch --with-colons --list-keys | sed -n 's/^fpr:*\([0-9A-F]*\):$/\1/p')
same "with the fingerprint of the metadata" "$fingerprint" "$(field "$(cat $root/provider-metadata.json)" public_openpgp_keys.0.fingerprint)"
for document in "$root"/white/*/*.json; do
	check "gpg verifies ${document##*/}" gpg --batch --verify "$document.asc" "$document"
	if command -v sqop >/dev/null; then
		check "so does sqop" eval "sqop verify $document.asc $root/openpgp/$fingerprint.asc <$document"
	fi
	sed 's/"csaf_version":"2.0"/"csaf_version":"2.1"/' "$document" >changed
	check "not another document" not gpg --batch --verify "$document.asc" changed
done
check "gpg verifies security.txt" gpg --batch --verify site/.well-known/security.txt
if command -v sqop >/dev/null; then
	check "so does sqop" eval "sqop inline-verify $root/openpgp/$fingerprint.asc <site/.well-known/security.txt"
fi
sed 's/psirt@psirt/nobody@psirt/' site/.well-known/security.txt >changed
check "not another text" not gpg --batch --verify changed
gpgconf --kill all

# ---- the extra ----
schemas=${PL_SHARED:-$PL_SRC/../shared/data}/csaf_2.0
if [[ -d $schemas ]]; then
	check "extra: OASIS's schemas take metadata and feed" node "$here/schemas.mjs" "$schemas" \
		$root/provider-metadata.json $root/white/csaf-feed-tlp-white.json
	sed 's/csaf_trusted_provider/csaf_friend/' $root/provider-metadata.json >wrong.json
	check "extra: and no others" not node "$here/schemas.mjs" "$schemas" wrong.json $root/white/csaf-feed-tlp-white.json
fi
exit "$failed"
