# SPDX-License-Identifier: Apache-2.0
"""Too much of everything: it is refused with a status and words, costs no memory that stays, and others are answered meanwhile."""
import socket
import time

from client import FORM, HOST, PORT, alive, ask, check, clean, fields, raw, source, stored, stored_more, words
from forms import FORMS, entered, fill, send

HEAD = f"POST /intake/persons HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: {FORM}\r\n"


def refused(what, got, *statuses):
    check(f"{what} is refused, with a page ({'/'.join(map(str, statuses))})", got.status in statuses and not clean(got) and len(words(got)) > 40, f"{got.status} {clean(got)} {got.text[:200]}")


def in_fields():
    before = stored()
    for name in FORMS:
        got = send(name, fill(name, "x" * 2049))
        refused(f"{name}: a field that is too long", got, 400)
        check(f"{name}: which is said beside it", "too long" in words(got) or "long" in words(got) or name == "document-requests", words(got)[:300])
        got = send(name, fill(name, message="é" * 8193))
        refused(f"{name}: a message that is too long", got, 400)
        check(f"{name}: and is not lost", "é" * 8193 in got.text)
    refused("more than all fields may hold together", send("persons", fill("persons", message="x" * 300000)), 413)
    refused("a secret that is too long", ask("POST", "/receipt", fields([("secret", "0" * 600)])), 413)
    refused("a code that is too long", ask("POST", "/intake/confirm", fields([("code", "0" * 5000)])), 404, 413)
    check("nothing of it is kept", stored() == before)


def in_numbers():
    before = stored()
    for n in (300, 20000, 130000):
        got = ask("POST", "/intake/persons", "a&" * n + fields(fill("persons")))
        refused(f"{n} fields", got, 400, 413)
    refused("20000 fields for a secret's page", ask("POST", "/receipt", "a&" * 250), 404, 400, 413)
    refused("20000 fields for a code", ask("POST", "/intake/confirm", "a&" * 20000 + "code=x"), 400, 404, 413)
    parts = b"".join(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' for _ in range(400)) + b"--x--\r\n"
    refused("400 parts", ask("POST", "/intake/persons", parts, None, "multipart/form-data; boundary=x"), 400, 413)
    head = b'--x\r\nContent-Disposition: form-data; name="' + b"n" * 20000 + b'"\r\n\r\n\r\n--x--\r\n'
    refused("a part with a long head", ask("POST", "/intake/persons", head, None, "multipart/form-data; boundary=x"), 400, 413)
    refused("a long boundary", ask("POST", "/intake/persons", b"x", None, "multipart/form-data; boundary=" + "b" * 500), 400)
    check("nothing of it is kept", stored() == before)


def in_files():
    before = stored()
    got = send("persons", fill("persons", message="typed before"), files=[("big.csv", b"a,b\n" * 60000)])
    refused("a file that is too long", got, 400, 413)
    check("which is said with its name, and what was typed is there", "big.csv" in got.text and "typed before" in got.text, words(got)[:300])
    got = send("persons", fill("persons"), files=[(f"{i}.csv", b"a,b\n") for i in range(4)])
    refused("a file too many", got, 400, 413)
    refused("a file of another kind", send("persons", fill("persons"), files=[("x.exe", b"MZ\x90\0" * 100)]), 415)
    status, _ = raw(HEAD.replace(FORM, "multipart/form-data; boundary=x").encode() + b"Content-Length: 99999999999\r\n\r\n--x\r\n")
    check("a body that is announced as huge is refused at once (413)", status == 413, status)
    status, _ = raw(HEAD.encode() + b"Content-Length: 18446744073709551616\r\n\r\nx")
    check("a length beyond all numbers is refused (400)", status in (400, 413), status)
    status, _ = raw(HEAD.encode() + b"Content-Length: -1\r\n\r\nx")
    check("one below zero, too", status in (400, 413), status)
    check("nothing of it is kept", stored() == before)


def in_heads():
    for what, extra, want in (("a header of 40 KB", "X-Long: " + "y" * 40000, (400, 413, 431)), ("300 headers", "\r\n".join(f"X-{i}: y" for i in range(300)), (400, 413, 431)),
                              ("a cookie of 40 KB", "Cookie: pl-form=" + "a" * 40000, (400, 413, 431)), ("two lengths", "Content-Length: 1\r\nContent-Length: 2", (400,)),
                              ("a length and pieces", "Content-Length: 3\r\nTransfer-Encoding: chunked", (400,)), ("two types", f"Content-Type: {FORM}", (400,)), ("two hosts", "Host: evil.example", (400,)),
                              ("two origins", "Origin: http://a.example\r\nOrigin: http://b.example", (400,)), ("a folded header", "X-A: b\r\n c: d\x01", (400,))):
        status, out = raw((HEAD + extra + ("\r\n" if "ength" in extra else "\r\nContent-Length: 3\r\n") + "\r\na=b").encode())
        check(f"{what}: refused ({'/'.join(map(str, want))})", status in want, f"{status} {out[:100]}")
    status, _ = raw(f"GET /intake/persons?x={'y' * 40000} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
    check("a long address is refused (414)", status in (400, 414, 431), status)
    status, _ = raw(f"GET /intake/persons?x={'y' * 6000} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
    check("so is a long query", status in (400, 414, 431), status)


def slowly():
    """Forms that never end: they hold nobody up, and what was broken off leaves nothing."""
    before = stored()
    body = fields(fill("persons"))
    open_ = []
    for _ in range(24):
        s = socket.create_connection(("127.0.0.1", PORT), source_address=(source(), 0))
        s.sendall((HEAD + f"Content-Length: {len(body)}\r\n\r\n" + body[:-20]).encode())
        open_.append(s)
    times = []
    for _ in range(5):
        began = time.monotonic()
        check("beside forms that do not end, others are answered", ask("GET", "/intake/persons").status == 200)
        times.append(time.monotonic() - began)
    check("in good time", sorted(times)[2] < 5, times)
    got = send("persons", fill("persons"))
    check("and a form that ends is entered", got.status == 200 and stored_more(before, **entered("persons")), got.status)
    before = stored()
    for s in open_:
        s.close()
    for cut in (1, 100, len(body) // 2):
        s = socket.create_connection(("127.0.0.1", PORT), source_address=(source(), 0))
        s.sendall((HEAD + f"Content-Length: {len(body)}\r\n\r\n" + body[:cut]).encode())
        s.close()
    status, _ = raw((HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\nf-kin\r\nzz\r\nx\r\n0\r\n\r\n").encode())
    check("pieces that are none are refused", status in (0, 400), status)
    alive("after slow forms")
    check("what was broken off left nothing", stored() == before)


def run(_):
    in_fields()
    in_numbers()
    in_files()
    in_heads()
    slowly()
    alive("after too much")
