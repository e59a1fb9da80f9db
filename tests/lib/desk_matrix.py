# SPDX-License-Identifier: Apache-2.0
"""desk_matrix.py BASE ROWS DIR PART: ask every row of the desk's table as everybody.

Who may what is written down here once more, so that a row that comes, goes or opens is seen. DIR holds NAME.session files and
new.code, the code of an invitation. PART is people (who is let in), stale or fresh (what a token, a type, a login are good for).
"""
import http.client
import json
import os
import pathlib
import re
import sys
import urllib.parse

base, rows_file, directory, part = sys.argv[1:]
host = urllib.parse.urlsplit(base).netloc
directory = pathlib.Path(directory)
ID = "01KC5Z0V6B3N5K7M9P2R4T6V8X"

ROLES = {"ada": "administrator", "desk": "desk", "legal": "legal", "officer": "officer", "auditor": "auditor", "none": None}
VISITOR, OWN, ENROL, MEMBER = "visitor", "own", "enrol", "member"
ADMIN, ANY, DECIDES, READS = {"administrator"}, set(ROLES.values()) - {None}, {"desk", "legal", "officer", "administrator"}, {"auditor", "administrator"}
CASES, WORKS, APPROVES = {"desk", "legal", "officer", "auditor"}, {"desk", "legal", "officer"}, {"legal", "officer"}
WHO = {
    "GET /desk": MEMBER, "GET /desk/login": VISITOR, "POST /desk/login": VISITOR, "POST /desk/login/passkey/options": VISITOR,
    "POST /desk/login/passkey": VISITOR, "POST /desk/logout": OWN, "POST /desk/again": MEMBER, "POST /desk/again/options": MEMBER,
    "POST /desk/again/answer": MEMBER, "GET /desk/enrol": VISITOR, "POST /desk/enrol": VISITOR, "GET /desk/enrol/way": ENROL,
    "GET /desk/password": OWN, "POST /desk/password": OWN, "POST /desk/password/confirm": OWN, "GET /desk/passkey": OWN,
    "POST /desk/passkey/options": OWN, "POST /desk/passkey/new": OWN, "POST /desk/passkey/name": MEMBER,
    "POST /desk/passkey/remove": MEMBER, "POST /desk/recovery": MEMBER, "POST /desk/session/end": MEMBER,
    "POST /desk/session/end-all": MEMBER, "GET /desk/account": MEMBER, "GET /desk/accounts": ADMIN, "POST /desk/accounts": ADMIN,
    "GET /desk/accounts/{id}": ADMIN, "POST /desk/accounts/{id}/roles": ADMIN, "POST /desk/accounts/{id}/reset": ADMIN,
    "POST /desk/accounts/{id}/end": ADMIN, "POST /desk/accounts/{id}/code": ADMIN, "POST /desk/accounts/{id}/sessions": ADMIN,
    "GET /desk/decisions": ANY, "GET /desk/decisions/{id}": ANY, "POST /desk/decisions/{id}/approve": DECIDES,
    "POST /desk/decisions/{id}/close": DECIDES, "GET /desk/events": READS,
    "GET /desk/enter/{name}": WORKS, "POST /desk/enter/{name}": WORKS,
    "GET /desk/find/{name}": CASES, "POST /desk/find/{name}": CASES,
    "GET /desk/case/{name}/{number}": CASES, "POST /desk/case/{name}/{number}/read": CASES, "POST /desk/case/{name}/{number}/assign": WORKS,
    "POST /desk/case/{name}/{number}/state": WORKS, "POST /desk/case/{name}/{number}/note": WORKS, "POST /desk/case/{name}/{number}/change": WORKS, "POST /desk/case/{name}/{number}/erase": WORKS, "POST /desk/case/{name}/{number}/person/copy": WORKS, "POST /desk/case/{name}/{number}/person/erase": WORKS, "POST /desk/case/{name}/{number}/person/ask": WORKS, "POST /desk/case/{name}/{number}/link": WORKS, "POST /desk/case/{name}/{number}/hold": WORKS,
    "POST /desk/case/{name}/{number}/seal": WORKS, "POST /desk/case/{name}/{number}/unseal": WORKS,
    "POST /desk/case/{name}/{number}/propose": WORKS, "POST /desk/case/{name}/{number}/although": WORKS, "POST /desk/decisions/{id}/read": CASES,
    "POST /desk/case/{name}/{number}/look-up": WORKS, "POST /desk/case/{name}/{number}/words": WORKS, "POST /desk/case/{name}/{number}/expertise": WORKS,
    "POST /desk/case/{name}/{number}/expertise/add": WORKS, "POST /desk/case/{name}/{number}/expertise/propose": WORKS,
    "POST /desk/case/{name}/{number}/mail": WORKS, "POST /desk/case/{name}/{number}/answer": WORKS, "POST /desk/case/{name}/{number}/clock": WORKS,
    "POST /desk/decisions/{id}/do": WORKS, "GET /desk/awards": CASES, "POST /desk/awards/check": CASES, "POST /desk/awards/open": APPROVES,
    "POST /desk/case/{name}/{number}/flaw/step": WORKS, "POST /desk/case/{name}/{number}/flaw/repeat": WORKS,
    "POST /desk/case/{name}/{number}/flaw/party": WORKS, "POST /desk/case/{name}/{number}/flaw/leave": WORKS,
    "POST /desk/case/{name}/{number}/flaw/access": WORKS,
    "POST /desk/case/{name}/{number}/flaw/embargo": WORKS, "POST /desk/case/{name}/{number}/flaw/rate": WORKS,
    "POST /desk/case/{name}/{number}/flaw/note": WORKS, "POST /desk/case/{name}/{number}/flaw/release": WORKS,
    "POST /desk/case/{name}/{number}/flaw/award": WORKS, "POST /desk/case/{name}/{number}/flaw/draft": WORKS,
    "POST /desk/case/{name}/{number}/flaw/cra": WORKS, "POST /desk/case/{name}/{number}/notice/{seq}": CASES,
    "POST /desk/case/{name}/{number}/ask/grant": WORKS, "POST /desk/case/{name}/{number}/ask/refuse": APPROVES,
    "GET /desk/hand-outs": CASES, "GET /desk/hand-out/{name}/{number}": CASES,
    "POST /desk/hand-out/{name}/{number}/prolong": APPROVES, "POST /desk/hand-out/{name}/{number}/take-back": WORKS,
    "POST /desk/case/{name}/{number}/file/{seq}": CASES, "POST /desk/case/{name}/{number}/attach": WORKS,
}
FRESH = {r for r in WHO if r.startswith("POST") and ("/accounts" in r or ("/decisions/" in r and not r.endswith("/read")) or r.endswith(("/remove", "/recovery", "/again", "/erase", "/person/copy", "/person/ask", "/link", "/hold", "/seal", "/unseal", "{number}/propose", "/flaw/release", "/flaw/award", "/awards/open", "/flaw/access", "/ask/grant", "/ask/refuse", "/prolong", "/take-back")))} | {
    f"{m} /desk/{p}" for m, p in [("GET", "password"), ("POST", "password"), ("POST", "password/confirm"), ("GET", "passkey"),
                                   ("POST", "passkey/options"), ("POST", "passkey/new")]}
