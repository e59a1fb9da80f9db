#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# What an operator does to a bare log by hand: end a hold because of the system time, and sign what fsck found. What the
# command line says about a log without witnesses.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
append() { # LINES...
	printf '%s\n' "$@" | "$pellucid" log append log --lines
}
later() { # as if two hours had passed
	LD_PRELOAD=$(faketime_library) FAKETIME=+2h FAKETIME_DONT_FAKE_MONOTONIC=1 "$@"
}
entry() { "$pellucid" log prove log "$1" 2>/dev/null | sed -n 's/^extra //p' | base64 -d; }
last_line_is() { [[ $(tail -n 1 err) == "$1" ]]; }
# says_not_witnessed VERB ARGUMENTS...
says_not_witnessed() {
	answers "log $1 says that nobody witnessed it" 0 'NOT WITNESSED' "$pellucid" log "$@"
	check "once, and on standard error" test "$(grep -c '^NOT WITNESSED' err)/$(grep -ci 'not witnessed' out)" = 1/0
}

vkey=$("$pellucid" log init log --origin flow.example/acts 2>/dev/null)
printf 'log %s\nquorum none\n' "$vkey" >policy

echo "# the system time"
answers "an append" 0 '^0$' append a
answers "and another, two hours later" 0 '^1$' later append b
answers "the time went back: the log is held" 3 '^held$' append c
check "one sentence says why" last_line_is "1 entry is stored and not yet published; the log is held: the system time went back by \
more than a minute; no witnesses, and the record lies on the log's own disk: nothing would show that both were replaced by an \
older copy."
answers "without a reason nothing is accepted" 2 'REASON' "$pellucid" log time-accept log
answers "two more wait with it" 3 '^held$' append d e
check "and are counted" grep -q '^2 entries are stored and not yet published; the log is held: the system time' err
answers "the operator accepts the time" 0 '^2$' "$pellucid" log time-accept log "the clock's battery was empty"
check "the reason is the next entry" bash -c 'grep -qx "reason the clock.s battery was empty" <<<"$1"' - "$(entry 2)"
answers "what waited follows it" 0 '^3$' append c
answers "and the log goes on" 0 '^6$' append f
answers "a log that is not held has nothing to accept" 3 'is not held for that reason' "$pellucid" log time-accept log "again"

echo "# without witnesses"
says_not_witnessed checkpoint log --policy policy
says_not_witnessed checkpoint log
says_not_witnessed prove log 1 --policy policy
says_not_witnessed consistency log 2 --policy policy
says_not_witnessed export log --base64 --policy policy
says_not_witnessed verify log --policy policy
says_not_witnessed fsck log --policy policy
check "and the report does" grep -qx 'witnesses not-checked' out
answers "as JSON, too" 0 '"witnesses_checked":false' "$pellucid" log fsck log --policy policy --json

echo "# a signed report"
answers "fsck signs its report" 0 '^problems 0$' "$pellucid" log fsck log --key log/private/key --passphrase-file log/private/key.pass
cp out report
# By a program of other people: from the verifier key and the signature line, what openssl wants.
good_signature() { # REPORT
	python3 - "$vkey" "$1" <<'PY' && openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in text -sigfile sig
import base64, sys
vkey, report = sys.argv[1], open(sys.argv[2], encoding="utf-8").read()
name, key_id, key = vkey.split("+", 2)
text, signature = report.rsplit("\n\n", 1)
dash, signer, line = signature.rstrip("\n").split(" ")
raw, key = base64.b64decode(line), base64.b64decode(key)
assert dash == "\u2014" and signer == name and raw[:4].hex() == key_id and key[0] == 1 and len(key) == 33
open("text", "w", encoding="utf-8").write(text + "\n")
open("sig", "wb").write(raw[4:])
der = bytes.fromhex("302a300506032b6570032100") + key[1:]
open("key.pem", "w").write("-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n" % base64.b64encode(der).decode())
PY
}
check "the signature is that of the log's key" good_signature report
sed 's/^problems 0$/problems 1/' report >altered
check "and covers what the report says" not good_signature altered
flip log/public/tile/entries/000.p/7 3
answers "a damaged entry is a problem" 1 '^problem ' "$pellucid" log fsck log --key log/private/key --passphrase-file log/private/key.pass
cp out report
check "whose report is signed as well" good_signature report
exit "$failed"
