# SPDX-License-Identifier: Apache-2.0
"""How long look-ups take for what is there and for what is not, many times in turn; whether the answer's time tells them apart.

Two samples that were taken in turn are compared by the chance that one of the first is faster than one of the second (Mann and Whitney): 0.5
if nothing tells them apart, with a deviation that follows from how many there are; and by their medians. They are told apart if that
chance is away from 0.5 by more than 5.5 deviations (at most 0.45) and the medians by more than a tenth. A busy machine makes both samples
slower alike. What leaves early makes all of one sample faster: the chance is then 0 or 1, as the controls show.
"""
import math
import os
import random
import re
import secrets
import socket
import statistics
import subprocess
import time

from client import FORM, HOST, PORT, ask, check, fields, secret_of, source
from forged import Visit
from forms import fill, send
from known import near
from known import random as made_up

LONG = os.environ.get("PL_LONG") == "1"
MANY = 400 if LONG else 120


def timed(method, path, body="", headers=None):
    """Seconds from the last byte of the request to the last of its answer, and the status; of a connection that was there before."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Connection: close"] + [f"{k}: {v}" for k, v in (headers or {}).items()]
    if method == "POST":
        lines += [f"Content-Type: {FORM}", f"Content-Length: {len(body)}"]
    data = ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
    s = socket.create_connection(("127.0.0.1", PORT), timeout=60, source_address=(source(), 0))
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        began, first = time.perf_counter(), b""
        s.sendall(data)
        while piece := s.recv(65536):
            first = first or piece
        return time.perf_counter() - began, int(re.match(rb"HTTP/1\.1 (\d+)", first).group(1))
    finally:
        s.close()


def in_turn(n, one, other):
    """Two samples, taken in turn; who is first is left to chance. What the first ones pay for alone is thrown away."""
    taken = ([], [])
    for i in range(n + 2):
        order = [0, 1] if random.random() < 0.5 else [1, 0]
        for k in order:
            got = (one, other)[k]()
            if i >= 2:
                taken[k].append(got)
    return taken


def told_apart(a, b):
    wins = sum((x < y) + (x == y) / 2 for x in a for y in b) / (len(a) * len(b))
    bound = min(0.45, 5.5 * math.sqrt((len(a) + len(b) + 1) / (12 * len(a) * len(b))))
    one, other = statistics.median(a), statistics.median(b)
    return abs(wins - 0.5) > bound and abs(one - other) > min(one, other) / 10, f"{one * 1000:.2f} ms and {other * 1000:.2f} ms, chance {wins:.2f}, bound {bound:.2f}, {len(a)} each"


def alike(what, n, one, other):
    a, b = in_turn(n, one, other)
    check(f"{what}: the same answer", {s for _, s in a} == {s for _, s in b}, ({s for _, s in a}, {s for _, s in b}))
    apart, numbers = told_apart([t for t, _ in a], [t for t, _ in b])
    check(f"{what}: its time tells nothing ({numbers})", not apart)


def unlike(what, n, one, other):
    """On a machine that is busy with other things more of them may be needed."""
    a, b = in_turn(n, one, other)
    for _ in range(5):
        apart, numbers = told_apart([t for t, _ in a], [t for t, _ in b])
        if apart:
            break
        a, b = (old + new for old, new in zip((a, b), in_turn(n, one, other)))
    statuses = [sorted({s for _, s in x}) for x in (a, b)]
    check(f"control: {what} are told apart ({numbers})", apart and all(len(s) == 1 for s in statuses), (statuses, a, b))


def secrets_(directory):
    answers = [send("persons", fill("persons")) for _ in range(8)]
    known = [secret_of(a) for a in answers]

    def look(path, of):
        visit = Visit("/receipt")
        return lambda: timed("POST", path, fields([("secret", of()), ("file", "1"), ("message", "x"), ("csrf", visit.token)]), {"Cookie": f"pl-form={visit.cookie}", "Sec-Fetch-Site": "same-origin"})
    for path in ("/receipt", "/receipt/file", "/receipt/answer", "/receipt/message/persons", "/receipt/party"):
        alike(f"{path}: all but the last character of a secret, and no secret", MANY, look(path, lambda: near(secrets.choice(known))), look(path, made_up))
    alike("/receipt: the secret of another register's form, and no secret", MANY // 2, look("/receipt/message/notes", lambda: secrets.choice(known)), look("/receipt/message/notes", made_up))
    unlike("a secret that is there, and one that is not", MANY // 2, look("/receipt", lambda: secrets.choice(known)), look("/receipt", made_up))


def codes(directory):
    with open(f"{directory}/codes.txt", encoding="utf-8") as f:
        held, used = (c.replace("-", "") for c in f.read().split()[:2])
    visit = Visit("/intake/confirm")

    def confirm(of):
        return lambda: timed("POST", "/intake/confirm", fields([("code", of()), ("csrf", visit.token)]), {"Cookie": f"pl-form={visit.cookie}", "Sec-Fetch-Site": "same-origin"})
    check("a code is used", timed("POST", "/intake/confirm", fields([("code", used)]))[1] == 200)
    alike("/intake/confirm: all but the last character of a code, and no code", MANY, confirm(lambda: near(held)), confirm(made_up))
    alike("/intake/confirm: a used code, and no code", MANY, confirm(lambda: used), confirm(made_up))


def addresses():
    """Each address counts by itself, so each is asked from once; some had been asked from before."""
    known = [f"{secrets.token_hex(8)}@known.example" for _ in range(MANY // 5 + 2)]
    for address in known:
        assert send("persons", fill("persons", contact=address, way="mail")).status == 200
    left = list(known)

    def by_mail(of):
        return lambda: timed("POST", "/intake/persons", fields(fill("persons", contact=of(), way="mail")))
    alike("/intake/persons: an address that sent something before, and one that never did", MANY // 5, by_mail(left.pop), by_mail(lambda: f"{secrets.token_hex(8)}@other.example"))


def logins(directory):
    page = ask("GET", "/desk/login")
    cookie, token = page.cookie("pl-visit"), page.token("/desk/login")
    headers = {"Cookie": f"pl-visit={cookie}", "Origin": os.environ["DESK_ORIGIN"], "Sec-Fetch-Site": "same-origin"}
    n = 24 if LONG else 12

    def forgiven(statement="DELETE FROM delay"):
        # who was wrong too often waits, and is not looked at: that is another answer
        database = os.environ["PL_TEST_DB"]
        command = ["psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", database, "-c"] if os.environ["PL_ENGINES"] == "scale" else ["sqlite3", "-cmd", ".timeout 30000", database.removeprefix("sqlite:")]
        subprocess.run(command + [statement], check=True, capture_output=True)

    def login(of, forgive=True):
        def one():
            if forgive:
                forgiven()
            return timed("POST", "/desk/login", fields([("name", of()), ("password", "has a wrong password"), ("code", "000000"), ("csrf", token)]), headers)
        return one
    nobody = lambda: "g" + secrets.token_hex(1)  # noqa: E731
    alike("/desk/login: a wrong password of an account, and of none", n, login(lambda: "ada"), login(nobody))
    alike("/desk/login: a wrong password of an account that was invited and has none yet, and of none", n, login(lambda: "bea"), login(nobody))
    forgiven()
    for _ in range(3):
        login(lambda: "ada", False)()
    forgiven(f"UPDATE delay SET until = {time.time_ns() + 250 * 10**9}")
    unlike("a login that is judged, and one that is turned away before", n // 2, login(lambda: secrets.token_hex(3), False), login(lambda: "ada", False))
    with open(f"{directory}/bea.code", encoding="utf-8") as f:
        code = f.read().strip()
    page = ask("GET", "/desk/enrol")
    cookie, token = page.cookie("pl-visit"), page.token("/desk/enrol")

    def enrol(of):
        def one():
            forgiven()
            return timed("POST", "/desk/enrol", fields([("code", of()), ("csrf", token)]), headers | {"Cookie": f"pl-visit={cookie}"})
        return one
    alike("/desk/enrol: all but the last character of a code, and no code", MANY // 4, enrol(lambda: near(code)), enrol(made_up))


def sessions(directory):
    with open(f"{directory}/ada.session", encoding="utf-8") as f:
        session = f.read().split()[-1]

    def visit(of):
        return lambda: timed("GET", "/desk/account", headers={"Cookie": f"pl-desk={of()}"})
    other = {"0": "1"}.get(session[-1], "0")
    alike("/desk/account: all but the last character of a session, and no session", MANY, visit(lambda: session[:-1] + other), visit(lambda: secrets.token_hex(len(session) // 2)))


def run(directory):
    secrets_(directory)
    codes(directory)
    addresses()
    logins(directory)
    sessions(directory)
