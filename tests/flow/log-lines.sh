#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 300
# The bare command line: init, append, the answers to odd lines, and everything that reads.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
holds() { [ "$(tr '\n' ' ' <"$1")" = "$2" ]; }

vkey=$("$pellucid" log init log --origin flow.example/lines 2>/dev/null)
check "init prints the verifier key" test "${vkey%%+*}" = flow.example/lines
check "an empty log has a signed checkpoint" bash -c '[ "$("$0" log checkpoint log | sed -n 2p)" = 0 ]' "$pellucid"
check "a second init is refused" code 2 "$pellucid" log init log --origin flow.example/lines
rm -rf again && cp -a log.record again.record
check "a used name is refused" code 2 "$pellucid" log init again --origin flow.example/lines
check "a bad name is refused" code 2 "$pellucid" log init bad --origin "two words"

printf 'a\nb\na\n\nlast without line feed' | "$pellucid" log append log --lines >out
check "every line gets its index, a repeated one the earlier" holds out "0 1 0 2 3 "
check "nothing appended prints nothing" bash -c '[ -z "$("$0" log append log --lines </dev/null)" ]' "$pellucid"
(
	echo fine
	head -c 65536 /dev/zero | tr '\0' x
	printf '\nnever\n'
) >in
check "an over-long line is an error" bash -c '"$0" log append log --lines <in >out 2>err; [ $? = 2 ]' "$pellucid"
check "that names the line" grep -q "line 2 is too long" err
check "after the lines before it were answered" holds out "4 "
head -c 65535 /dev/zero | tr '\0' y >in
check "the longest entry is taken" bash -c '"$0" log append log --lines <in | grep -qx 5' "$pellucid"

seq -f "entry %.0f" 0 69999 >in
"$pellucid" log init many --origin log.example/releases >/dev/null 2>&1
"$pellucid" log append many --lines <in >out
check "70,000 lines are numbered in order" bash -c 'seq 0 69999 | cmp - out'
check "and have the root of the vectors" grep -qx "o5IPun8jmgcam9EHIfE0Gt3vuu3ttBx+JEN6nRa98Ao=" many/public/checkpoint
check "and their tiles" bash -c 'sha256sum many/public/tile/1/001.p/17 | grep -q ^5a8eb2fe63c90ddf'
"$pellucid" log append many --lines <in >indices
check "appended again they get the same indices" cmp out indices
check "and the log has not grown" bash -c '[ "$(sed -n 2p many/public/checkpoint)" = 70000 ]'
check "export gives them back" bash -c '"$0" log export many | cmp - in' "$pellucid"
check "a part of them" bash -c '[ "$("$0" log export many --from 69999)" = "entry 69999" ]' "$pellucid"
check "a proof has 17 hashes" bash -c '"$0" log prove many 12345 >p && [ "$(sed "/^$/,\$d" p | tail -n +4 | wc -l)" = 17 ]' "$pellucid"
check "that verify" code 0 "$pellucid" log verify many --proof p
check "and says that nobody witnessed it" grep -qi "not witnessed" err
sed 's/^index 12345/index 12344/' p >bad
check "a changed proof does not" code 1 "$pellucid" log verify many --proof bad
check "a consistency proof has 15" bash -c '[ "$("$0" log consistency many 65537 | wc -l)" = 15 ]' "$pellucid"
cat >proofs.py <<'PY'
import base64, hashlib, json, sys
# RFC 6962 and RFC 9162, written from the text: does what the JSON says hold together?
def node(a, b): return hashlib.sha256(b"\1" + a + b).digest()
def raw(text): return base64.b64decode(text, validate=True)
def inclusion(index, size, leaf, path):
    fn, sn, r = index, size - 1, leaf
    for p in path:
        assert sn
        if fn & 1 or fn == sn:
            r = node(p, r)
            while not fn & 1 and fn: fn >>= 1; sn >>= 1
        else:
            r = node(r, p)
        fn >>= 1; sn >>= 1
    assert not sn
    return r
def consistency(old, size, old_root, path):
    if old & (old - 1) == 0: path = [old_root] + path
    fn, sn = old - 1, size - 1
    while fn & 1: fn >>= 1; sn >>= 1
    fr = sr = path[0]
    for c in path[1:]:
        assert sn
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while not fn & 1 and fn: fn >>= 1; sn >>= 1
        else:
            sr = node(sr, c)
        fn >>= 1; sn >>= 1
    assert not sn
    return fr, sr
v = json.load(sys.stdin)
path = [raw(p) for p in v["path"]]
if "index" in v:
    leaf = raw(v["leaf"])
    assert "entry" not in v or leaf == hashlib.sha256(b"\0" + raw(v["entry"])).digest()
    assert inclusion(v["index"], v["size"], leaf, path) == raw(v["root"])
    assert v["checkpoint"].split("\n")[:3] == [v["origin"], str(v["size"]), v["root"]]
    print(v["index"], raw(v.get("entry", "")).decode())
else:
    assert consistency(v["old_size"], v["new_size"], raw(v["old_root"]), path) == (raw(v["old_root"]), raw(v["new_root"]))
    assert v["new_size"] != v["size"] or v["new_root"] == v["root"]
    print(v["old_size"], v["new_size"])
PY
as_json() { "$pellucid" log "$@" --json 2>/dev/null | tee one | python3 proofs.py; }
check "a proof as JSON is one line" bash -c '"$0" log prove many 12345 --json 2>/dev/null | wc -l | grep -qx 1' "$pellucid"
same "and verifies by a program written from the standard" "$(as_json prove many 12345)" "12345 entry 12345"
same "without its entry, too" "$(as_json prove many 69999 --without-entry)" "69999 "
check "which is left out" not grep -q '"entry":' one
same "a consistency proof as JSON" "$(as_json consistency many 65537)" "65537 70000"
same "between two sizes" "$(as_json consistency many 4096 12345)" "4096 12345"
"$pellucid" log export many --from 69998 --json >out 2>/dev/null
same "entries as JSON, one a line" "$(<out)" '{"index":69998,"entry":"ZW50cnkgNjk5OTg="}'$'\n''{"index":69999,"entry":"ZW50cnkgNjk5OTk="}'
"$pellucid" log export many --json 2>/dev/null | python3 -c 'import base64, json, sys
for line in sys.stdin: print(base64.b64decode(json.loads(line)["entry"]).decode())' >out
check "all of them" cmp in out
answers "export is JSON or base64" 2 'leave --base64 out' "$pellucid" log export many --json --base64
check "an index beyond the end is refused" code 2 "$pellucid" log prove many 70000
check "fsck finds nothing" code 0 "$pellucid" log fsck many --state state
check "and goes on where it stopped" bash -c '"$0" log fsck many --state state --json | grep -q "\"entries_checked_before\":65536"' "$pellucid"
"$pellucid" log checkpoint many >old
printf 'more\n' | "$pellucid" log append many --lines >/dev/null
check "the log extends its earlier checkpoint" code 0 "$pellucid" log verify many --old old
check "another log does not" code 1 "$pellucid" log verify log --old old
check "another key does not verify it" code 1 "$pellucid" log verify many --vkey "$vkey"
cp -a many damaged
flip damaged/public/tile/entries/017 99
check "fsck finds one changed byte" code 1 "$pellucid" log fsck damaged
one=$(grep -v ^time out)
check "and as many with several threads" code 1 "$pellucid" log fsck damaged --threads 5
same "which say the same" "$one" "$(grep -v ^time out)"
check "and names the entry" grep -q "problem entry 43" out
exit "$failed"
