# SPDX-License-Identifier: Apache-2.0
"""Asking for what is there and for what is not: who has no secret gets the same answer, byte for byte, from both."""
import os
import re
import secrets

from client import LETTERS, UNKNOWN, alive, ask, check, fields, secret_of, stored, words
from forms import fill, send
from forged import Visit, browser


def near(text):
    """All but the last character."""
    return text[:-1] + LETTERS[(LETTERS.index(text[-1]) + 1) % 32]


def random():
    return LETTERS[secrets.randbelow(4)] + "".join(secrets.choice(LETTERS) for _ in range(25))


def same(what, path, answers, *drop):
    """One status, one length, one body (without what the form itself sent), one set of headers."""
    def of(a):
        text = a.text
        for d in drop:
            text = text.replace(d, "")
        return a.status, len(text), text, sorted(k for k, v in a.headers.items() if k != "Date"), a.headers["Cache-Control"]
    got = [of(a) for a in answers]
    check(f"{path}: {what} ({got[0][0]})", all(g == got[0] for g in got), [(g[0], g[1], g[3]) for g in got])
    return got[0][0]


def posts(path, values, name, **more):
    visit = Visit("/intake/confirm" if "confirm" in path else "/receipt")
    return [ask("POST", path, fields([(name, v), ("csrf", visit.token), *more.items()]), browser(cookie=visit.cookie)) for v in values]


def run(directory):
    with open(f"{directory}/codes.txt", encoding="utf-8") as f:
        codes = f.read().split()
    held, used = codes[3].replace("-", ""), codes[0].replace("-", "")
    answer = send("persons", fill("persons"))
    secret, other = secret_of(answer), secret_of(send("persons", fill("persons")))
    before = stored()
    guesses = [UNKNOWN, near(secret), near(other), held, used, random(), random(), "7" + "Z" * 25]
    for path in ("/receipt", "/receipt/file", "/receipt/answer", "/receipt/message/persons", "/receipt/party"):
        status = same("no secret, nearly one, a code, a used code and nonsense of that length get one answer", path, posts(path, guesses, "secret", message="x", file="1"))
        check(f"{path}: which is no", status == 404, status)
    status = same("what is too short, too long or no secret at all gets it, too", "/receipt", posts("/receipt", [UNKNOWN, "", "0", "U" * 26, secret + "0", secret[:-1], "ü" * 26], "secret"))
    check("and it is no", status == 404, status)
    status = same("a secret for another register says no more than none", "/receipt/message/notes", posts("/receipt/message/notes", [UNKNOWN, near(secret), secret, other], "secret", message="x"))
    check("which is no", status == 404, status)
    guesses = [random(), near(held), used, secret, near(used), "0" * 26, "x", "", held + "00", "7" + "Z" * 25]
    status = same("no code, nearly one, a used one, a secret and nonsense get one answer", "/intake/confirm", posts("/intake/confirm", guesses, "code"))
    check("which is no", status == 404, status)
    check("nothing was used up by it", stored() == before)
    status = same("no register and one without a form have one answer", "/intake/NAME", [ask("GET", f"/intake/{n}") for n in ("nothing", "private", "persons2", "x" * 60)])
    check("which is no", status == 404, status)
    same("to what is sent, too", "/intake/NAME", [ask("POST", f"/intake/{n}", fields([("a", "b")])) for n in ("nothing", "private", "persons2", "x" * 60)])
    addresses()
    accounts(directory)
    desk()
    alive("after all questions")


def addresses():
    """Nobody learns whether an address ever sent something; five codes a day are for whichever address it is."""
    visit = Visit("/intake/persons")

    def by_mail(address):
        return ask("POST", "/intake/persons", fields(fill("persons", contact=address, way="mail") + [("csrf", visit.token)]), browser(cookie=visit.cookie))
    known = [by_mail("first@known.example") for _ in range(2)]
    same("an address that sent something before and one that never did get one answer", "/intake/persons", [known[1], by_mail("first@other.example"), by_mail("once@known.example")])


def accounts(directory):
    """The login: names that are there, names that are not, and what is no name."""
    page = ask("GET", "/desk/login")
    cookie, token = page.cookie("pl-visit"), page.token("/desk/login")

    def login(name, password="has a wrong password", code="000000"):
        return ask("POST", "/desk/login", fields([("name", name), ("password", password), ("code", code), ("csrf", token)]), {"Cookie": f"pl-visit={cookie}", "Origin": os.environ["DESK_ORIGIN"], "Sec-Fetch-Site": "same-origin"})
    # one account of each kind (with a password, invited but not enrolled), then none
    names = ["legal", "newer", "ghost"]
    answers = [login(n) for n in names]
    status = same("a wrong password for an account, for one that is not enrolled yet and for none gets one answer", "/desk/login", answers, *names)
    check("which is no", status == 403 and "name, password" in words(answers[0]).lower(), words(answers[0]))
    same("one of those that are no names, too", "/desk/login", [login(n) for n in ("' OR 1=1", "x" * 300, "\u202elegal", "LEGAL ")], "&#39; OR 1=1", "x" * 300, "\ufffdlegal", "LEGAL ", "\u202elegal", "LEGAL")
    for names in (["desk", "nobod"],):
        rows = []
        for n in names:
            rows.append([login(n)])
            while rows[-1][-1].status != 429 and len(rows[-1]) < 12:  # the longer a check takes here, the more of them
                rows[-1].append(login(n))
        same("who waits longer with every wrong password does so whether the account is there or not", "/desk/login", [r[-1] for r in rows], *names, *re.findall(r"\d+ seconds?", " ".join(words(r[-1]) for r in rows)))
        check("and has to wait", {r[-1].status for r in rows} == {429}, [[a.status for a in r] for r in rows])
    with open(f"{directory}/new.code", encoding="utf-8") as f:
        code = f.read().strip()
    page = ask("GET", "/desk/enrol")
    cookie, token = page.cookie("pl-visit"), page.token("/desk/enrol")

    def enrol(text):
        return ask("POST", "/desk/enrol", fields([("code", text), ("csrf", token)]), {"Cookie": f"pl-visit={cookie}", "Origin": os.environ["DESK_ORIGIN"], "Sec-Fetch-Site": "same-origin"})
    same("a code of an invitation that is nearly right and one that is nothing get one answer", "/desk/enrol", [enrol(near(code)), enrol(random()), enrol("x")], near(code))
    check("which is no", "This code is not right" in words(enrol(random())))
    before = stored()
    check("and it is used by none of them", before == stored())


def desk():
    """Numbers of cases are public, what is behind them is not: a visitor is sent to the login from all of them."""
    paths = ["/desk/case/persons/1", "/desk/case/persons/999999", "/desk/case/nothing/1", "/desk/decisions/" + UNKNOWN, "/desk/accounts/" + UNKNOWN]
    answers = [ask("GET", p, headers={"Cookie": c}) for p in paths for c in ("lang=en", "pl-desk=" + "0" * 64, "pl-desk=x")]
    check("a visitor learns of no case, decision or account whether it is there", {a.status for a in answers} == {303} and all((a.headers["Location"] or "").startswith("/desk/login?to=") for a in answers) and len({len(a.raw) for a in answers}) == 1,
          [(a.status, a.headers["Location"]) for a in answers])
