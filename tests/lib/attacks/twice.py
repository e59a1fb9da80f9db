# SPDX-License-Identifier: Apache-2.0
"""The same once more: forms, tickets, codes, messages, one after the other and all at once; each counts once."""
import secrets
import threading
import time

from client import LETTERS, alive, ask, check, fields, number_of, secret_of, stored, stored_more, ticket, words
from forms import FORMS, entered, fill, send



def at_once(n, do):
    """@do by @n threads that begin together; their answers."""
    got, gate = [None] * n, threading.Barrier(n)

    def run(i):
        gate.wait()
        got[i] = do()
    threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return got


def tickets():
    for name in FORMS:
        pairs = fill(name)
        before = stored()
        first, second = send(name, pairs), send(name, pairs)
        check(f"{name}: the same form twice is entered once (200, 409)", (first.status, second.status) == (200, 409) and stored_more(before, **entered(name)), (first.status, second.status))
        check(f"{name}: which is said", "did not count" in words(second) and secret_of(second) is None, words(second)[:200])
        before = stored()
        pairs = fill(name)
        got = sorted(a.status for a in at_once(8, lambda name=name, pairs=pairs: send(name, pairs)))
        check(f"{name}: eight times at once it is entered once", got == [200] + [409] * 7 and stored_more(before, **entered(name)), got)
    before = stored()
    used = ticket("persons")
    assert send("persons", fill("persons", ticket=used)).status == 200
    got = send("vulnerabilities", fill("vulnerabilities", ticket=used))
    check("work for one register is none for another", got.status == 400, got.status)
    for what, text in {"of yesterday": ticket("persons", at=time.time() - 86400), "of tomorrow": ticket("persons", at=time.time() + 86400), "of no work": used[:-1] + "x", "in small letters": used.lower(),
                       "with zeros in front": used.rsplit(":", 1)[0] + ":0" + used.rsplit(":", 1)[1], "with a blank": used + " 1", "of another version": "v2" + used[2:], "without end": used + "9" * 500, "none": ""}.items():
        pairs = [(k, "work" if k == "way" else v) for k, v in fill("persons", way="x")] + [("ticket", text)]
        got = send("persons", pairs)
        check(f"a ticket {what} does not count", got.status in (400, 409), got.status)
    check("and nothing else was entered", stored_more(before, **entered("persons")))


def codes(directory):
    """Those that were mailed: the shell reads them from the mail into codes.txt."""
    with open(f"{directory}/codes.txt", encoding="utf-8") as f:
        one, two, three = f.read().split()[:3]
    before = stored()
    first, second = ask("POST", "/intake/confirm", fields([("code", one)])), ask("POST", "/intake/confirm", fields([("code", one)]))
    check("a code counts once (200, 404)", (first.status, second.status) == (200, 404) and stored_more(before, **entered("persons", work_waiting=-1)), (first.status, second.status, words(second)[:100]))
    before = stored()
    got = sorted(a.status for a in at_once(8, lambda: ask("POST", "/intake/confirm", fields([("code", two)]))))
    check("eight times at once it counts once", got == [200] + [404] * 7 and stored_more(before, **entered("persons", work_waiting=-1)), got)
    before = stored()
    for what, text in {"twice in one form": f"code={three}&code={three}", "as a name": f"{three}=code", "in the address": ""}.items():
        got = ask("POST", "/intake/confirm" + (f"?code={three}" if not text else ""), text)
        check(f"a code {what} is none", got.status in (400, 404) and stored() == before, got.status)
    got = ask("POST", "/receipt", fields([("secret", three)]))
    check("a code is no secret", got.status == 404)
    got = ask("POST", "/intake/confirm", fields([("code", secret_of(first))]))
    check("and a secret no code", got.status == 404 and stored() == before)
    got = ask("POST", "/intake/confirm", fields([("code", f" {three.lower().replace('-', ' ')} ")]))
    check("as people type it it is one", got.status == 200 and number_of(got), got.status)
    with open(f"{directory}/made.txt", "a", encoding="utf-8") as f:
        f.write(f"mailed {number_of(got)} -\n")


def secrets_and_messages():
    answer = send("persons", fill("persons"))
    secret, number = secret_of(answer), number_of(answer)
    before = stored()
    got = {(a.status, f"Case {number}" in words(a)) for a in at_once(8, lambda: ask("POST", "/receipt", fields([("secret", secret)])))}
    check("a secret shows the same as often as it is sent, and changes nothing", got == {(200, True)} and stored() == before, got)
    got = {(a.status, a.raw) for a in at_once(4, lambda: ask("POST", "/receipt/file", fields([("secret", secret)])))}
    check("and hands out the same receipt", len(got) == 1 and next(iter(got))[0] == 200 and stored() == before, len(got))
    once = LETTERS[1] + "".join(secrets.choice(LETTERS) for _ in range(25))
    pairs = [("secret", secret), ("message", "once"), ("once", once)]
    got = [ask("POST", "/receipt/message/persons", fields(pairs)) for _ in range(3)]
    check("a page's message that is sent three times is there once", [a.status for a in got] == [200] * 3 and stored_more(before, work_entry=1), [a.status for a in got])
    before = stored()
    pairs[2] = ("once", LETTERS[2] + once[1:])
    got = at_once(8, lambda: ask("POST", "/receipt/message/persons", fields(pairs)))
    check("eight times at once, too", {a.status for a in got} == {200} and stored_more(before, work_entry=1), [a.status for a in got])


def run(directory):
    tickets()
    codes(directory)
    secrets_and_messages()
    alive("after everything twice")
