#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Embed files under names that contain their digest.

usage: assetgen.py OUT.h OUT.c FILE...

Writes PL_ASSET_<name> (the path, /assets/<name>.<16 hex digits>.<type>) to OUT.h, and to OUT.c the table of all files, embedded
by .incbin. A file's name is content, so it may be kept for ever; a changed file has another name.

A reference {{asset name.ext}} inside a .js or .html file is not replaced: files refer to each other by paths the page hands
over, so that no file's digest depends on another's.
"""
import hashlib
import pathlib
import sys

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".html": "text/html; charset=utf-8",
}


def main():
    out_h, out_c, *paths = sys.argv[1:]
    h = ["/* Made by assetgen.py. */", "#ifndef PL_ASSETS_H", "#define PL_ASSETS_H", ""]
    c = ["/* Made by assetgen.py. */", '#include "web/asset.h"', '#include "assets.h"', ""]
    rows = []
    for i, path in enumerate(sorted(pathlib.Path(p) for p in paths)):
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        if path.suffix not in TYPES:
            sys.exit(f"{path}: unknown kind of file")
        name = f"/assets/{path.stem}.{digest[:16]}{path.suffix}"
        h += [f"#define PL_ASSET_{path.name.replace('.', '_').replace('-', '_')} \"{name}\""]
        # Relative to the build directory the assembler runs in; the bytes end in a NUL that is not counted.
        c += [
            "__asm__(\".pushsection .rodata\\n\"",
            f"\t\"pl_asset_{i}:\\n.incbin \\\"{path.as_posix()}\\\"\\n.byte 0\\n\"",
            "\t\".popsection\\n\");",
            f"extern const unsigned char pl_asset_{i}[] __attribute__((visibility(\"hidden\")));",
            "",
        ]
        rows.append(f"\t{{\"{name}\", \"{path.name}\", \"{TYPES[path.suffix]}\", \"{digest}\", pl_asset_{i}, {len(data)}}},")
    h += [f"#define PL_ASSET_COUNT {len(rows)}u", "#endif", ""]
    c += ["const struct pl_asset pl_assets[] = {"] + rows + ["};", "const size_t pl_asset_count = PL_ASSET_COUNT;", ""]
    pathlib.Path(out_h).write_text("\n".join(h))
    pathlib.Path(out_c).write_text("\n".join(c))


main()
