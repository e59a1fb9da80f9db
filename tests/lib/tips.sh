# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by stories whose cases come into a small register, "tips".
# tips_register [LINE...]: its declaration on stdout. Lines are what the story adds: fields behind "received", others behind "total cases"; a line of
# "retain" or of "field received" stands in place of the usual one.
tips_register() {
	local line retain='retain 24' received='field received time generalised month' fields=() others=()
	for line in "$@"; do
		case $line in
			'retain '*) retain=$line ;;
			'field received '*) received=$line ;;
			'field '*) fields+=("$line") ;;
			*) others+=("$line") ;;
		esac
	done
	printf '%s\n' 'pellucid-register v1' 'name tips' 'source intake' 'existence exact' 'opens rows' 'late-after 7' 'open-after 0' \
		"$retain" "$received" "${fields[@]}" 'total cases count' "${others[@]}"
}
