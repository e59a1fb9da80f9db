# SPDX-License-Identifier: Apache-2.0
"""Run clang-tidy over every C file of src/ and tools/ that the build directory knows, two at a time.

    tidy.py BUILD CACHE [NODES]

With NODES the analyzer gives up on a function after so many states of it (its own bound is 225,000): a fifth of the time.

A file that passed is not looked at again until it, a header, .clang-tidy or its compile command changes: what was seen
is remembered in CACHE under the hash of all that.
"""
import concurrent.futures
import hashlib
import json
import os
import subprocess
import sys


def digest(*parts):
    h = hashlib.sha256()
    for part in parts:
        h.update(hashlib.sha256(part).digest())
    return h.hexdigest()


def read(path):
    with open(path, "rb") as f:
        return f.read()


def commands(build):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as f:
        for c in json.load(f):
            path = os.path.realpath(os.path.join(c["directory"], c["file"]))
            rel = os.path.relpath(path)
            if rel.startswith(("src/", "tools/")) and rel.endswith(".c"):
                yield rel, c


def check(build, cache, options, rel, key):
    mark = os.path.join(cache, key)
    if os.path.exists(mark):
        return rel, 0, ""
    run = subprocess.run(["clang-tidy", "--quiet", "-p", build, *options, rel], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         check=False)
    if run.returncode == 0:
        with open(mark, "w", encoding="utf-8"):
            pass
    return rel, run.returncode, run.stdout.decode("utf-8", "replace")


def main(build, cache, nodes=None):
    os.makedirs(cache, exist_ok=True)
    headers = []
    for top in ("src", "include", "tools"):
        for folder, _, names in sorted(os.walk(top)):
            headers += [read(os.path.join(folder, n)) for n in sorted(names) if n.endswith(".h")]
    options = []
    for word in ("-analyzer-config", f"max-nodes={nodes}") if nodes else ():
        options += ["--extra-arg=-Xclang", f"--extra-arg={word}"]
    common = digest(read(".clang-tidy"), " ".join(options).encode(), *headers)
    jobs = {}
    for rel, c in commands(build):
        jobs[rel] = digest(common.encode(), read(rel), c["command"].encode())
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for rel, code, text in pool.map(lambda j: check(build, cache, options, *j), sorted(jobs.items())):
            if code:
                bad += 1
                print(text.strip())
                print(f"FAIL - {rel}")
    print(f"{'FAIL' if bad else 'ok'} - clang-tidy: {len(jobs)} files, {bad} with findings")
    return 1 if bad or not jobs else 0


sys.exit(main(*sys.argv[1:]))
