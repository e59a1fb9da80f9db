#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Go's sumdb packages check our logs: logs of many sizes written by `pellucid log append`, from their tiles alone.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
work=$PL_TMP
vectors=$PL_VECTORS/log.txt
text() { sed -n "/^begin $1\$/,/^end\$/s/^|//p" "$vectors"; }
line() { sed -n "s/^$1 //p" "$vectors"; }
go_sumdb() { "$work/go-sumdb" "$@"; }

build() {
	(cd "$PL_SRC/tests/interop/go-sumdb" &&
		GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS='' GOCACHE="$work/go-cache" go build -o "$work/go-sumdb" main.go)
}
check 'the Go program builds with Debian'\''s packages alone' build

# ---- the vectors ----
log_key=$(line log-vkey)
witness_key=$(line witness-vkey)
both_signed() { [ "$(go_sumdb note "$1" "$log_key" "$witness_key" | wc -l)" = 2 ]; }
for size in 0 8 70000; do
	text "checkpoint-$size" >"$work/note"
	check "note: log and witness signed the vector of size $size" both_signed "$work/note"
	sed '2s/.*/9/' "$work/note" >"$work/note-bad"
	check "note: size $size with another number is refused" not go_sumdb note "$work/note-bad" "$log_key"
done

# ---- logs of many sizes ----
# Sizes around the edges of tiles; the roots of some are in the vectors, because the entries are the same.
roots_agree() { # roots_agree SIZE: the root that Go computed is the one of the vectors
	local want
	want=$(line "root $1")
	[ -z "$want" ] || [ "$(cut -d' ' -f2 "$work/out.log" | base64 -d | od -An -v -tx1 | tr -d ' \n')" = "$want" ]
}
grown() { # grown FROM TO: append entries FROM..TO-1
	seq "$1" $(($2 - 1)) | sed 's/^/entry /' | "$pellucid" log append "$work/log" --lines
}
log_holds() { go_sumdb log "$work/log/public" "$vkey" >"$work/out.log" && [ "$(cut -d' ' -f1 "$work/out.log")" = "$1" ]; }
proof_holds() { # proof_holds INDEX SIZE: a proof that we made is accepted by Go
	"$pellucid" log prove "$work/log" "$1" >"$work/proof" &&
		[ "$(go_sumdb proof "$work/proof" "$2" "$(cut -d' ' -f2 "$work/out.log")" "entry $1")" = "$1" ]
}
vkey=$("$pellucid" log init "$work/log" --origin log.example/interop 2>/dev/null)
from=0
for size in 1 2 3 5 8 255 256 257 511 512 513 1000 65535 65536 65537 70000; do
	check "log: grows to $size" grown "$from" "$size"
	check "log: Go verifies checkpoint, inclusion and consistency at $size" log_holds "$size"
	check "log: root at $size" roots_agree "$size"
	check "log: our proofs are Go's at $size" proof_holds $((size - 1)) "$size"
	check "log: and for entry $((size / 3))" proof_holds $((size / 3)) "$size"
	from=$size
done

# ---- what must not pass ----
other=$("$pellucid" log init "$work/other" --origin log.example/interop 2>/dev/null)
check 'another key is refused' not go_sumdb log "$work/log/public" "$other"
cp -r "$work/log/public" "$work/bad"
flip "$work/bad/tile/0/000" 40
check 'a flipped bit in a tile is noticed' not go_sumdb log "$work/bad" "$vkey"
flip "$work/bad/tile/0/000" 40
check 'and only that' go_sumdb log "$work/bad" "$vkey"
flip "$work/bad/tile/entries/000" 40
check 'a flipped bit in an entry is noticed' not go_sumdb log "$work/bad" "$vkey"

# ---- the key changes ----
rotate() { "$pellucid" log rotate-key "$work/log" "$@" 2>/dev/null; }
signed_by() { # signed_by SIGNERS KEYS...: Go verifies the log by these keys, and so many of the log's own signed
	local signers=$1
	shift
	go_sumdb log "$work/log/public" "$@" && [ "$(grep -c '^— log.example/interop ' "$work/log/public/checkpoint")" = "$signers" ]
}
new=$(rotate --overlap-days 0)
check 'during the overlap Go verifies by the old key' signed_by 2 "$vkey"
check 'by the new one' signed_by 2 "$new"
check 'and by both' signed_by 2 "$vkey" "$new"
check 'the old key ends' rotate --finish
check 'Go verifies by the new key alone' signed_by 1 "$new"
check 'and no more by the old one' not go_sumdb log "$work/log/public" "$vkey"
exit "$failed"
