#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An insider who knows the formats (docs/formats/openings.md, commitment.md) rewrites one case of a register and hashes it anew.

    rehash.py DECLARATION ORIGIN < row.json > update.json

Reads {"number", "revision", "previous", "seed", "values": {field: text}, "private": [hex]}, prints the commitment, the leaf and the stored
values that make the row consistent with itself. Enums and times only, as in demo/requests.register.
"""
import calendar
import hashlib
import hmac
import json
import struct
import sys
import time

RULES = {"month", "half-year", "year", "range", "group"}


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def derive(text):
    """The fields of the derived declaration: (name, type, open?), and its bytes."""
    out, fields, name = [], [], ""
    for line in text.splitlines():
        words = line.split(" ")
        if words[0] == "name":
            name = words[1]
        if words[0] != "field":
            continue
        _, field, kind, how, *rest = words
        choices = " " + rest[-1] if kind == "enum" else ""
        fields.append((field, kind, how == "open"))
        out.append(f"field {field} {kind} {'open' if how == 'open' else 'private'}{choices}")
        if how == "generalised":
            fields.append((f"{field}-{rest[0]}", kind, True))
            out.append(f"field {field}-{rest[0]} {kind} open")
    for field, kind in (("entered", "time"), ("late", "bool")):
        fields.append((field, kind, True))
        out.append(f"field {field} {kind} open")
    head = f"pellucid-declaration v1\nname register/{name}\n"
    return name, fields, (head + "\n".join(out) + "\n").encode()


def encode(kind, text):
    if kind == "time":
        return struct.pack(">Q", calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")))
    if kind == "bool":
        return bytes([text == "true"])
    if kind == "u64":
        return struct.pack(">Q", int(text))
    return text.encode()


def main():
    declaration = open(sys.argv[1], encoding="utf-8").read()
    row = json.load(sys.stdin)
    name, fields, derived = derive(declaration)
    register = sha(b"pl-register/v1\0", sys.argv[2].encode(), b"\0", name.encode())
    number, revision = row["number"], row["revision"]
    context = sha(b"pl-register-case/v1\0", register, struct.pack(">Q", number))
    digest, seed, private = sha(derived), bytes.fromhex(row["seed"]), [bytes.fromhex(h) for h in row["private"]]
    size = 1
    while size < len(fields):
        size *= 2
    leaves, stored = [], b""
    for i in range(size):
        open_field = i >= len(fields) or fields[i][2]
        if not open_field:
            leaves.append(private.pop(0))
            continue
        text = row["values"].get(fields[i][0]) if i < len(fields) else None
        value = b"" if text is None else encode(fields[i][1], text)
        tag = bytes([text is not None])
        salt = hmac.new(seed, struct.pack(">HI", i, revision), hashlib.sha256).digest()
        leaves.append(sha(b"pellucid-commit-leaf-v1\0", digest, context, struct.pack(">H", i), tag, salt,
                          struct.pack(">I", len(value)), value))
        if i < len(fields):
            stored += tag + (struct.pack(">I", len(value)) + value if text is not None else b"")
    while len(leaves) > 1:
        leaves = [sha(b"pellucid-commit-node-v1\0", leaves[i], leaves[i + 1]) for i in range(0, len(leaves), 2)]
    leaf = sha(b"\0pl-register-leaf/v1\0", register, struct.pack(">QI", number, revision), bytes.fromhex(row["previous"]),
               leaves[0])
    json.dump({"commitment": leaves[0].hex(), "leaf": leaf.hex(), "values": stored.hex()}, sys.stdout)


main()
