# SPDX-License-Identifier: Apache-2.0
"""What ./run starts must be there once deps/build.txt and deps/run.txt are installed; and what Pellucid's own recipe
names must be what deps/build.txt lists.

    commands.py SCRIPT...     every command of the scripts comes from a listed package, or belongs to every Debian
    commands.py --names FILE  only print the commands of a script
    commands.py --recipe      every -dev package of deps/build.txt is an input of demo/pellucid.recipe

Exit 0: so it is; 1: something is missing, one line each.
"""
import re
import subprocess
import sys

# What every Debian 12 has: essential packages and those of priority "required".
ALWAYS = set("""apt-get awk base64 bash cat chmod cp cut date dirname dpkg-query env find grep head id kill mkdir mktemp mv readlink
realpath rm rmdir sed seq sh sha256sum sleep sort tail tee touch tr uname uniq wc""".split())
# Where the others come from.
PACKAGE = {
    "curl": "curl", "git": "git", "meson": "meson", "ninja": "ninja-build", "python3": "python3",
    "sudo": None,  # asked for before it is used; tools/install-deps.sh says what to do without it
}
# Functions of the scripts that run the rest of their line, and how many words stand before the command.
RUNNERS = {"work": 2, "check": 2, "refused": 1, "soon": 0, "start": 1, "exec": 0, "command": 0, "env": 0, "wait": None}
KEYWORDS = set("if then elif else fi do done while until { } ! time".split())


class Reader:
    """Enough of the shell's grammar to know which words are commands."""

    def __init__(self, text):
        self.text, self.at, self.found, self.functions = text.replace("\\\n", " "), 0, [], set()
        self.here = []  # ends of the documents that begin at the next line
        self.list(None)

    def peek(self, n=1):
        return self.text[self.at:self.at + n]

    def list(self, end):
        """Commands up to @end (")" or None for the end of the text)."""
        words, cases = [], []  # words of this command; for each open case: are we in a pattern?
        while self.at < len(self.text):
            c = self.peek()
            if cases and cases[-1] and c in "(|)":
                self.at += 1
                cases[-1] = c != ")"
                words = []
            elif c == end:
                self.at += 1
                break
            elif c == "#" or c in " \t":
                self.at += 1 if c != "#" else len(self.text[self.at:].split("\n", 1)[0])
            elif c == "\n":
                self.at += 1
                self.documents()
                words = self.close(words)
            elif self.peek(2) == ";;":
                self.at += 2
                words, cases[-1] = self.close(words), True
            elif self.peek(2) == "((":
                self.at = self.text.index("))", self.at) + 2
            elif c in ";&|()" and words[:1] == ["[["]:
                self.at += 1  # parts of a condition
            elif c in ";&|()":
                words = self.punctuation(c, words)
            elif c in "<>" and words[:1] != ["[["]:
                self.redirection()
            elif c in "<>":
                self.at += 1
            else:
                word = self.word()
                if word == "]]" and words[:1] == ["[["]:
                    words = self.close(words)
                elif words[:1] == ["case"] and word == "in":
                    cases.append(True)
                    words = []
                elif word == "esac" and cases and (cases[-1] or not words):
                    cases.pop()
                    words = []
                elif cases and cases[-1]:
                    pass
                elif word in KEYWORDS and not words:
                    pass
                elif words or not re.match(r"\w+(\[[^]]*\])?\+?=", word):
                    words.append(word)
        self.close(words)

    def close(self, words):
        if words:
            self.found.append(words)
        return []

    def punctuation(self, c, words):
        if c == "(" and self.peek(2) == "()" and len(words) == 1:
            self.functions.add(words[0])
            self.at += 2
            return []
        self.at += 1
        if c == "(":
            self.list(")")
            return words
        return self.close(words)

    def redirection(self):
        m = re.match(r"<<<|<<-?\s*(['\"]?)(\w+)\1|[<>]\(|[<>]+[&|]?", self.text[self.at:])
        self.at += m.end()
        if m.group(2):
            self.here.append(m.group(2))
        elif m.group().endswith("("):
            self.list(")")
        else:
            while self.peek() in (" ", "\t"):
                self.at += 1
            self.word()

    def documents(self):
        for name in self.here:
            m = re.compile(rf"^\t*{name}$", re.M).search(self.text, self.at)
            self.at = m.end() if m else len(self.text)
        self.here = []

    def word(self):
        out = ""
        while self.at < len(self.text):
            c = self.peek()
            if c in " \t\n;|&<>)" or (c == "(" and not out.endswith("=")):
                if out[-1:].isdigit() and out.isdigit() and c in "<>":
                    self.redirection()
                    return "2>"  # no command is called that
                break
            self.at += 1
            if c == "(":  # the words of an array
                found, self.found = self.found, []
                self.list(")")
                self.found = found + [words for words in self.found[:-1]]
            elif c == "'":
                end = self.text.index("'", self.at)
                out, self.at = out + self.text[self.at:end], end + 1
            elif c == '"':
                out += self.quoted()
            elif c == "\\":
                out, self.at = out + self.peek(), self.at + 1
            elif c == "$":
                out += self.dollar()
            else:
                out += c
        return out

    def quoted(self):
        out = ""
        while self.peek() != '"':
            c = self.peek()
            self.at += 1
            if c == "\\":
                out, self.at = out + self.peek(), self.at + 1
            elif c == "$":
                out += self.dollar()
            else:
                out += c
        self.at += 1
        return out

    def dollar(self):
        if self.peek(2) == "((":
            self.at = self.text.index("))", self.at) + 2
        elif self.peek() == "(":
            self.at += 1
            self.list(")")
        elif self.peek() == "'":
            self.at = re.compile(r"'(?:\\.|[^'\\])*'").match(self.text, self.at).end()
        elif self.peek() == "{":
            depth = 0
            while True:
                c = self.peek()
                depth += (c == "{") - (c == "}")
                self.at += 2 if c == "\\" else 1
                if depth == 0:
                    break
        return "$"


