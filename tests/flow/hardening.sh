#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# What meson.build asks of compiler and linker stands in the programs: it asks only for what both know, so that something could go missing unseen.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"

# lacks PROGRAM: what it has not
lacks() {
	local header dynamic segments symbols
	header=$(readelf -hW "$1") dynamic=$(readelf -dW "$1") segments=$(readelf -lW "$1") symbols=$(readelf -sW "$1")
	grep -q 'Type: *DYN' <<<"$header" && grep -q 'FLAGS_1.*\bPIE\b' <<<"$dynamic" || echo 'no place of its own (PIE)'
	grep -q GNU_RELRO <<<"$segments" || echo 'no tables that are read-only (RELRO)'
	grep -q 'BIND_NOW\|FLAGS_1.*\bNOW\b' <<<"$dynamic" || echo 'no binding at the start (BIND_NOW)'
	grep -q 'GNU_STACK.* RW ' <<<"$segments" || echo 'a stack that can be run'
	grep -q 'TEXTREL' <<<"$dynamic" && echo 'code that is written to (TEXTREL)'
	grep -q '__stack_chk_fail' <<<"$symbols" || echo 'no guards of the stack'
	grep -q '__snprintf_chk\|__memcpy_chk' <<<"$symbols" || echo 'no bounds of the library (FORTIFY)'
	if grep -q 'Machine:.*X86-64' <<<"$header"; then
		LC_ALL=C grep -qaP '\xf3\x0f\x1e\xfa\x55' "$1" || echo 'no marks of where functions begin (CET)'
	fi
	return 0
}
for program in "$PL_BUILD/src/cli/pellucid" "$PL_BUILD/src/cli/pellucid-verify"; do
	same "${program##*/} has everything" "" "$(lacks "$program")"
done
printf '#include <stdio.h>\n#include <string.h>\nint main(int n, char **v) { char b[16]; strcpy(b, v[n - 1]); return puts(b); }\n' >soft.c
check "a program without any of it" gcc -O1 -no-pie -fno-stack-protector -fcf-protection=none -U_FORTIFY_SOURCE -Wl,-z,norelro,-z,lazy,-z,execstack -o soft soft.c
lacks "$(realpath soft)" >soft.lacks
for word in PIE RELRO BIND_NOW run guards FORTIFY; do check "is seen to lack it: $word" grep -q "$word" soft.lacks; done
exit "$failed"
