# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034,SC2154 # read by the stories; set by steps.sh
# Sourced after steps.sh: a vendor, and installations of its products that sign cases.

# with_key NAME...: NAME.key and NAME.pub, and the words that open it.
with_key() {
	local name
	for name in "$@"; do
		(umask 077 && head -c 20 /dev/urandom | base64 >"$name.words")
		"$pellucid" key make "$name.key" --passphrase-file "$name.words" >"$name.pub"
	done
}
# enrol NAME: what the key "vendor" signs when NAME is installed; in $enrolment.
enrol() { enrolment=$("$pellucid" intake enrol vendor.key "$(cat "$1.pub")" --passphrase-file vendor.words); }
# proof NAME ENROLMENT ORIGIN REGISTER
proof() { "$pellucid" intake prove "$1.key" "$2" "$3" "$4" --passphrase-file "$1.words"; }
