# SPDX-License-Identifier: Apache-2.0
"""Check the tree against its own rules (docs/style, ARCHITECTURE.md): who includes whom, which functions nobody calls,
how long files and functions are, that every file says its licence, and that nothing tells where it was written.

    source.py [--report] RULE [ROOT]      RULE: floors, banned, length, licence, words, translated
    source.py --self-test                 show that every rule can fail

Prints one line a finding, "FILE:LINE: words". Exit 0: none; 1: some.
"""
import os
import re
import subprocess
import sys
import tempfile

# Rooms from the ground up. A file includes from its own room and from lower floors only.
FLOORS = [
    ["base"], ["crypto"], ["log", "store"], ["fact"], ["people", "verify"],
    ["release", "update", "register", "room", "intake", "aid"], ["web"], ["cli"],
]
FLOOR = {room: i for i, rooms in enumerate(FLOORS) for room in rooms}
# Among the domain rooms these look sideways.
SIDEWAYS = {
    ("update", "release"), ("register", "release"), ("room", "release"), ("room", "update"), ("room", "register"),
    ("intake", "update"), ("aid", "update"),
}
# Headers of other people's libraries, and the rooms that may see them.
FOREIGN = [
    (r"jansson\.h|curl/", {"base"}), (r"openssl/|sodium\.h|intel-ipsec-mb\.h|p11-kit/", {"crypto"}),
    (r"sqlite3\.h|libpq-fe\.h|postgres", {"store"}), (r"microhttpd\.h|qrencode\.h", {"web"}), (r"fido\.h|cbor", {"people"}),
    (r"git2\.h|git2/|archive\.h|archive_entry\.h|libelf\.h|gelf\.h|dwarf\.h|elfutils/|capstone/", {"release"}),
    (r"yara\.h", {"intake"}), (r"cairo(?:-pdf)?\.h|qpdf/", {"register"}),
]
BANNED = [
    # (what, where it is allowed, why not)
    (r"strcpy|stpcpy|strcat|sprintf|vsprintf|gets", set(), "knows no end of its target: use struct pl_buf"),
    (r"strtok|strtok_r", set(), "keeps state: use pl_str_take_until"),
    (r"(?:f|s|v|vs|vf)?scanf", set(), "says nothing about what it could not read: use the pl_str parsers"),
    (r"ato[ifl]|atoll|strto(?:l|ll|ul|ull|imax|umax|f|ld|d)", {"src/base/json_write.c", "tests/unit/base/test_json_canon.c"},
        "accepts too much: use pl_str_to_u64"),  # those two compare doubles that they wrote themselves
    (r"system|popen", set(), "starts a shell: use base/child"),
    (r"alloca|strdupa", set(), "has no bound"),
    (r"tmpnam|tempnam|mktemp|rand|srand|random|drand48", set(), "can be foreseen: use base/random or mkstemp"),
    (r"malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|vasprintf", {"src/base/"},
        "only base/ talks to the heap: use base/mem"),
    (r"localtime|gmtime|ctime|asctime", set(), "is shared between threads: use base/time"),
]
# What a file that is not C must not hold either; put together here so that this file does not find itself.
WORDS = ["/wo" + r"rk/\w", r"/tmp/" + r"w\b", "TO" + "DO", "FIX" + "ME", r"\bfor n" + r"ow\b"]

# Names that are the same in every language, and what languages call themselves.
NAMES = ["Pellucid", "OpenPGP", "English", "Deutsch"]

SOFT_FUNCTION, HARD_FUNCTION, SOFT_FILE, HARD_FILE = 40, 80, 400, 800
NO_LICENCE = re.compile(r"(^|/)(LICENSE|\.gitignore|\.editorconfig|package(-lock)?\.json)$|^tests/(fuzz/corpus|vectors)/|^demo/|^pages/.*\.html$"
                        r"|\.(md|json|hex|txt|po|csv|svg|png|ini|service|socket|target|timer|conf|mod|sum)$")
MAY_HAVE_ANYTHING = re.compile(r"^tests/(fuzz/corpus|vectors)/|^po/|\.svg$|package-lock\.json$")


def files(root):
    out = subprocess.run(["git", "-C", root, "ls-files", "-z"], check=True, stdout=subprocess.PIPE).stdout
    names = [n for n in out.decode().split("\0") if n and os.path.isfile(os.path.join(root, n))]
    return sorted(names)


