#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Forms sent to the portal over connections that stay open, each sender waiting for his page.

usage: intake_http.py SOCKET REGISTER SENDERS SECONDS

The portal listens on the Unix socket and takes addresses from X-Real-IP, because it counts what one address sends. The register's form
asks for "kind" and "words" and is confirmed by work of one bit.
"""
import hashlib
import itertools
import secrets
import socket
import sys
import threading
import time
import urllib.parse

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WORDS = "A text of about the length that somebody writes who has found something and wants to say what, where and how. " * 2
path, register, senders, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])


def form():
    prefix = f"v1:{register}:{int(time.time())}:0{''.join(secrets.choice(LETTERS) for _ in range(25))}:"
    n = next(n for n in itertools.count() if hashlib.sha256(f"{prefix}{n}".encode()).digest()[0] < 128)
    return urllib.parse.urlencode({"f-kind": "good", "f-words": WORDS, "ticket": f"{prefix}{n}", "way": "work"}).encode()


def request(i):
    body = form()
    return (f"POST /intake/{register} HTTP/1.1\r\nHost: localhost\r\nX-Real-IP: 10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


# Made before, so that making them costs the portal nothing: as many as no portal takes.
requests = iter([request(i) for i in range(int(2500 * seconds))])
lock = threading.Lock()
took, statuses, ended = [], {}, []


def more(s):
    piece = s.recv(65536)
    if not piece:
        raise ConnectionError("the portal hung up")
    return piece


def answer(s):
    got = b""
    while b"\r\n\r\n" not in got:
        got += more(s)
    head, _, body = got.partition(b"\r\n\r\n")
    length = int(next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")).split(b":")[1])
    while len(body) < length:
        body += more(s)
    return int(head[9:12])


def send(end):
    s = socket.socket(socket.AF_UNIX)
    s.connect(path)
    while time.monotonic() < end:
        with lock:
            one = next(requests, None)
        if one is None:
            break
        began = time.monotonic()
        s.sendall(one)
        status = answer(s)
        with lock:
            took.append(time.monotonic() - began)
            statuses[status] = statuses.get(status, 0) + 1
    ended.append(True)


began = time.monotonic()
threads = [threading.Thread(target=send, args=(began + seconds,)) for _ in range(senders)]
for t in threads:
    t.start()
for t in threads:
    t.join()
took.sort()
rate = statuses.get(200, 0) / (time.monotonic() - began)
print(f"{senders} senders over HTTP: {rate:.0f} cases/s p50 {took[len(took) // 2] * 1e3:.1f} ms p99 {took[len(took) * 99 // 100] * 1e3:.1f} ms")
sys.exit(f"other answers than 200: {statuses}" if set(statuses) != {200} else f"{senders - len(ended)} senders broke off" if len(ended) != senders else 0)
