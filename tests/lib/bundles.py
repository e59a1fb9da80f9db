#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Spoil a proof bundle: it comes on standard input and goes to standard output (docs/formats/proof-bundle.md).

bundles.py drop-release NUMBER    without the release of that number
bundles.py drop-kind KIND         without statements of that kind
bundles.py edit-head              the count in the product-head raised by one, its proof as it was
bundles.py checkpoint             the checkpoint alone
bundles.py extra                  the bundle of the text of `log prove`: its entry in the extra line
"""
import base64
import json
import re
import sys

HEAD = re.compile(r"c2sp\.org/tlog-proof@v1\nextra (?P<extra>\S+)\nindex (?P<index>\d+)\n(?:\S+\n)*\n")


def statement(head):
    envelope = json.loads(base64.b64decode(head["extra"]))
    return envelope, json.loads(base64.b64decode(envelope["payload"]))


def spoil(text, what, *args):
    def keep(head):
        envelope, s = statement(head)
        p = s["predicate"]
        if what == "drop-release" and s["predicateType"] == "urn:pellucid:release/v1" and p["number"] == int(args[0]):
            return ""
        if what == "drop-kind" and s["predicateType"] == f"urn:pellucid:{args[0]}/v1":
            return ""
        if what == "edit-head" and s["predicateType"] == "urn:pellucid:product-head/v1":
            p["count"] += 1
            envelope["payload"] = base64.b64encode(json.dumps(s, sort_keys=True, separators=(",", ":")).encode()).decode()
            entry = json.dumps(envelope, sort_keys=True, separators=(",", ":")).encode()
            return head[0].replace(head["extra"], base64.b64encode(entry).decode())
        return head[0]
    return HEAD.sub(keep, text)


def main():
    text = sys.stdin.read()
    out = HEAD.sub("", text) if sys.argv[1] == "checkpoint" else spoil(text, *sys.argv[1:])
    if out == text:
        sys.exit(f"bundles.py {sys.argv[1]}: nothing was found to change")
    sys.stdout.write(out)


main()
