#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""snapshot.py REPO SNAPSHOT.json [--spoil]: make manifest and archive of HEAD as docs/formats/snapshot.md says, and compare their
digests with what `pellucid release snapshot --json` printed. Needs nothing but git."""
import datetime
import hashlib
import json
import os
import subprocess
import sys


def git(repo, *args):
    env = dict(os.environ, GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="safe.directory", GIT_CONFIG_VALUE_0="*")
    return subprocess.run(["git", "-C", repo, *args], check=True, stdout=subprocess.PIPE, env=env).stdout


def octal(value, digits):
    return b"%0*o\0" % (digits, value)


def header(name, prefix, mode, size, mtime, kind, link=b""):
    block = bytearray(512)
    block[0:len(name)] = name
    block[100:108] = octal(mode, 7)
    block[108:116] = block[116:124] = octal(0, 7)
    block[124:136] = octal(size, 11)
    block[136:148] = octal(mtime, 11)
    block[148:156] = b" " * 8
    block[156:157] = kind
    block[157:157 + len(link)] = link
    block[257:265] = b"ustar\0" + b"00"
    block[345:345 + len(prefix)] = prefix
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def record(key, value):
    rest = len(key) + len(value) + 3
    length = rest + 1
    while length != rest + len(str(length)):
        length = rest + len(str(length))
    return b"%d %s=%s\n" % (length, key, value)


def padded(data):
    return data + b"\0" * (-len(data) % 512)


def extended(kind, records, mtime):
    return header(b"pax", b"", 0o644, len(records), mtime, kind) + padded(records)


def split(path):
    if len(path) <= 100:
        return b"", path
    for i in range(max(1, len(path) - 101), min(len(path), 156)):
        if path[i:i + 1] == b"/" and len(path) - i - 1 <= 100:
            return path[:i], path[i + 1:]
    return None


def entry(path, mode, data, mtime):
    records, link, body, kind = b"", b"", data, b"0"
    if mode == "120000":
        kind, body, link = b"2", b"", data
        if len(link) > 100:
            records, link = record(b"linkpath", link), b""
    names = split(path)
    if names is None:
        records, names = records + record(b"path", path), (b"", b"")
    bits = {"100644": 0o644, "100755": 0o755, "120000": 0o777}[mode]
    front = extended(b"x", records, mtime) if records else b""
    return front + header(names[1], names[0], bits, len(body), mtime, kind, link) + padded(body)


def shown(path):
    try:
        path.decode("utf-8")
        limit = 256
    except UnicodeDecodeError:
        limit = 128
    return b"".join(b"\\x%02x" % c if c < 32 or c in (127, 92) or c >= limit else bytes([c]) for c in path)


def main():
    repo, wanted = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
    commit = git(repo, "rev-parse", "HEAD").strip()
    tree = git(repo, "rev-parse", "HEAD^{tree}").strip()
    mtime = int(git(repo, "show", "-s", "--format=%ct", "HEAD"))
    files = []
    for line in git(repo, "ls-tree", "-r", "-z", "HEAD").split(b"\0")[:-1]:
        meta, path = line.split(b"\t", 1)
        mode, _, oid = meta.decode().split()
        files.append((path, mode, git(repo, "cat-file", "blob", oid)))
    files.sort()
    time = datetime.datetime.fromtimestamp(mtime, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    manifest = b"pellucid-manifest-v1\ncommit %s\ntree %s\ntime %s\nfiles %d\nbytes %d\n\n" % (
        commit, tree, time, len(files), sum(len(f[2]) for f in files))
    archive = extended(b"g", record(b"comment", commit), mtime)
    for path, mode, data in files:
        digest = hashlib.sha256(data).hexdigest().encode()
        manifest += b"%s %d %s %s\n" % (mode.encode(), len(data), digest, shown(path))
        archive += entry(path, mode, data, mtime)
    archive += b"\0" * 1024
    if "--spoil" in sys.argv:
        archive = archive[:-1] + b"x"
    for name, data in (("manifest", manifest), ("archive", archive)):
        found = "sha256:" + hashlib.sha256(data).hexdigest()
        print(name, found)
        if found != wanted[name]:
            sys.exit(f"{name}: expected {wanted[name]}")


main()
