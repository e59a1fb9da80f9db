#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Put the verify page into one file that needs no network. Its words are those of the catalogue, as everywhere.

usage: standalone.py standalone.html style.css mark.svg verify-keys.js verify-signers.js verify-releases.js verify-core.js verify.js
       verify-worker.js en.po recount-*.js... OUT.html

The first four scripts become one, in the order given, and so do those that count a report again: they are the text of a worker.

The content security policy of the file allows exactly these scripts and this style, by digest, and no connection at all. The
same input gives the same bytes, so that the digest of the file can be stated in the log.
"""
import base64
import hashlib
import pathlib
import re
import sys

import pogen  # beside this file


def digest(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def translate(page, catalogue):
    """Fill the {{t "key"}} of the page; a key that is not there, and words outside of the catalogue, end the build."""
    shown = re.sub(r'\{\{t "[^"]*"\}\}|@[A-Z]+@|<code>.*?</code>', "", page)
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"<[^>]*>", "", re.sub(r"<!doctype[^>]*>", "", shown, flags=re.I)))
    if [w for w in words if w != "Pellucid"] or re.search(r'(?:aria-label|alt|title|placeholder)="[^"]+"', shown):
        sys.exit(f"standalone.html: words that are not in the catalogue: {words}")
    return re.sub(r'\{\{t "([^"]*)"\}\}', lambda m: escape(catalogue[m.group(1)][0][0]), page)


def texts(catalogue):
    return "\n".join(f'<li data-key="{key.removeprefix("js.")}">{escape(forms[0])}</li>'
                     for key, (forms, *_) in catalogue.items() if key.startswith(("js.", "kind.", "verdict.")))


def main():
    page, style, mark, keys, signers, releases, core, script, worker = (pathlib.Path(p).read_text(encoding="utf-8") for p in sys.argv[1:10])
    core = "\n".join((keys, signers, releases, core))
    header, catalogue = pogen.parse(sys.argv[10])
    page = translate(page, catalogue)
    recount = "\n".join(pathlib.Path(p).read_text(encoding="utf-8") for p in sys.argv[11:-1])
    for name, text in (("core", core), ("script", script), ("worker", worker), ("recount", recount)):
        if re.search(r"</script|<!--", text, re.I):
            sys.exit(f"{name}: would end the element it is put into")
    policy = (f"default-src 'none'; script-src {digest(core)} {digest(script)}; style-src {digest(style)}; "
              "img-src data:; worker-src blob:; base-uri 'none'; form-action 'none'")
    icon = "data:image/svg+xml;base64," + base64.b64encode(mark.encode()).decode()
    for hole, value in (("POLICY", policy), ("STYLE", style), ("ICON", icon), ("TEXTS", texts(catalogue)), ("LANGUAGE", header.get("Language", "en")), ("CORE", core),
                        ("SCRIPT", script), ("WORKER", worker), ("RECOUNT", recount)):
        if page.count(f"@{hole}@") < 1:
            sys.exit(f"standalone.html: @{hole}@ is missing")
        page = page.replace(f"@{hole}@", value)
    pathlib.Path(sys.argv[-1]).write_text(page, encoding="utf-8")


main()
