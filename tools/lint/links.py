#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""links.py ROOT: print what the *.md pages of the git tree ROOT point to and what is not there; exit 1 if there is any."""
import os
import re
import subprocess
import sys

LINK = re.compile(r"\]\(([^()\s]+)\)")
CODE = re.compile(r"`((?:src|docs|tests|tools|demo|include|packaging|pages|po|deps)/[\w./-]+)`")
FENCED = re.compile(r"^( {4}|\t|```).*$", re.M)


def anchors(path):
    """The fragments of a page's headings, as the usual renderers make them."""
    with open(path, encoding="utf-8") as f:
        headings = re.findall(r"^#+ +(.*)$", f.read(), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


def missing(root, page, files):
    """What @page points to in vain."""
    with open(os.path.join(root, page), encoding="utf-8") as f:
        text = f.read()
    for target in LINK.findall(FENCED.sub("", text)):
        path, _, fragment = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        there = os.path.normpath(os.path.join(root, os.path.dirname(page), path)) if path else os.path.join(root, page)
        if not os.path.exists(there):
            yield f"there is no {target}"
        elif fragment and there.endswith(".md") and fragment not in anchors(there):
            yield f"there is no heading #{fragment} in {there}"
    for name in CODE.findall(text):
        # A program is named without the ending of its source.
        if not any(f == name or f.startswith((name.rstrip("/") + "/", name + ".")) for f in files):
            yield f"there is no {name}"


def main():
    root = sys.argv[1]
    files = subprocess.run(["git", "-C", root, "ls-files"], check=True, capture_output=True, text=True).stdout.split("\n")
    found = [f"{page}: {what}" for page in files if page.endswith(".md") for what in missing(root, page, files)]
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)


main()