JSON = {r for r in WHO if r.endswith(("/options", "/login/passkey", "/again/answer", "/passkey/new"))}
FILES = {r for r in WHO if r.endswith(("/attach", "/{number}/answer", "/expertise/add"))}
WORDS = {"nobody": "session has ended", "enrolling": "First finish setting up", "role": "belongs to another role", "token": "form is too old",
         "foreign": "did not come from one of our own pages", "type": "what its own form sends", "stale": "login of the last minutes"}
failed = 0


def check(what, holds, more=""):
    global failed
    failed += not holds
    print(f"ok - {what}" if holds else f"FAIL - {what} {more}")


def ask(method, path, cookies=None, body=None, origin=base, fetch_site="same-origin", kind=None, token=None):
    """Answer (status, headers, text)."""
    c = http.client.HTTPConnection(host, timeout=60)
    headers = {"Host": host}
    if cookies:
        headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in cookies.items())
    if method == "POST":
        headers |= {k: v for k, v in (("Origin", origin), ("Sec-Fetch-Site", fetch_site), ("Content-Type", kind), ("X-Pellucid-Token", token)) if v}
    c.request(method, path, body=body, headers=headers)
    r = c.getresponse()
    text, got = r.read().decode(), r.headers
    for value in (cookies or {}).values():
        if value in text or value in (got["Location"] or ""):
            check(f"{method} {path}: no cookie's value in the answer", False)
    if got.get_all("Content-Security-Policy") != [os.environ["PL_CSP"]]:
        check(f"{method} {path}: the browser may what pages need, and nothing else", False, got.get_all("Content-Security-Policy"))
    if got["Cache-Control"] != "no-store":
        check(f"{method} {path}: not to be kept", False, got["Cache-Control"])
    return r.status, got, text