def read(root, name):
    with open(os.path.join(root, name), "rb") as f:
        return f.read().decode("utf-8", "replace")


STRIP = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code_of(text):
    """The C text with comments and literals blanked, lines kept."""
    return STRIP.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def is_c(name):
    return name.endswith((".c", ".h"))


def floors(root):
    for name in filter(is_c, files(root)):
        parts = name.split("/")
        if parts[0] not in ("src", "include"):
            continue
        room = parts[1] if parts[0] == "src" else "include"
        if room not in FLOOR and room != "include":
            yield name, 1, f"the room {room} has no floor in tools/lint/source.py"
            continue
        text = read(root, name)
        for m in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', text, re.M):
            line, path = line_of(text, m.start()), m.group(2)
            if m.group(1) == "<":
                for pattern, rooms in FOREIGN:
                    if re.match(pattern, path) and room not in rooms:
                        yield name, line, f"<{path}> belongs to {', '.join(sorted(rooms))}"
                continue
            other = path.split("/")[0]
            if room == "include":
                if other != "pellucid":
                    yield name, line, f'a public header must not need "{path}"'
                continue
            if other == room or "/" not in path or other == "pellucid":
                continue
            if other not in FLOOR:
                yield name, line, f'"{path}" is in no known room'
            elif FLOOR[other] >= FLOOR[room] and (room, other) not in SIDEWAYS:
                yield name, line, f'{room} must not include "{path}": only lower floors'


def banned(root):
    for name in filter(is_c, files(root)):
        code = code_of(read(root, name))
        for pattern, allowed, why in BANNED:
            if any(name.startswith(a) for a in allowed):
                continue
            if not name.startswith("src/") and "base/mem" in why:
                continue  # tests and tools hand memory to other libraries
            for m in re.finditer(rf"(?<![\w.>])({pattern})\s*\(", code):
                yield name, line_of(code, m.start(1)), f"{m.group(1)} {why}"


def functions(text):
    """(line, name, lines) of each function body that opens with a brace in the first column."""
    lines = text.split("\n")
    start = None
    for i, l in enumerate(lines):
        if l == "{" and i > 0:
            start = i
        elif l == "}" and start is not None:
            head = start - 1
            while head > 0 and lines[head - 1].strip() and not lines[head - 1].endswith(("}", ";", "*/")):
                head -= 1
            m = re.search(r"(\w+)\s*\(", " ".join(lines[head:start]))
            yield head + 1, m.group(1) if m else "?", i - head + 1
            start = None


def length(root, hard=True):
    limit_function = HARD_FUNCTION if hard else SOFT_FUNCTION
    limit_file = HARD_FILE if hard else SOFT_FILE
    for name in files(root):
        if not is_c(name) and not name.endswith((".py", ".sh", ".js", ".mjs")):
            continue
        text = read(root, name)
        n = text.count("\n")
        if n > limit_file:
            yield name, 1, f"{n} lines, at most {limit_file}"
        if not is_c(name):
            continue
        for line, function, n in functions(text):
            if n > limit_function:
                yield name, line, f"{function} has {n} lines, at most {limit_function}"


def licence(root):
    for name in files(root):
        if NO_LICENCE.search(name):
            continue
        text = read(root, name)
        if text and "SPDX-License-Identifier: Apache-2.0" not in "\n".join(text.split("\n")[:3]):
            yield name, 1, "has no SPDX-License-Identifier line among its first three"


def words(root):
    for name in files(root):
        if MAY_HAVE_ANYTHING.search(name):
            continue
        text = read(root, name)
        for pattern in WORDS:
            for m in re.finditer(pattern, text):
                yield name, line_of(text, m.start()), f"\"{m.group()}\" does not belong in the tree"


def blank(m):
    return re.sub(r"[^\n]", " ", m.group())


def translated(root):
    """Pages hold no words of their own: all come from the catalogues. What is read as data is no word of any language."""
    for name in (n for n in files(root) if re.match(r"pages/.*\.html$", n)):
        text = re.sub(r"\{[%{#].*?[%}#]\}|<!--.*?-->|<(code|pre|kbd|style|script)\b.*?</\1>", blank, read(root, name), flags=re.S)
        spoken = [(m.start(1), m.group(1)) for m in re.finditer(r'\b(?:title|alt|aria-label|placeholder)="([^"]*)"', text)]
        spoken += [(m.start(1), m.group(1)) for m in re.finditer(r">([^<>]+)<", ">" + text + "<")]
        for at, words in spoken:
            m = re.search(r"(?<![\w./@&-])(?!(?:%s)\b)[A-Za-z]*[a-z]{2,}[A-Za-z]*(?![\w/@;-]|\.\w)" % "|".join(NAMES), words)
            if m:
                yield name, line_of(text, at + m.start() - 1), f'"{m.group()}" is not from a catalogue: {{{{t "..."}}}}'


