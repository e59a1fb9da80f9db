#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# What is private: sealed when it comes in, read by who may, opened field by field, gone after an erasure; and in no file, table or
# object of the instance in the clear, before or after.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/canary.sh
. "$PL_SRC/tests/lib/canary.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
canary=CANARY-7d1f40b9

tips_register 'field kind enum open good,bad' 'field person text sealed' 'field words text sealed' 'total bad count kind=bad' >tips.register
now=$(date -u +%Y-%m-%dT00:00:00Z)
printf '%s\n' received,kind,person,words "$now,good,$canary-one,\"$canary, a longer text, with \"\"quotes\"\"\"" "$now,bad,$canary-two," >tips.csv

says() { grep -qF -e "$1" out; }

make_instance log.example/private >/dev/null
canary_begin
"$pellucid" register add tips.register >/dev/null
answers "two cases with private fields are entered" 0 'entered as 1 to 2' "$pellucid" register enter tips tips.csv
check "nothing of it stands in the clear" nowhere "$canary"
check "(the search finds what does)" somewhere 'field person text sealed'

answers "show keeps to itself what is private" 0 'person *(private)' "$pellucid" register show tips 1
check "and says nothing of it" not says "$canary"
answers "who may, reads it" 0 "^received *$now" "$pellucid" register show --private tips 1
check "word for word" says "$canary, a longer text, with \"quotes\""
answers "each reading leaves a line" 0 'read *operator/operator - case 1: ok' "$pellucid" vault reads
head=$(sed -n 's/.*the head is //p' out)

answers "one field is opened" 0 "^value $(printf '%s' "$canary-one" | base64 -w0)\$" "$pellucid" register open tips 1 person
same "and no other" "$(grep -c ^field out)" 1
answers "a field that is not there is named" 3 'no field "purse"' "$pellucid" register open tips 1 purse

answers "a change writes the next revision" 0 'revision 1' "$pellucid" register change tips 1 kind=bad
answers "and carries what is private over" 0 "$canary-one" "$pellucid" register show --private --json tips 1
answers "a value that is not declared is refused" 2 '' "$pellucid" register change tips 1 kind=ugly

nowhere_at_all "before the erasure" "$canary"
answers "what is private is erased" 0 'revision 2' "$pellucid" register erase tips 1
answers "and cannot be read again" 0 'erased' "$pellucid" register show --private tips 1
check "by nobody" not says "$canary"
answers "an erased case takes no change" 3 'erased' "$pellucid" register change tips 1 kind=good
answers "nor another erasure" 3 'erased' "$pellucid" register erase tips 1
answers "its neighbour stays" 0 "$canary-two" "$pellucid" register show --private tips 2
nowhere_at_all "after the erasure" "$canary"

# The vault comes back from a copy that is older than the erasure: slot 1, whose key was destroyed, is there again.
cp inst/vault/keys keys.now
"$pellucid" register enter tips tips.csv >/dev/null
dd if=inst/vault/keys of=inst/vault/keys bs=128 count=1 skip=4 seek=1 conv=notrunc status=none
check "(a key came back)" not cmp -s -n 256 inst/vault/keys keys.now
answers "the vault is told that it was restored" 0 '1 keys of erased cases are destroyed' "$pellucid" vault restored
check "and destroys it again" cmp -n 256 inst/vault/keys keys.now
answers "the head that was noted is among the lines" 0 'none missing' "$pellucid" vault reads --head "$head"
cp inst/vault/reads reads.whole
sed -i 1d inst/vault/reads
answers "a missing line shows" 1 'missing' "$pellucid" vault reads
head -n 1 reads.whole >inst/vault/reads
answers "so do lines that were cut off" 1 'not among the lines' "$pellucid" vault reads --head "sha256:$(printf '%064d' 7)"
cp reads.whole inst/vault/reads

"$pellucid" register head tips >/dev/null
answers "the report counts the erased case" 0 'cases *4' "$pellucid" report make tips "$(date -u +%Y)-H$((10#$(date -u +%m) > 6 ? 2 : 1))"

# An instance from before there were vaults.
rm inst/keys/vault.*
answers "without a vault nothing private is taken in" 3 'no vault' "$pellucid" register enter tips tips.csv
check "doctor says so" code 0 "$pellucid" doctor
check "with the way out" grep -q 'pellucid vault make' out
answers "it is made" 0 'vault.pub' "$pellucid" vault make
answers "once" 2 'exists already' "$pellucid" vault make
exit "$failed"
