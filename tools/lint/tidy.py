# SPDX-License-Identifier: Apache-2.0
"""Run clang-tidy over every C file of src/ and tools/ that the build directory knows, two at a time.

    tidy.py BUILD CACHE [NODES]

With NODES the analyzer gives up on a function after so many states of it (its own bound is 225,000): a fifth of the time.

A file that passed is not looked at again until it, a header that it includes, .clang-tidy, clang-tidy itself or its compile command
changes: what was seen is remembered in CACHE under the hash of all that, for thirty days after it was last of use. Clones may share
a cache.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time

KEPT = 30 * 86400
INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.M)


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


class Headers:
    """What a file includes of ours, and what that includes: each file is read once."""

    def __init__(self):
        self.known = {}

    def of(self, path, folders):
        """The hash of the file and the places of what it includes by name."""
        if path not in self.known:
            text = read(path)
            self.known[path] = (hashlib.sha256(text).digest(), INCLUDE.findall(text))
        own, names = self.known[path]
        found = []
        for name in names:
            for folder in (os.path.dirname(path), *folders):
                place = os.path.normpath(os.path.join(folder, name.decode()))
                if os.path.isfile(place):
                    found.append(place)
                    break
        return own, found

    def closure(self, path, folders):
        """The hash of the file and all that it includes, wherever the clone lies."""
        seen, waiting, h = set(), [path], hashlib.sha256()
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            own, found = self.of(path, folders)
            h.update(own)
            waiting += reversed(found)
        return h.digest()


def folders_of(c):
    words = shlex.split(c["command"])
    return tuple(os.path.join(c["directory"], w[2:]) for w in words if w.startswith("-I"))


def check(build, cache, options, rel, key):
    mark = os.path.join(cache, key)
    if os.path.exists(mark):
        os.utime(mark)
        return rel, 0, ""
    run = subprocess.run(["clang-tidy", "--quiet", "-p", build, *options, rel], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         check=False)
    if run.returncode == 0:
        with open(mark, "w", encoding="utf-8"):
            pass
    return rel, run.returncode, run.stdout.decode("utf-8", "replace")


def main(build, cache, nodes=None):
    os.makedirs(cache, exist_ok=True)
    options = []
    for word in ("-analyzer-config", f"max-nodes={nodes}") if nodes else ():
        options += ["--extra-arg=-Xclang", f"--extra-arg={word}"]
    tool = subprocess.run(["clang-tidy", "--version"], stdout=subprocess.PIPE, check=True).stdout
    common = digest(read(".clang-tidy"), " ".join(options).encode(), tool)
    jobs, headers = {}, Headers()
    for rel, c in commands(build):
        here = c["command"].replace("ccache ", "", 1).replace(os.getcwd(), "").encode()
        jobs[rel] = digest(common.encode(), headers.closure(os.path.abspath(rel), folders_of(c)), here)
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for rel, code, text in pool.map(lambda j: check(build, cache, options, *j), sorted(jobs.items())):
            if code:
                bad += 1
                print(text.strip())
                print(f"FAIL - {rel}")
    print(f"{'FAIL' if bad else 'ok'} - clang-tidy: {len(jobs)} files, {bad} with findings")
    for name in os.listdir(cache):
        if os.path.getmtime(os.path.join(cache, name)) < time.time() - KEPT:
            os.remove(os.path.join(cache, name))
    return 1 if bad or not jobs else 0


sys.exit(main(*sys.argv[1:]))
