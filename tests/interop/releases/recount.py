#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Are these all releases of a product? Written from docs/ alone: proof-bundle.md, statements/product-head.md, manual/verify.md.

usage: recount.py PRODUCT BUNDLE COUNTING

COUNTING: a file with one index a line: the entries whose signatures suffice, which is not judged here. Prints
"FINDING COUNT LATER MISSING ROOT", with - for what is not known.
"""
import base64
import hashlib
import json
import re
import sys

MAGIC = b"c2sp.org/tlog-proof@v1\n"


def entries(text):
    """{index: entry} of one bundle, or of several one behind the other."""
    found = {}
    for head in re.finditer(rb"c2sp\.org/tlog-proof@v1\nextra ([A-Za-z0-9+/=]+)\nindex ([0-9]+)\n", text):
        found[int(head[2])] = base64.b64decode(head[1])
    return found


def pae(envelope):
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def root(leaves):
    """RFC 6962 section 2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + root(leaves[:k]) + root(leaves[k:])).digest()


def well_formed(head):
    s, p = head["statement"], head["statement"]["predicate"]
    return (isinstance(p.get("count"), int) and re.fullmatch(r"sha256:[0-9a-f]{64}", str(p.get("root"))) and len(s["subject"]) == 1 and
            s["subject"][0] == {"name": p["product"], "digest": {"sha256": p["root"][7:]}})


def find(product, bundle, counting):
    releases, heads = [], []
    for index, entry in sorted(entries(bundle).items()):
        if index not in counting:
            continue
        envelope = json.loads(entry)
        s = json.loads(base64.b64decode(envelope["payload"]))
        one = {"index": index, "statement": s, "digest": hashlib.sha256(pae(envelope)).digest()}
        if s["predicate"].get("product") != product:
            continue
        if s["predicateType"] == "urn:pellucid:release/v1" and s["predicate"].get("number", 0) >= 1:
            if one["digest"] not in [r["digest"] for r in releases]:
                releases.append({**one, "number": s["predicate"]["number"]})
        if s["predicateType"] == "urn:pellucid:product-head/v1" and well_formed(one):
            heads.append({**one, "count": s["predicate"]["count"], "root": bytes.fromhex(s["predicate"]["root"][7:])})
    if not heads:
        return "no-head", "-", "-", "-", "-"
    head = heads[-1]
    before = sorted((r for r in releases if r["index"] < head["index"]), key=lambda r: r["number"])
    later = len(releases) - len(before)
    numbers = {r["number"] for r in before}
    missing = ",".join(str(n) for n in range(1, head["count"] + 1) if n not in numbers) or "-"
    leaves = [r["digest"] for r in before]
    if len({r["number"] for r in releases}) < len(releases):
        finding = "twice"
    elif numbers and max(numbers) > head["count"]:
        finding = "left-out"
    elif missing != "-":
        finding = "incomplete"
    elif root(leaves) != head["root"]:
        finding = "root-differs"
    elif any(h["count"] > head["count"] or root(leaves[:h["count"]]) != h["root"] for h in heads):
        finding = "heads-differ"
    else:
        finding = "complete"
    known = finding in ("complete", "root-differs", "heads-differ")
    return finding, head["count"], later, missing, root(leaves).hex() if known else "-"


def main():
    product, bundle, counting = sys.argv[1], open(sys.argv[2], "rb").read(), {int(n) for n in open(sys.argv[3], encoding="ascii")}
    print(*find(product, bundle, counting))


main()
