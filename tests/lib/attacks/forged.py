# SPDX-License-Identifier: Apache-2.0
"""Forms that no page of ours sent: foreign pages, other browsers' tokens, other methods and other kinds of bodies."""
from client import BASE, MARK, alive, all_of, ask, check, clean, fields, multipart, stored, stored_more, words
from forms import FORMS, WITH_FILES, entered, fill

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def browser(site="same-origin", origin=BASE, cookie=None, **more):
    headers = {"User-Agent": FIREFOX, "Sec-Fetch-Site": site, "Origin": origin, "Cookie": f"pl-form={cookie}" if cookie else None} | more
    return {k: v for k, v in headers.items() if v}


class Visit:
    """One browser, at one page: its cookie, and the token of the page's form."""

    def __init__(self, path, action=None, cookie=None):
        self.page = ask("GET", path, headers=browser("none", None, cookie))
        self.cookie = self.page.cookie() or cookie
        self.token = self.page.token(action or path)


def post(path, pairs, headers, files=False):
    if files:
        body, kind = multipart(pairs)
        return ask("POST", path, body, headers, kind)
    return ask("POST", path, fields(pairs), headers)


def cases(good, other, elsewhere):
    """What is refused: (what, headers, the token; None: none is sent, verdict)."""
    own, foreign, stale = good.cookie, "foreign", "stale"
    return [
        ("without a token", browser(cookie=own), None, stale), ("with an empty token", browser(cookie=own), "", stale), ("with a made-up token", browser(cookie=own), "0" * 64, stale),
        ("with a cut token", browser(cookie=own), good.token[:-1], stale), ("with the token in capitals", browser(cookie=own), good.token.upper() + "", stale), ("with another browser's token", browser(cookie=own), other.token, stale),
        ("with another form's token", browser(cookie=own), elsewhere.token, stale), ("with another browser's cookie", browser(cookie=other.cookie), good.token, stale), ("with a made-up cookie", browser("none", cookie="z" * 64), good.token, stale),
        ("without a cookie, where the browser does not say whose page it is", browser(None, BASE), good.token, stale), ("from a sandbox, with a token that was fetched", browser(None, "null"), good.token, stale),
        ("by a browser that says nothing at all", {"User-Agent": FIREFOX}, good.token, stale), ("with a cookie of another kind only", {"Cookie": "theme=dark"}, None, stale), ("with a referrer only", {"Referer": f"{BASE}/intake"}, None, stale),
        ("from another site", browser("cross-site", "https://evil.example", own), good.token, foreign), ("from another site, which hides its name", browser("cross-site", "null", own), good.token, foreign),
        ("from a neighbour", browser("same-site", "https://evil.127.0.0.1", own), good.token, foreign), ("from another site, by an old browser", browser(None, "https://evil.example", own), good.token, foreign),
        ("from another port", browser(None, "http://127.0.0.1:1", own), good.token, foreign), ("from a name that begins like ours", browser(None, f"{BASE}.evil.example", own), good.token, foreign),
        ("from another site that says same-origin", browser("same-origin", "https://evil.example", own), good.token, foreign), ("from a file", browser(None, "file://", own), good.token, foreign),
        ("with a word that no browser says", browser("mine", BASE, own), good.token, foreign),
    ]


def one(path, pairs, page, action, files, enters):
    """Every forged way to @path, then the right one."""
    good, other, elsewhere = Visit(page, action), Visit(page, action), Visit("/receipt" if action != "/receipt" else "/intake/confirm")
    check(f"{path}: the page gives a token and a cookie", bool(good.token and good.cookie and other.token) and good.token != other.token, (good.token, good.cookie))
    line = good.page.headers["Set-Cookie"] or ""
    check(f"{path}: the cookie is this site's, for no script, for no other site, until the browser is closed", "HttpOnly" in line and "SameSite=Strict" in line and "Path=/" in line and "Max-Age" not in line and "Expires" not in line, line)
    again = Visit(page, action, good.cookie)
    check(f"{path}: a browser keeps its cookie, and its token", again.token == good.token and again.page.cookie() is None)
    before = stored()
    ways = cases(good, other, elsewhere)
    with all_of(f"{path}: {len(ways)} kinds of forged forms are refused, with words, and leave nothing"):
        for what, headers, token, verdict in ways:
            got = post(path, pairs() + ([] if token is None else [("csrf", token)]), headers, files)
            said = "another site" if verdict == "foreign" else "Nothing was sent"
            if got.status != 403 or said not in words(got) or clean(got) or stored() != before:
                check(f"{path}: a form {what} is refused", False, f"{got.status} {clean(got)} {words(got)[:300]} {stored_more(before)}")
    for what, headers in (("as a browser sends it", browser(cookie=good.cookie)), ("typed, restored", browser("none", BASE, good.cookie)), ("with Origin: null", browser("same-origin", "null", good.cookie)),
                          ("by a browser without Sec-Fetch-Site", browser(None, BASE, good.cookie)), ("and that hides where it is", browser(None, "null", good.cookie)), ("without Origin", browser(None, None, good.cookie))):
        before = stored()
        got = post(path, pairs() + [("csrf", good.token)], headers, files)
        check(f"{path}: {what} it is taken", got.status != 403 and not clean(got) and stored_more(before, **(enters if got.status == 200 else {})), f"{got.status} {words(got)[:200]}")
    for what, headers in (("a browser without cookies that says it is our page", browser()), ("a program that says nothing of pages", {"User-Agent": "product/1.0"})):
        before = stored()
        got = post(path, pairs(), headers, files)
        check(f"{path}: {what} is taken without a token", got.status != 403 and stored_more(before, **(enters if got.status == 200 else {})), f"{got.status} {words(got)[:200]}")


