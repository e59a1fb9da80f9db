#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Put the verify page into one file that needs no network.

usage: standalone.py standalone.html style.css mark.svg verify-core.js verify.js verify-worker.js en.po recount-*.js... OUT.html

The scripts that count a report again become one, in the order given: it is the text of a worker.

The content security policy of the file allows exactly these scripts and this style, by digest, and no connection at all. The
same input gives the same bytes, so that the digest of the file can be stated in the log.
"""
import base64
import hashlib
import pathlib
import re
import sys


def digest(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def texts(po):
    out = []
    for key, text in re.findall(r'^msgid "js\.([^"]+)"\nmsgstr "((?:[^"\\]|\\.)*)"$', po, re.M):
        text = text.replace('\\"', '"').replace("\\\\", "\\")
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        out.append(f'<li data-key="{key}">{text}</li>')
    if not out:
        sys.exit("en.po has no texts for the script")
    return "\n".join(out)


def main():
    page, style, mark, core, script, worker, po = (
        pathlib.Path(p).read_text(encoding="utf-8") for p in sys.argv[1:8])
    recount = "\n".join(pathlib.Path(p).read_text(encoding="utf-8") for p in sys.argv[8:-1])
    for name, text in (("core", core), ("script", script), ("worker", worker), ("recount", recount)):
        if re.search(r"</script|<!--", text, re.I):
            sys.exit(f"{name}: would end the element it is put into")
    policy = (f"default-src 'none'; script-src {digest(core)} {digest(script)}; style-src {digest(style)}; "
              "img-src data:; worker-src blob:; base-uri 'none'; form-action 'none'")
    icon = "data:image/svg+xml;base64," + base64.b64encode(mark.encode()).decode()
    for hole, value in (("POLICY", policy), ("STYLE", style), ("ICON", icon), ("TEXTS", texts(po)), ("CORE", core),
                        ("SCRIPT", script), ("WORKER", worker), ("RECOUNT", recount)):
        if page.count(f"@{hole}@") < 1:
            sys.exit(f"standalone.html: @{hole}@ is missing")
        page = page.replace(f"@{hole}@", value)
    pathlib.Path(sys.argv[-1]).write_text(page, encoding="utf-8")


main()