def session(name):
    return {"pl-desk": (directory / f"{name}.session").read_text().strip()}


def visit():
    """A visitor's cookie and the token of the login form."""
    _, headers, text = ask("GET", "/desk/login")
    cookie = re.search(r"pl-visit=([0-9a-f]{64})", headers["Set-Cookie"]).group(1)
    return {"pl-visit": cookie}, re.search(r'name="csrf" value="([0-9a-f]{64})"', text).group(1)


def token_of(cookies, page="/desk/account"):
    return re.search(r'name="csrf" value="([0-9a-f]{64})"', ask("GET", page, cookies)[2]).group(1)


def send(row, cookies, token, kind="right", **more):
    method, path = row.split()
    path = path.replace("{id}", ID).replace("{name}", "nothing").replace("{number}", "1").replace("{seq}", "1")
    if method == "GET":
        return ask(method, path, cookies)
    if row in JSON:
        return ask(method, path, cookies, "{}", kind={"right": "application/json"}.get(kind, kind), token=token, **more)
    if row in FILES:
        body = f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token or ""}\r\n--x--\r\n'
        return ask(method, path, cookies, body, kind={"right": "multipart/form-data; boundary=x"}.get(kind, kind), **more)
    return ask(method, path, cookies, urllib.parse.urlencode({"csrf": token or ""}),
               kind={"right": "application/x-www-form-urlencoded"}.get(kind, kind), **more)


def says(answer, verdict):
    text = json.loads(answer[2])["error"] if "json" in (answer[1]["Content-Type"] or "") else answer[2]
    return WORDS[verdict] in text


def may(row, person):
    who = WHO[row]
    if who in (VISITOR, OWN, MEMBER, ENROL):
        return who == VISITOR or (who in (OWN, ENROL) if person == "enrolling" else who in (OWN, MEMBER) and person != "nobody")
    return person not in ("nobody", "enrolling") and ROLES[person] in who


def judge_person(row, person, cookies):
    """GET: is the page given? POST without a token: who may gets as far as the token, and no further."""
    answer = send(row, cookies, None)
    status, headers, _ = answer
    name = f"{row} as {person}"
    if row.startswith("POST"):
        verdict = "token" if may(row, person) else person if person in ("nobody", "enrolling") else "role"
        check(f"{name}: {verdict}", status == 403 and says(answer, verdict), f"{status} {answer[2][:200]}")
    elif may(row, person):
        fine = status in (200, 303) or (status == 404 and "{" in row)
        check(f"{name}: let in", fine and not (headers["Location"] or "").startswith("/desk/login"), status)
    elif person == "nobody":
        check(f"{name}: asked to log in", status == 303 and headers["Location"].startswith("/desk/login"), status)
    elif person == "enrolling":
        check(f"{name}: led back", status == 303 and headers["Location"] == "/desk/enrol/way", status)
    else:
        check(f"{name}: refused", status == 403 and says(answer, "role"), status)


def enrolling():
    cookies, token = visit()
    status, headers, _ = ask("POST", "/desk/enrol", cookies, urllib.parse.urlencode({"csrf": token, "code": (directory / "new.code").read_text().strip()}),
                             kind="application/x-www-form-urlencoded")
    check("the code of an invitation begins an enrolment", status == 303, status)
    return {"pl-desk": re.search(r"pl-desk=([0-9a-f]{64})", headers["Set-Cookie"]).group(1)}