RULES = {"floors": floors, "banned": banned, "length": length, "licence": licence, "words": words, "translated": translated}

# ---- self-test: (rule, file, content, how many findings) ----

CASES = [
    ("floors", "src/log/a.c", '#include "store/db.h"\n', 1), ("floors", "src/log/a.c", '#include "crypto/key.h"\n', 0),
    ("floors", "src/base/a.c", '#include "log/tree.h"\n', 1), ("floors", "src/update/a.c", '#include "release/x.h"\n', 0),
    ("floors", "src/release/a.c", '#include "update/x.h"\n', 1), ("floors", "src/web/a.c", "#include <jansson.h>\n", 1),
    ("floors", "src/base/a.c", "#include <jansson.h>\n", 0), ("floors", "src/log/a.c", "# include <openssl/evp.h>\n", 1),
    ("floors", "src/nowhere/a.c", "\n", 1), ("floors", "include/pellucid/p.h", '#include "base/str.h"\n', 1),
    ("banned", "src/log/a.c", "\tstrcpy(a, b);\n", 1), ("banned", "src/log/a.c", "/* strcpy(a, b) */ \"strcpy(\";\n", 0),
    ("banned", "src/log/a.c", "\tx = malloc (3);\n", 1), ("banned", "src/base/mem.c", "\tx = malloc(3);\n", 0),
    ("banned", "tests/a.c", "\tsscanf(x);\n", 1), ("banned", "src/log/a.c", "\tv->free(x); my_free(x);\n", 0),
    ("banned", "src/log/a.c", "\tstrtoul(x, 0, 0); system(\"x\"); alloca(3);\n", 3),
    ("length", "src/log/a.c", "int f(void)\n{\n" + "\tx();\n" * 90 + "}\n", 1),
    ("length", "src/log/a.c", "int f(void)\n{\n" + "\tx();\n" * 70 + "}\n", 0),
    ("length", "src/log/a.c", "int x;\n" * 801, 1), ("licence", "src/log/a.c", "int x;\n", 1),
    ("licence", "src/log/a.c", "/* SPDX-License-Identifier: Apache-2.0 */\n", 0), ("licence", "run", "#!/bin/sh\n", 1),
    ("words", "docs/a.md", "see /wo" + "rk/main\n", 1), ("words", "src/log/a.c", "/* TO" + "DO */\n", 1),
    ("words", "src/log/a.c", "/* a network/thing */\n", 0),
    ("translated", "pages/a.html", '<p>{{t "a.b"}} <b>Save</b></p>\n', 1), ("translated", "pages/a.html", '<input aria-label="a word">\n', 1),
    ("translated", "pages/a.html", '<p class="some word">{{t "a.b"}} {# a word #} SHA-256, OpenPGP, security.txt &middot; <code>some code</code></p>\n', 0),
]


def self_test():
    bad = 0
    for rule, name, content, want in CASES:
        with tempfile.TemporaryDirectory() as root:
            path = os.path.join(root, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as f:
                f.write(content)
            subprocess.run(["git", "init", "-q", root], check=True)
            subprocess.run(["git", "-C", root, "add", "-A"], check=True)
            found = list(RULES[rule](root))
        if len(found) != want:
            bad += 1
            print(f"FAIL - {rule} on {name} {content[:40]!r}: {len(found)} findings, expected {want}: {found}")
    if not bad:
        print(f"ok - every rule finds what it should and nothing else ({len(CASES)} cases)")
    return 1 if bad else 0


def main(args):
    if args == ["--self-test"]:
        return self_test()
    report = "--report" in args
    args = [a for a in args if a != "--report"]
    root = args[1] if len(args) > 1 else "."
    check = (lambda r: length(r, hard=False)) if report and args[0] == "length" else RULES[args[0]]
    found = list(check(root))
    for name, line, text in found:
        print(f"{name}:{line}: {text}")
    return 1 if found and not report else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