def keeps_what_was_typed(name):
    typed = "typed <b>&\" with care"
    got = post(f"/intake/{name}", fill(name, typed, typed) + [("csrf", "0" * 64)], browser(cookie=Visit(f"/intake/{name}").cookie), name in WITH_FILES)
    kept = "typed &lt;b&gt;&amp;&quot; with care"
    check(f"{name}: what was typed is there still", got.status == 403 and got.text.count(kept) >= 2, got.text.count(kept))
    token, cookie = got.token(f"/intake/{name}"), Visit(f"/intake/{name}").cookie
    check(f"{name}: and a token to send it with", bool(token) and bool(cookie))


def by_other_methods(secret):
    good = Visit("/intake/persons")
    before = stored()
    form = fields(fill("persons") + [("csrf", good.token)])
    for path in ("/intake/persons", "/intake/confirm", "/receipt", "/receipt/file", "/receipt/answer", "/receipt/message/persons", "/receipt/party"):
        query = form if path == "/intake/persons" else f"secret={secret}&message=x&code={secret}&file=1"
        for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
            got = ask("GET", f"{path}?{query}", headers=browser(cookie=good.cookie) | {name: "POST"})
            if got.status not in (200, 400, 404, 405, 414) or stored() != before or "Case 1" in words(got):
                check(f"{path}: GET with {name} is GET", False, got.status)
        for more in (f"?_method=POST&{query}", f"?{query}"):
            got = ask("GET", path + more)
            if got.status not in (200, 400, 404, 405, 414) or stored() != before or "filename=" in str(got.headers):
                check(f"{path}: nothing happens by GET", False, got.status)
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "post", "Post"):
            got = ask(method, path if method != "CONNECT" else path, form, browser(cookie=good.cookie))
            if got.status not in (0, 400, 404, 405, 501) or stored() != before:
                check(f"{path}: {method} does nothing", False, got.status)
        got = ask("HEAD", path)
        if got.status not in (200, 405) or got.raw:
            check(f"{path}: HEAD answers without a body", False, got.status)
    check("nothing happens but by POST", stored() == before)


def of_other_kinds(secret):
    before = stored()
    pairs = fill("persons")
    with all_of("bodies that are no forms are refused everywhere, with words"):
        for kind in ("text/plain", "application/json", "application/xml", "text/html", "multipart/mixed; boundary=x", "application/x-www-form-urlencodedx", "*/*", "", None):
            for path in ("/intake/persons", "/intake/confirm", "/receipt", "/receipt/file", "/receipt/answer", "/receipt/message/persons", "/receipt/party"):
                got = ask("POST", path, fields(pairs + [("secret", secret)]) if path == "/intake/persons" else f"secret={secret}&code={secret}&message=x&file=1", None, kind)
                if got.status != 415 or clean(got) or "form" not in words(got) or stored() != before:
                    check(f"{path}: a body of {kind} is refused (415), with words", False, f"{got.status} {clean(got)} {words(got)[:160]}")
        for kind in ("multipart/form-data", "multipart/form-data; boundary=", 'multipart/form-data; boundary="', "multipart/form-data; boundary=a; boundary=b"):
            got = ask("POST", "/intake/persons", fields(pairs), None, kind)
            if got.status != 400 or clean(got) or stored() != before:
                check(f"a form with files and {kind[19:]} is refused (400)", False, got.status)
    for path in ("/intake/confirm", "/receipt"):
        body, kind = multipart([("secret", secret), ("code", secret)])
        got = ask("POST", path, body, None, kind)
        check(f"{path}: no form with files", got.status == 415 and not clean(got), got.status)
    check("and leave nothing", stored() == before)


def run(directory):
    with open(f"{directory}/made.txt", encoding="utf-8") as f:
        made = [line.split() for line in f]
    secret, party = (next(s for r, _, s in made if r == name) for name in ("persons", "party"))
    for name in FORMS:
        one(f"/intake/{name}", lambda name=name: fill(name), f"/intake/{name}" + ("?document=" + dict(FORMS[name][1])["f-document"] if name == "document-requests" else ""), f"/intake/{name}", name in WITH_FILES, entered(name))
        keeps_what_was_typed(name)
    one("/intake/confirm", lambda: [("code", "0" * 26)], "/intake/confirm", "/intake/confirm", False, {})
    one("/receipt", lambda: [("secret", secret)], "/receipt", "/receipt", False, {})
    for path in ("/receipt/file", "/receipt/answer"):
        one(path, lambda: [("secret", secret), ("file", "1")], "/receipt", "/receipt", False, {})
    one("/receipt/message/persons", lambda: [("secret", secret), ("message", "words")], "/receipt", "/receipt", False, {"work_entry": 1})
    one("/receipt/party", lambda: [("secret", party), ("message", "words")], "/receipt", "/receipt", False, {"work_entry": 1})
    kept = post("/receipt/message/persons", [("secret", secret), ("message", f"<{MARK}> kept")], browser(cookie=Visit("/receipt").cookie))
    check("a message that was refused is there to be copied, and shows nobody's case", kept.status == 403 and f"&lt;{MARK}&gt; kept" in kept.text and "Case 1" not in kept.text and secret not in kept.text, words(kept)[:300])
    by_other_methods(secret)
    of_other_kinds(secret)
    alive("after forged forms")