def people():
    table = [line.split() for line in pathlib.Path(rows_file).read_text().splitlines()]
    check("the table has the rows that are known here", {f"{m} {p}" for m, p, _ in table} == set(WHO),
          {f"{m} {p}" for m, p, _ in table} ^ set(WHO))
    check("and the same ones want a fresh login", {f"{m} {p}" for m, p, h in table if "fresh" in h} == FRESH)
    check("and the same ones take files", {f"{m} {p}" for m, p, h in table if "files" in h} == FILES)
    check("and the same ones are the script's", {f"{m} {p}" for m, p, h in table if "json" in h} == JSON)
    persons = {"nobody": None, "enrolling": enrolling()} | {name: session(name) for name in ROLES}
    for row in WHO:
        for person, cookies in persons.items():
            judge_person(row, person, cookies)


def someone(row):
    """Somebody who may, with the token of a form: cookies, token."""
    if WHO[row] == VISITOR:
        return visit()
    cookies = session("officer" if isinstance(WHO[row], set) and "administrator" not in WHO[row] else "ada")
    return cookies, token_of(cookies)


def stale():
    for row in WHO:
        if WHO[row] in (VISITOR, ENROL):
            continue
        cookies, token = someone(row)
        if row in FRESH:
            answer = send(row, cookies, token)
            check(f"{row}: wants a fresh login", (says(answer, "stale") if row in JSON else "confirm that it is you" in answer[2]), answer[2][:200])
    cookies, token = someone("POST /desk/accounts")
    kept = {"csrf": token, "name": "dora", "email": "d@example.org", "role-desk": "yes", "password": "secret words", "x": "<b>\"'"}
    text = ask("POST", "/desk/accounts", cookies, urllib.parse.urlencode(kept), kind="application/x-www-form-urlencoded")[2]
    check("what was typed is carried along", all(f'name="{n}" value="{v}"' in text for n, v in (("name", "dora"), ("email", "d@example.org"), ("role-desk", "yes"))))
    check("escaped, and no secret", "secret words" not in text and "&lt;b&gt;" in text and "<b>" not in text)


def fresh():
    other = token_of(session("desk"))
    last = ["POST /desk/session/end-all"]  # ends the session, so it comes last; logout would, too
    for row in [r for r in WHO if r.startswith("POST") and r not in last and r != "POST /desk/logout"] + last:
        cookies, token = someone(row)
        for what, verdict, more in (
                ("another site's Origin", "foreign", {"origin": "https://evil.example"}), ("Origin null", "foreign", {"origin": "null"}),
                ("Sec-Fetch-Site cross-site", "foreign", {"fetch_site": "cross-site"}), ("same-site", "foreign", {"fetch_site": "same-site"}),
                ("neither", "foreign", {"origin": None, "fetch_site": None}), ("text/plain", "type", {"kind": "text/plain"}),
                ("no type", "type", {"kind": None}), ("another form's type", "type", {"kind": "application/x-www-form-urlencoded" if row in FILES else "multipart/form-data; boundary=x"})):
            answer = send(row, cookies, token, **more)
            check(f"{row}: {what} is refused", answer[0] == (415 if verdict == "type" else 403) and says(answer, verdict), answer[0])
        for what, bad in (("another session's token", other), ("a token of zeros", "0" * 64), ("a longer token", token + "0")):
            answer = send(row, cookies, bad)
            check(f"{row}: {what} is refused", answer[0] == 403 and says(answer, "token"), answer[0])
        answer = send(row, cookies, token)
        check(f"{row}: let in with everything right", not any(WORDS[v] in answer[2] for v in WORDS), f"{answer[0]} {answer[2][:200]}")
    status = ask("POST", "/desk/login", None, "x" * 140000, kind="application/x-www-form-urlencoded")[0]
    check("a body that is too long is refused", status == 413, status)
    for cookie in ("", "x", "0" * 64, "G" * 64):
        check(f"a session of \"{cookie[:2]}...\" is none", ask("GET", "/desk/account", {"pl-desk": cookie} if cookie else None)[0] == 303)
    for target in ("//evil.example", "/desk/../", "https://evil.example", "/desk/login?x", "/desk/nowhere", "/log"):
        text = ask("GET", "/desk/login?to=" + urllib.parse.quote(target, safe=""))[2]
        check(f"after a login nobody goes to {target}", 'name="to" value="/desk"' in text)


{"people": people, "stale": stale, "fresh": fresh}[part]()
sys.exit(failed > 0)
