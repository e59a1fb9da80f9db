#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# The vault's key is changed while the instance is served and cases come in: broken off at every step and repeated, nothing private is lost, processes
# that run go on, older copies of the vault open until the key before is destroyed and not afterwards.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
check "an instance" make_instance log.example/vault --quorum 0
check "what is not under way does not end" code 3 "$pellucid" vault rotate --finish
check "why" has 'no change of the vault.s key is under way'
tips_register 'field words text sealed' >tips.register
check "a register" "$pellucid" register add tips.register
for n in 1 2 3 4 5 6 7 8; do echo "2026-01-0${n}T00:00:00Z,Zaunkoenig-$n"; done >rows
{ echo received,words && cat rows; } >tips.csv
check "with cases" "$pellucid" register enter tips tips.csv
check "one is erased" "$pellucid" register erase tips 3
start serve "$pellucid" serve --no-web
ready serve signer.ready
all_read() { # every case but the erased one
	local n
	for n in 1 2 4 5 6 7 8; do "$pellucid" register show --private tips "$n" 2>/dev/null | grep -q "Zaunkoenig-$n" || { echo "case $n"; return 1; }; done
}
vault_reads() { "$pellucid" vault reads | grep -q 'none missing'; }
key() { sha256sum <inst/keys/vault.pub; }
# comes_in WORDS: one more case, whose number is in last
comes_in() {
	printf '%s\n' received,words "2026-02-01T00:00:00Z,$1" >one.csv
	"$pellucid" register enter tips one.csv >entered 2>err && last=$(grep -o '[0-9]*' entered | tail -1)
}
check "all is read through the signer" all_read
cp -a inst/vault before.vault
first=$(key)

# ---- broken off ----
steps=0
for call in linkat renameat renameat2 fdatasync fsync pwrite64 unlinkat; do
	# From the start for each kind of step: what a step left behind is where the next one begins.
	if ((steps)); then { "$pellucid" vault rotate && "$pellucid" vault rotate --finish; } >out 2>err || bad "it does not end"; fi
	for n in {1..12}; do
		got=0
		timeout 60 strace -f -qq -o strace.log -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$n" "$pellucid" vault rotate >out 2>err || got=$?
		[[ $got == 137 ]] || break
		steps=$((steps + 1))
		all_read || { bad "killed before $call $n something is not read"; show; break 2; }
		comes_in "Rotkehlchen-$steps" || { bad "killed before $call $n nothing comes in"; show; break 2; }
	done
done
check "it was broken off at many steps ($steps)" test "$steps" -ge 8
answers "and goes on to its end" 0 'keys are wrapped for the new key' "$pellucid" vault rotate
check "with a new key" test "$(key)" != "$first"
answers "which ends" 0 'vault-old.key is destroyed' "$pellucid" vault rotate --finish
rm -r before.vault
cp -a inst/vault before.vault
old_key=$(sha256sum <inst/keys/vault.key)
answers "once more, in peace" 0 'keys are wrapped for the new key' "$pellucid" vault rotate
check "the one before is beside it" test "$(sha256sum <inst/keys/vault-old.key)" = "$old_key"
check "nothing else is left" bash -c '! ls inst/keys | grep -q next'
check "all is read through the signer that runs" all_read
check "what came in meanwhile, too" bash -c '"$0" register show --private tips 9 | grep -q Rotkehlchen-1' "$pellucid"
check "the signer said so" grep -q 'evt=vault.key_changed' serve.log
check "what was erased is not back" code 0 "$pellucid" register show tips 3
check "nor its words" not has Zaunkoenig
check "the lines of reads are whole" vault_reads
answers "once more changes nothing" 0 ', 0 of them now' "$pellucid" vault rotate
check "doctor says what is to be done" bash -c '"$0" doctor | grep -q "vault rotate --finish"' "$pellucid"

# ---- an older copy ----
stop serve
mv inst/vault newest.vault
cp -a before.vault inst/vault
check "an older copy of the vault opens while the key before is here" all_read
answers "and is wrapped anew" 0 'keys are wrapped' "$pellucid" vault rotate
check "as before" all_read
rm -r inst/vault
mv newest.vault inst/vault
start serve "$pellucid" serve --no-web
ready serve signer.ready
gone=0
for call in renameat renameat2 fsync pwrite64 unlinkat; do
	for n in 1 2 3; do
		got=0
		timeout 60 strace -f -qq -o strace.log -e "trace=$call" -e "inject=$call:signal=SIGKILL:when=$n" "$pellucid" vault rotate --finish >out 2>err || got=$?
		[[ $got == 137 ]] || break
		gone=$((gone + 1))
		all_read || { bad "killed before $call $n of its end something is not read"; show; break 2; }
	done
	[[ $got == 137 ]] || "$pellucid" vault rotate >out 2>err || bad "it does not begin anew"
done
check "its end is broken off ($gone), and all is read" test "$gone" -ge 3
answers "the key before is destroyed" 0 'wrapped for the new key, 0 of them now' "$pellucid" vault rotate --finish
check "it is gone" bash -c '! ls inst/keys | grep -qE "vault-(old|next|gone)"'
check "all is read" all_read
check "new cases come in" "$pellucid" register enter tips tips.csv
stop serve
mv inst/vault newest.vault
cp -a before.vault inst/vault
answers "the older copy opens no more, and that is said" 3 'wrapped for another key' "$pellucid" register show --private tips 1
rm -r inst/vault
mv newest.vault inst/vault
answers "again, later" 0 'keys are wrapped' "$pellucid" vault rotate
check "another key" all_read

# ---- two at once, and while cases come in ----
start serve "$pellucid" serve --no-web
ready serve signer.ready
check "the change before ends" "$pellucid" vault rotate --finish
start one "$pellucid" vault rotate --json
start two "$pellucid" vault rotate --json
for n in $(seq 12); do comes_in "Buchfink-$n" || { bad "nothing comes in meanwhile"; show; break; }; done
ended one || true
ended two || true
check "of two at once one does it or both come to the same" grep -q '"keys"' one.log two.log
check "nothing was lost" all_read
check "the last one that came is read" bash -c '"$0" register show --private tips "$1" | grep -q Buchfink-12' "$pellucid" "$last"
check "and it ends" "$pellucid" vault rotate --finish
check "with all of it" all_read
exit "$failed"
