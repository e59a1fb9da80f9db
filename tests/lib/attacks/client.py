# SPDX-License-Identifier: Apache-2.0
"""What the attacks on forms share: requests byte by byte, tickets, what a page gave, what is stored, and saying whether it is right."""
import hashlib
import http.client
import itertools
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.parse
from html.parser import HTMLParser

BASE = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:0"
HOST = urllib.parse.urlsplit(BASE).netloc
PORT = int(HOST.rsplit(":", 1)[1])
FORM = "application/x-www-form-urlencoded"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
UNKNOWN = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
MARK = "zqx"  # stands in what is injected, so that a page that took it for its own shows it in the name of a tag or attribute
failed = 0
_source = itertools.count(2)


def check(what, holds, more=""):
    global failed
    failed += not holds
    print(f"ok - {what}" if holds else f"FAIL - {what}   {str(more)[:600]}", flush=True)


class all_of:
    """With all_of(what): nothing that is checked inside may fail; what was right is said once."""

    def __init__(self, what):
        self.what = what

    def __enter__(self):
        self.before = failed

    def __exit__(self, *_):
        if failed == self.before:
            check(self.what, True)


# ---- requests ----

def source():
    """An address of loopback that nobody asked from before: rates are counted by address."""
    n = next(_source)
    return f"127.{1 + n // 62500}.{n // 250 % 250}.{1 + n % 250}"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.raw = status, headers, body
        self.text = body.decode("utf-8", "replace")

    def cookie(self, name="pl-form"):
        for line in self.headers.get_all("Set-Cookie") or []:
            found = re.match(rf"{name}=([0-9a-f]{{64}});", line)
            if found:
                return found.group(1)
        return None

    def token(self, action="/"):
        """The token of the form that goes to @action."""
        form = re.search(rf'<form[^>]* action="{re.escape(action)}[^>]*>(.*?)</form>', self.text, re.S)
        found = form and re.search(r'name="csrf" value="([0-9a-f]{64})"', form.group(1))
        return found and found.group(1)


def ask(method, path, body=None, headers=None, kind=FORM, peer=None):
    """One request; headers may be a list of pairs. None as @kind: no Content-Type. An answer that never comes is status 0."""
    c = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60, source_address=(peer or source(), 0))
    pairs = list(headers.items() if isinstance(headers, dict) else headers or [])
    try:
        c.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        if not any(k.lower() == "host" for k, _ in pairs):
            c.putheader("Host", HOST)
        if body is not None:
            body = body.encode() if isinstance(body, str) else body
            if kind is not None:
                c.putheader("Content-Type", kind)
            c.putheader("Content-Length", str(len(body)))
        for name, value in pairs:
            c.putheader(name, value)
        c.endheaders(body)
        r = c.getresponse()
        return Answer(r.status, r.headers, r.read())
    except (OSError, http.client.HTTPException, ValueError) as e:
        return Answer(0, http.client.HTTPMessage(), repr(e).encode())
    finally:
        c.close()


def raw(data, patience=30):
    """Exactly these bytes, and what comes back until the other side hangs up."""
    s = socket.create_connection(("127.0.0.1", PORT), timeout=patience, source_address=(source(), 0))
    out = b""
    try:
        s.sendall(data)
        while piece := s.recv(65536):
            out += piece
            head, _, rest = out.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            if rest and length and len(rest) >= int(length.group(1)):
                break
    except OSError:
        pass
    finally:
        s.close()
    found = re.match(rb"HTTP/1\.1 (\d+) ", out)
    return int(found.group(1)) if found else 0, out


def fields(pairs):
    return urllib.parse.urlencode(pairs)


def multipart(pairs, files=(), boundary="xXx"):
    """A form with files: (name of the file, bytes)."""
    out = b""
    for name, value in pairs:
        value = value if isinstance(value, bytes) else value.encode()
        out += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
    for name, data in files:
        name = name if isinstance(name, bytes) else name.encode()
        out += f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="'.encode() + name + b'"\r\n\r\n' + data + b"\r\n"
    return out + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


# ---- work ----

