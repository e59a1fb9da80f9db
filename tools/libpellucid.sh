#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Make libpellucid.a: one object that holds what the public functions reach and nothing else, with only those functions
# visible. libpellucid.sh HEADER OUT ARCHIVE...
#
# The names of the public functions are read from the header, so there is no second list to forget.
set -eu
# In a Turkish locale [a-z] has no i, and every function with one in its name would be missing.
LC_ALL=C
export LC_ALL
header=$1 out=$2
shift 2
work=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$work"' EXIT

sed -n 's/^PELLUCID_API .*[ *]\(pellucid_[a-z0-9_]*\)(.*/\1/p' "$header" | sort -u >"$work/names"
[ -s "$work/names" ] || { echo "libpellucid.sh: no public function in $header" >&2; exit 1; }

roots=
while read -r name; do
	roots="$roots -u $name"
done <"$work/names"
# shellcheck disable=SC2086 # one word per name
${LD:-ld} -r --gc-sections $roots -o "$work/pellucid.o" --start-group "$@" --end-group
${OBJCOPY:-objcopy} --keep-global-symbols="$work/names" "$work/pellucid.o"
# What only the dropped functions needed, and the debug data that still speaks of them.
${OBJCOPY:-objcopy} --strip-unneeded "$work/pellucid.o"
rm -f "$out"
(cd "$work" && ${AR:-ar} rcsD pellucid.a pellucid.o)
mv "$work/pellucid.a" "$out"
