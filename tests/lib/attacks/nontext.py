# SPDX-License-Identifier: Apache-2.0
"""Bytes that are no UTF-8, percent signs that mean nothing, and text in another character set than was said."""
from client import FORM, alive, all_of, ask, check, clean, fields, number_of, stored, stored_more, words
from forms import entered, fill

BROKEN = {
    "a lone byte": "%FF", "a cut character": "%C3", "a continuation": "%80", "overlong slash": "%C0%AF", "overlong NUL": "%C0%80", "overlong, three bytes": "%E0%80%AF", "overlong, four bytes": "%F0%80%80%AF",
    "a surrogate": "%ED%A0%80", "a pair of surrogates": "%ED%A0%BD%ED%B8%80", "beyond Unicode": "%F4%90%80%80", "five bytes": "%F8%88%80%80%80", "UTF-16": "%FF%FEa%00b%00", "UTF-16, the other way": "%FE%FF%00a",
    "Latin-1": "gr%FC%DFe", "NUL": "a%00b", "escape": "%1B[2J", "backspace": "a%08", "DEL": "a%7F", "no digits": "%GG", "one digit": "%4", "no digit": "x%", "of Microsoft": "%u0041", "twice, broken": "%%41", "a sign": "%+1", "blanks": "%2 0",
}
TEXTS = {"composed otherwise": "e%CC%81", "a byte order mark": "%EF%BB%BFx", "twice": "%2541%253Cb%253E", "plus": "a+b%2Bc", "zero width": "a%E2%80%8Bb", "right to left": "%D7%90%D7%91 %D8%A7", "isolates": "%E2%81%A6x%E2%81%A9",
         "an override": "%E2%80%AEtxt.exe", "C1": "%C2%9B31m", "the last of all": "%F4%8F%BF%BD", "a tab": "a%09b"}


def body_with(name, value, message="words"):
    """A form that is right but for the text of one field, as it stands there."""
    pairs = fill("persons", message=message)
    out = fields([(k, v) for k, v in pairs if k != name])
    return f"{out}&{name}={value}"


def broken():
    before = stored()
    with all_of(f"{len(BROKEN)} kinds of bytes that are no text are refused wherever they come"):
        for what, value in BROKEN.items():
            for name in ("f-sender", "message", "contact", "f-kind", "way", "ticket", "csrf"):
                if name == "csrf" and what not in ("NUL", "a lone byte"):
                    continue
                got = ask("POST", "/intake/persons", body_with(name, value))
                # nobody looks at the token of what says nothing of pages
                if (got.status not in ((200, 400) if name == "csrf" else (400,))) or clean(got):
                    check(f"{what} in {name}", False, f"{got.status} {clean(got)}")
            got = ask("POST", "/intake/persons", body_with(value, "x"))
            if got.status != 400 or clean(got):
                check(f"{what} in the name of a field", False, f"{got.status} {clean(got)}")
            for path, name in (("/receipt", "secret"), ("/receipt/file", "secret"), ("/receipt/answer", "file"), ("/intake/confirm", "code"), ("/receipt/message/persons", "message"), ("/receipt/party", "message")):
                got = ask("POST", path, f"{name}={value}")
                if got.status not in (400, 404) or clean(got):
                    check(f"{path}: {what}", False, f"{got.status} {clean(got)}")
            for path in (f"/intake/{value}", f"/intake/persons?document={value}", f"/receipt?lang={value}"):
                got = ask("GET", path.replace(" ", "%20"))
                if got.status not in (200, 400, 404) or clean(got):
                    check(f"{path}", False, f"{got.status} {clean(got)}")
    check("and nothing of them is kept", {k: v for k, v in stored().items() if not k.startswith(("register", "work_case", "work_entry"))} == {k: v for k, v in before.items() if not k.startswith(("register", "work_case", "work_entry"))})


def as_bytes():
    before = stored()
    good = fields(fill("persons")).encode()
    for what, body, kind in (("raw bytes", good.replace(b"words", b"wo\xff\xfe"), FORM), ("a raw NUL", good.replace(b"words", b"wo\0rds"), FORM), ("the whole in UTF-16", fields(fill("persons")).encode("utf-16"), FORM),
                             ("the whole in UTF-32", fields(fill("persons")).encode("utf-32"), FORM), ("EBCDIC", fields(fill("persons")).encode("cp037"), FORM)):
        got = ask("POST", "/intake/persons", body, None, kind)
        check(f"{what}: refused (400)", got.status == 400 and not clean(got) and stored() == before, got.status)
    for what, kind in (("UTF-16", "utf-16"), ("UTF-7", "utf-7"), ("Latin-1", "ISO-8859-1"), ("quoted", '"koi8-r"'), ("nothing", ""), ("two", "utf-8; charset=utf-16")):
        got = ask("POST", "/intake/persons", fields(fill("persons")), None, f"{FORM}; charset={kind}")
        fine = (got.status == 415 and stored() == before) or what in ("nothing", "two")
        check(f"a form that says it is in another character set ({what}) is refused (415), with words", fine and not clean(got) and len(words(got)) > 40, f"{got.status} {words(got)[:200]}")
        before = stored()
    got = ask("POST", "/intake/persons", fields(fill("persons")), None, f"{FORM}; charset=UTF-8")
    check("UTF-8 may be said", got.status == 200 and stored_more(before, **entered("persons")), got.status)
    before = stored()
    part = b'--x\r\nContent-Disposition: form-data; name="message"\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n' + "words".encode("utf-16") + b"\r\n--x--\r\n"
    got = ask("POST", "/intake/persons", part, None, "multipart/form-data; boundary=x")
    check("a part in another character set is refused (400)", got.status == 400 and stored() == before, got.status)
    part = b'--x\r\nContent-Disposition: form-data; name="message"\r\nContent-Transfer-Encoding: base64\r\n\r\nd29yZHM=\r\n--x--\r\n'
    got = ask("POST", "/intake/persons", part, None, "multipart/form-data; boundary=x")
    check("so is one in another encoding", got.status == 400 and stored() == before, got.status)
    got = ask("POST", "/intake/persons", fields(fill("persons")), {"Content-Encoding": "gzip"})
    check("a body is what it is, whatever encoding it claims", got.status in (200, 400, 415), got.status)


def texts():
    for what, value in TEXTS.items():
        before = stored()
        got = ask("POST", "/intake/persons", body_with("f-sender", value))
        fine = got.status == 200 and number_of(got) and stored_more(before, **entered("persons"))
        check(f"text is text: {what}", fine and not clean(got), f"{got.status} {clean(got)} {words(got)[:200]}")
        got = ask("POST", "/intake/persons", body_with("f-sender", value, message=""))
        check(f"and comes back as it was: {what}", got.status == 400 and not clean(got), f"{got.status} {clean(got)}")


def run(_):
    broken()
    as_bytes()
    texts()
    alive("after wrong bytes")