def ticket(register, bits=8, at=None):
    prefix = f"v1:{register}:{int(at or time.time())}:{LETTERS[secrets.randbelow(4)]}{''.join(secrets.choice(LETTERS) for _ in range(25))}:"
    for n in itertools.count():
        if int.from_bytes(hashlib.sha256(f"{prefix}{n}".encode()).digest()[:4], "big") >> (32 - bits) == 0:
            return f"{prefix}{n}"


def secret_of(answer):
    found = re.search(r'<code class="secret">([0-9A-Z]{26})<', answer.text)
    return found and found.group(1)


def number_of(answer):
    found = re.search(r"Entered as number ([0-9\u202f]+)", answer.text)
    return found and int(found.group(1).replace("\u202f", ""))


# ---- what is stored ----

class Questions:
    """One program of the engine that answers all questions; starting it takes longer than most answers."""
    END = "-- that was all --"

    def __init__(self):
        if os.environ["PL_ENGINES"] == "scale":
            command = ["psql", "-q", "-A", "-t", "-X", "-v", "ON_ERROR_STOP=1", os.environ["PL_TEST_DB"]]
            self.mark = f"\\echo {self.END}"
        else:
            command = ["sqlite3", "-bail", "-readonly", "-cmd", ".timeout 30000", os.environ["PL_TEST_DB"].removeprefix("sqlite:")]
            self.mark = f'.print "{self.END}"'
        self.program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, statement):
        self.program.stdin.write(f"{statement};\n{self.mark}\n")
        self.program.stdin.flush()
        lines = []
        for line in self.program.stdout:
            if line.rstrip("\n") == self.END:
                return "\n".join(lines).strip()
            lines.append(line.rstrip("\n"))
        raise RuntimeError(f"no answer: {statement}")


questions = None


def sql(statement):
    global questions
    questions = questions or Questions()
    return questions.ask(statement)


TABLES = ("register_case", "register_leaf", "work_case", "work_entry", "work_waiting", "work_file", "work_blob", "work_form", "account", "session", "decision")


def stored():
    return {t: int(n) for t, n in zip(TABLES, sql("SELECT " + ", ".join(f"(SELECT count(*) FROM {t})" for t in TABLES)).split("|"))}


def stored_more(before, **more):
    """Nothing came but what is named."""
    now = stored()
    return {t: now[t] - before[t] for t in TABLES if now[t] != before[t]} == more


# ---- pages ----

class Reader(HTMLParser):
    """What a browser would take for tags, attributes and addresses."""

    def __init__(self):
        super().__init__()
        self.bad = []

    def handle_starttag(self, tag, attrs):
        if MARK in tag or tag in ("iframe", "object", "embed", "base"):
            self.bad.append(tag)
        for name, value in attrs:
            if MARK in name or name.startswith("on") or name == "style" or (name in ("href", "src", "action", "formaction") and value and
                    not re.match(r"(/(?!/)|#|https://|http://localhost|http://127\.)", value)):
                self.bad.append(f"{tag} {name}={value}")

    def handle_comment(self, data):
        self.bad.append(f"comment {data}") if MARK in data else None

    def handle_decl(self, decl):
        self.bad.append(decl) if MARK in decl else None

    def handle_pi(self, data):
        self.bad.append(data)


HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e]")


def clean(answer):
    """What is wrong with a page: tags that are not its own, characters that no page holds, headers that are not ours."""
    reader = Reader()
    reader.feed(answer.text)
    bad = reader.bad + [f"character {ord(c):#x}" for c in HIDDEN.findall(answer.text)]
    bad += [f"header {k}" for k, v in answer.headers.items() if MARK in k.lower() or MARK in v]
    if answer.headers["Content-Security-Policy"] != os.environ["PL_CSP"]:
        bad.append("policy")
    return bad


def words(answer):
    """The words of a page's middle, as people read them."""
    middle = re.search(r"<main.*?</main>", answer.text, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", middle.group(0) if middle else answer.text))


def alive(what):
    got = [ask("GET", path).status for path in ("/", "/intake", "/receipt", "/registers")]
    check(f"{what}: the pages are there", got == [200] * 4, got)


def done():
    sys.exit(1 if failed else 0)