def builtins():
    out = subprocess.run(["bash", "-c", "compgen -b; compgen -k"], check=True, stdout=subprocess.PIPE)
    return set(out.stdout.decode().split())


def commands(readers):
    """What the scripts start, as one set; what they define themselves is left out."""
    own = set().union(*(r.functions for r in readers))
    shell, names = builtins(), set()
    for words in (w for r in readers for w in r.found):
        while words:
            name = words[0]
            if name not in RUNNERS and name not in own | shell and re.fullmatch(r"[a-z0-9][\w.+-]*", name):
                names.add(name)
            if RUNNERS.get(name) is None:
                break
            words = words[1 + RUNNERS[name]:]
            while words and (words[0].startswith("-") or "=" in words[0]):
                words = words[1:]
    return names


def listed(*lists):
    lines = [line.split("#")[0].strip() for name in lists for line in open(f"deps/{name}.txt", encoding="utf-8")]
    return {line.split(":")[-1] for line in lines if line}


def scripts(names):
    packages, bad = listed("build", "run"), []
    for name in sorted(commands([Reader(open(n, encoding="utf-8").read()) for n in names])):
        if name in ALWAYS or (name in PACKAGE and PACKAGE[name] is None):
            continue
        if name not in PACKAGE:
            bad.append(f"{name}: no package is known for it; name it in tools/lint/commands.py")
        elif PACKAGE[name] not in packages:
            bad.append(f"{name}: the package {PACKAGE[name]} is neither in deps/build.txt nor in deps/run.txt")
    return bad


def recipe(path="demo/pellucid.recipe"):
    inputs = set(re.findall(r"^package = (\S+)$", open(path, encoding="utf-8").read(), re.M))
    return [f"{path}: {p} of deps/build.txt is no input" for p in sorted(listed("build")) if p.endswith("-dev") and p not in inputs]


def main(args):
    if args[0] == "--names":
        print(*sorted(commands([Reader(open(n, encoding="utf-8").read()) for n in args[1:]])), sep="\n")
        return 0
    bad = recipe(*args[1:]) if args[0] == "--recipe" else scripts(args)
    print(*bad, sep="\n", end="\n" if bad else "")
    return 1 if bad else 0


sys.exit(main(sys.argv[1:]))
