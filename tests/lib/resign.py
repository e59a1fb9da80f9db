#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""resign.py ENVELOPE KEY NAME=JSON...: a statement that says something else in those members of its predicate, under another id, signed with the Ed25519 key."""
import base64
import json
import subprocess
import sys
import tempfile

envelope, key = json.load(open(sys.argv[1])), sys.argv[2]
statement = json.loads(base64.b64decode(envelope["payload"]))
predicate = statement["predicate"]
for name, value in (change.split("=", 1) for change in sys.argv[3:]):
    predicate[name] = json.loads(value)
predicate["id"] = predicate["id"][:-1] + ("0" if predicate["id"][-1] != "0" else "1")
payload, kind = json.dumps(statement, separators=(",", ":")).encode(), envelope["payloadType"].encode()
with tempfile.NamedTemporaryFile() as pae:
    pae.write(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
    pae.flush()
    signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", key, "-rawin", "-in", pae.name], check=True, capture_output=True).stdout
print(json.dumps({"payload": base64.b64encode(payload).decode(), "payloadType": envelope["payloadType"],
                  "signatures": [{"keyid": "", "sig": base64.b64encode(signature).decode()}]}))
