#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turn a room's .sql files into C: one `struct pl_sql` a statement, one table of migrations a room.

usage: sqlgen.py ROOM OUT.h OUT.c FILE.sql...

The format, and what is translated for PostgreSQL, is described in src/store/README.md. Anything not understood ends the
build with file and line: a statement is never guessed at.
"""
import hashlib
import re
import sys

BLOCK = re.compile(r"^--\s*(name|migration):\s*(.*?)\s*$")
NAME = re.compile(r"^([a-z][a-z0-9_]*)((?:\s*\([a-z]+\))*)$")
MIGRATION = re.compile(r"^(\d{4})\s+([a-z0-9][a-z0-9 _-]*?)((?:\s*\([a-z]+\))*)$")
TOKEN = re.compile(
    r"(?P<blob>[xX]'[0-9a-fA-F]*')|(?P<text>'(?:[^']|'')*')|(?P<quoted>\"[^\"]*\")|(?P<line>--[^\n]*)"
    r"|(?P<block>/\*.*?\*/)|(?P<param>\?\d*)|(?P<word>[A-Za-z_][A-Za-z_0-9]*)|(?P<rest>.)", re.S)


class Bad(Exception):
    pass


class Block:
    def __init__(self, file, line, kind, key, title, marks):
        self.file, self.line, self.kind, self.key, self.title, self.marks = file, line, kind, key, title, marks
        self.lines = []

    def where(self):
        return f"{self.file}:{self.line}"

    def source(self):
        return "\n".join(line.rstrip() for line in self.lines).strip() + "\n"


def marks_of(text, where):
    marks = re.findall(r"\(([a-z]+)\)", text)
    for mark in marks:
        if mark not in ("postgres", "scan"):
            raise Bad(f"{where}: mark ({mark}) is unknown; expected (postgres) or (scan)")
    return marks


def open_block(file, number, kind, rest):
    where = f"{file}:{number}"
    if kind == "name":
        m = NAME.match(rest)
        if not m:
            raise Bad(f"{where}: expected '-- name: lower_case_name', found '{rest}'")
        return Block(file, number, kind, m.group(1), "", marks_of(m.group(2), where))
    m = MIGRATION.match(rest)
    if not m:
        raise Bad(f"{where}: expected '-- migration: 0001 words', found '{rest}'")
    return Block(file, number, kind, int(m.group(1)), m.group(2), marks_of(m.group(3), where))


def read_blocks(file):
    blocks = []
    with open(file, encoding="utf-8") as f:
        for number, line in enumerate(f.read().split("\n"), 1):
            m = BLOCK.match(line)
            if m:
                blocks.append(open_block(file, number, m.group(1), m.group(2)))
            elif blocks:
                blocks[-1].lines.append(line)
            elif line.strip() and not line.startswith("--"):
                raise Bad(f"{file}:{number}: text before the first '-- name:' or '-- migration:' block")
    return blocks


def postgres_word(word, ddl, previous):
    upper = word.upper()
    if upper == "INTEGER":
        return "BIGINT"
    if upper == "BLOB":
        return "BYTEA"
    if upper == "STRICT" and previous in (")", ","):
        return ""
    if word == "TEXT" and ddl: # a type is in capitals; a column may be called text
        return 'TEXT COLLATE "C"'
    return word


def render(source, engine, ddl):
    """The text for one engine, without comments."""
    out, previous = [], ""
    for m in TOKEN.finditer(source):
        kind, text = m.lastgroup, m.group()
        if kind == "line":
            continue
        if kind == "block":
            if engine == "postgres" and text.startswith("/*postgres:"):
                out.append(text[len("/*postgres:"):-2].strip())
            continue
        if engine == "postgres":
            if kind == "param":
                text = "$" + text[1:]
            elif kind == "blob":
                text = "'\\x" + text[2:-1] + "'::bytea"
            elif kind == "word":
                text = postgres_word(text, ddl, previous)
        if text.strip():
            previous = text.strip()
        out.append(text)
    text = "".join(out)
    if engine == "postgres":
        text = re.sub(r"\bWITHOUT\s+ROWID\b", "", text, flags=re.I)
        text = re.sub(r"\)\s*,\s*(?=;|$)", ")", text)
    text = "\n".join(line.rstrip() for line in text.split("\n") if line.strip())
    return text.strip()


def plain(source):
    """The source without comments, which may be reworded after a migration has been applied."""
    keep = [m.group() for m in TOKEN.finditer(source)
            if m.lastgroup != "line" and (m.lastgroup != "block" or m.group().startswith("/*postgres:"))]
    return "\n".join(line.rstrip() for line in "".join(keep).split("\n") if line.strip())


def check_params(block, text, sign):
    numbers = sorted({int(n) if n else 0 for n in re.findall(re.escape(sign) + r"(\d*)", strip_strings(text))})
    if numbers != list(range(1, len(numbers) + 1)):
        raise Bad(f"{block.where()}: parameters must be ?1, ?2, ... without a gap, found {numbers}")
    return len(numbers)


def strip_strings(text):
    return re.sub(r"'(?:[^']|'')*'", "''", text)


def one_statement(block, text):
    text = text.rstrip().rstrip(";").rstrip()
    if not text:
        raise Bad(f"{block.where()}: the block is empty")
    if ";" in strip_strings(text):
        raise Bad(f"{block.where()}: more than one statement")
    return text


def c_string(text):
    lines = text.split("\n")
    quoted = []
    for i, line in enumerate(lines):
        line = line.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
        quoted.append('"' + line + ("\\n" if i + 1 < len(lines) else "") + '"')
    return "\n\t\t".join(quoted)


def pair_up(blocks):
    """(key -> [common block, postgres block or None]), in order of appearance."""
    pairs = {}
    for block in blocks:
        pair = pairs.setdefault(block.key, [None, None])
        slot = 1 if "postgres" in block.marks else 0
        if pair[slot]:
            raise Bad(f"{block.where()}: '{block.key}' is there already ({pair[slot].where()})")
        pair[slot] = block
    for key, (common, postgres) in pairs.items():
        if not common:
            raise Bad(f"{postgres.where()}: '{key}' has a (postgres) block only")
    return pairs


def statements_c(blocks):
    out, names = [], []
    for name, (common, postgres) in pair_up(blocks).items():
        sqlite = one_statement(common, render(common.source(), "sqlite", False))
        other = one_statement(postgres or common, render((postgres or common).source(), "postgres", False))
        count = check_params(common, sqlite, "?")
        if check_params(postgres or common, other, "$") != count:
            raise Bad(f"{postgres.where()}: not the same number of parameters as {common.where()}")
        names.append(name)
        out.append(f"const struct pl_sql pl_sql_{name} = {{\n\t.name = \"{name}\",\n\t.sqlite =\n\t\t{c_string(sqlite)},\n"
                   f"\t.postgres =\n\t\t{c_string(other)},\n\t.params = {count},\n"
                   f"\t.scan = {'true' if 'scan' in common.marks else 'false'},\n}};\n")
    return out, names


def migrations_c(room, blocks):
    pairs = pair_up(blocks)
    items = []
    for expected, number in enumerate(sorted(pairs), 1):
        common, postgres = pairs[number]
        if number != expected:
            raise Bad(f"{common.where()}: migration {number:04d}, expected {expected:04d}")
        source = plain(common.source()) + ("\n--\n" + plain(postgres.source()) if postgres else "")
        digest = hashlib.sha256(source.encode()).hexdigest()
        sqlite = render(common.source(), "sqlite", True)
        other = render((postgres or common).source(), "postgres", True)
        items.append(f"\t{{\n\t\t.number = {number},\n\t\t.name = \"{common.title}\",\n\t\t.sqlite =\n\t\t{c_string(sqlite)},\n"
                     f"\t\t.postgres =\n\t\t{c_string(other)},\n\t\t.sha256 = \"{digest}\",\n\t}},\n")
    body = "".join(items)
    return (f"static const struct pl_migration migrations[] = {{\n{body}}};\n\n"
            f"const struct pl_migrations pl_sql_{room}_migrations = {{\n"
            f"\t\"{room}\", migrations, sizeof migrations / sizeof migrations[0],\n}};\n")


def main(argv):
    if len(argv) < 5:
        raise Bad(__doc__)
    room, header, source, files = argv[1], argv[2], argv[3], argv[4:]
    blocks = [block for file in files for block in read_blocks(file)]
    statements, names = statements_c([b for b in blocks if b.kind == "name"])
    migrations = [b for b in blocks if b.kind == "migration"]
    guard = f"PL_{room.upper().replace('/', '_')}_SQL_H"
    with open(header, "w", encoding="utf-8") as f:
        f.write(f"/* Made by tools/sqlgen.py from the .sql files of {room}; do not edit. */\n#ifndef {guard}\n#define {guard}\n"
                f"#include \"store/migrate.h\"\n\n")
        for name in names:
            f.write(f"extern const struct pl_sql pl_sql_{name};\n")
        f.write(f"\n/* All of them, for the test that has both engines read each. */\n"
                f"extern const struct pl_sql *const pl_sql_{room}_all[];\nextern const size_t pl_sql_{room}_count;\n")
        if migrations and room != "store":
            f.write(f"extern const struct pl_migrations pl_sql_{room}_migrations;\n")
        f.write("\n#endif\n")
    with open(source, "w", encoding="utf-8") as f:
        f.write(f"/* Made by tools/sqlgen.py; do not edit. */\n#include \"sql.h\"\n\n")
        f.write("\n".join(statements))
        refs = "".join(f"\t&pl_sql_{name},\n" for name in names) or "\tNULL,\n"
        f.write(f"\nconst struct pl_sql *const pl_sql_{room}_all[] = {{\n{refs}}};\n"
                f"const size_t pl_sql_{room}_count = {len(names)};\n")
        if migrations:
            f.write("\n" + migrations_c(room, migrations))


if __name__ == "__main__":
    try:
        main(sys.argv)
    except Bad as e:
        sys.exit(f"sqlgen: {e}")
