#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Make the functions of a shared library that few commands need callable without linking with it.

usage: lazygen.py FILE.lazy OUT.h OUT.c COMPILER...

FILE.lazy names headers, a library as -l would, and one function a line:

	# words
	header curl/curl.h
	library curl
	curl_easy_cleanup

OUT.h includes the headers and makes each of the functions a member of one table, so that calls are written as ever; OUT.c has the
table and what pl_lazy_load (base/lazy.h) fills it from: the name under which the library that the compiler finds is looked for
at run time (its SONAME).
"""
import os
import re
import subprocess
import sys

LINE = re.compile(r"^(?:(header|library) (\S+)|([A-Za-z_][A-Za-z0-9_]*))$")


def read(path):
    headers, library, functions = [], None, []
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            m = LINE.match(line)
            if not m or m.group(1) == "library" and library or m.group(3) in functions:
                sys.exit(f"{path}:{number}: expected 'header NAME', 'library NAME' (once) or a function not named yet, found '{line}'")
            if m.group(1) == "header":
                headers.append(m.group(2))
            elif m.group(1):
                library = m.group(2)
            else:
                functions.append(m.group(3))
    if not headers or not library or not functions:
        sys.exit(f"{path}: expected a header, a library and functions")
    return headers, library, functions


def soname(library, compiler):
    file = subprocess.run([*compiler, f"-print-file-name=lib{library}.so"], check=True, capture_output=True, text=True).stdout.strip()
    if not os.path.isabs(file):
        sys.exit(f"lazygen: {compiler[0]} finds no lib{library}.so; install its development package")
    shown = subprocess.run(["readelf", "-d", "-W", file], check=True, capture_output=True, text=True).stdout
    m = re.search(r"\(SONAME\).*\[(.+)\]", shown)
    if not m:
        sys.exit(f"lazygen: {file} has no SONAME")
    return m.group(1)


def header_text(name, base, headers, functions):
    guard = f"PL_{base.upper()}_LAZY_H"
    lines = ["/* SPDX-License-Identifier: Apache-2.0 */", f"/* Made from {name} by tools/lazygen.py. */", f"#ifndef {guard}", f"#define {guard}",
             '#include "base/lazy.h"', *(f"#include <{h}>" for h in headers), "", f"struct pl_{base} {{"]
    lines += [f"\t__typeof__({f}) *{f};" for f in functions]
    lines += ["};", f"extern struct pl_{base} pl_{base};", f"extern struct pl_lazy pl_{base}_library;", ""]
    for f in functions:
        lines += [f"#undef {f}", f"#define {f} pl_{base}.{f}"]
    return "\n".join(lines + ["", "#endif", ""])


def source_text(name, base, library, functions, out_h):
    lines = ["/* SPDX-License-Identifier: Apache-2.0 */", f"/* Made from {name} by tools/lazygen.py. */", f'#include "{out_h}"', "",
             f"struct pl_{base} pl_{base};", "static const char *const names[] = {"]
    lines += [f'\t"{f}",' for f in functions]
    lines += ["};", f'_Static_assert(sizeof pl_{base} == sizeof names, "layout");',
              f'struct pl_lazy pl_{base}_library = {{.file = "{library}", .names = names, .n = PL_COUNT(names), .table = &pl_{base}}};', ""]
    return "\n".join(lines)


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    path, out_h, out_c, *compiler = sys.argv[1:]
    name = os.path.basename(path)
    base = os.path.splitext(name)[0]
    headers, library, functions = read(path)
    found = soname(library, compiler)
    with open(out_h, "w", encoding="utf-8") as f:
        f.write(header_text(name, base, headers, functions))
    with open(out_c, "w", encoding="utf-8") as f:
        f.write(source_text(name, base, found, functions, os.path.basename(out_h)))


main()
