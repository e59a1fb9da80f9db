#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compile message catalogues (po/*.po) to C tables.

usage: pogen.py OUT.h OUT.c po/en.po po/xx.po...

The first catalogue is the source: its msgids are the keys, its msgstrs the English texts. Every other catalogue must hold keys
of the source only and the same {0} placeholders in each text; a text that is missing or marked fuzzy falls back to English.
Anything not understood ends the build with file and line.
"""
import pathlib
import re
import sys

# Plural rules by their expression in the catalogue's header; the C side evaluates them by number (web/message.c).
RULES = {"0": 0, "(n != 1)": 1, "n != 1": 1, "(n > 1)": 2, "n > 1": 2}
KEY = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$")
QUOTED = re.compile(r'^"((?:[^"\\]|\\.)*)"$')
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def die(path, line, words):
    sys.exit(f"{path}:{line}: {words}")


def unquote(path, line, text):
    m = QUOTED.match(text.strip())
    if not m:
        die(path, line, "expected a text in quotes")
    out, it = [], iter(m.group(1))
    for c in it:
        if c == "\\":
            e = next(it)
            if e not in ESCAPES:
                die(path, line, f"unknown escape \\{e}")
            c = ESCAPES[e]
        out.append(c)
    return "".join(out)


def parse(path):
    """Answer the header's fields and {key: (forms, line)}."""
    entries, entry, field, fuzzy = [], None, None, False
    for line, text in enumerate(pathlib.Path(path).read_text(encoding="utf-8").split("\n"), 1):
        text = text.strip()
        if text.startswith("#"):
            fuzzy |= text.startswith("#,") and "fuzzy" in text
            continue
        if not text:
            field = None
            continue
        if text.startswith('"'):
            if entry is None or field is None:
                die(path, line, "a text without a keyword")
            entry[field] += unquote(path, line, text)
            continue
        word, _, rest = text.partition(" ")
        if word == "msgid":
            entry = {"line": line, "fuzzy": fuzzy}
            entries.append(entry)
            fuzzy = False
        elif entry is None or not re.fullmatch(r"msgid_plural|msgstr(\[[0-2]\])?", word):
            die(path, line, f"unknown keyword {word}")
        if word in entry:
            die(path, line, f"{word} twice")
        field = word
        entry[field] = unquote(path, line, rest)
    header, texts = {}, {}
    for e in entries:
        forms = [e[k] for k in ("msgstr", "msgstr[0]", "msgstr[1]", "msgstr[2]") if k in e]
        if not forms:
            die(path, e["line"], "msgstr is missing")
        if e["msgid"] == "":
            header = dict(l.split(": ", 1) for l in forms[0].strip().split("\n") if ": " in l)
            continue
        if not KEY.match(e["msgid"]):
            die(path, e["line"], f"\"{e['msgid']}\" is no key such as home.title")
        if e["msgid"] in texts:
            die(path, e["line"], f"{e['msgid']} twice")
        texts[e["msgid"]] = ([] if e["fuzzy"] or not all(forms) else forms, e["line"], "msgid_plural" in e)
    return header, texts


def rule(path, header, wanted):
    m = re.fullmatch(r"nplurals=(\d); plural=(.*);", header.get("Plural-Forms", ""))
    if not m or m.group(2) not in RULES:
        die(path, 1, f"Plural-Forms must use one of: {', '.join(RULES)}")
    if not (1 <= int(m.group(1)) <= 3):
        die(path, 1, "nplurals must be 1 to 3")
    return int(m.group(1)), RULES[m.group(2)]


def holes(text):
    if re.search(r"\{(?![0-3]\})|(?<!\{[0-3])\}", text):
        raise ValueError
    return set(re.findall(r"\{([0-3])\}", text))


def check(path, source, texts, forms_wanted):
    for key, (forms, line, plural) in texts.items():
        if key not in source:
            die(path, line, f"{key} is not in the source catalogue")
        base, _, base_plural = source[key]
        if plural != base_plural or (forms and len(forms) != (forms_wanted if plural else 1)):
            die(path, line, f"{key}: expected {forms_wanted if base_plural else 1} text(s)")
        for form in forms:
            try:
                if holes(form) - holes(base[-1]) or (not plural and holes(form) != holes(base[0])):
                    die(path, line, f"{key}: the placeholders differ from the source")
            except ValueError:
                die(path, line, f"{key}: a brace that is no placeholder {{0}} to {{3}}")


def c_string(text):
    out = []
    for b in text.encode("utf-8"):
        c = chr(b)
        out.append("\\" + c if c in '"\\' else c if 0x20 <= b < 0x7F and c != "?" else f"\\{b:03o}")
    return '"' + "".join(out) + '"'


def main():
    out_h, out_c, *paths = sys.argv[1:]
    catalogues, source = [], None
    for path in paths:
        header, texts = parse(path)
        count, number = rule(path, header, None)
        if source is None:
            source = texts
            for key, (forms, line, _) in texts.items():
                if not forms:
                    die(path, line, f"{key}: the source has no text")
        check(path, source, texts, count)
        tag = pathlib.Path(path).stem
        catalogues.append((tag, header.get("X-Name", tag), header.get("X-Direction", "ltr"), number, texts))
    keys = sorted(source)
    h = ["/* Made by pogen.py from po. */", "#ifndef PL_MESSAGES_H", "#define PL_MESSAGES_H", "", "enum pl_message_id {"]
    h += [f"\tPL_MSG_{k.replace('.', '_')}," for k in keys]
    h += ["\tPL_MSG_COUNT", "};", "", "enum pl_lang {"]
    h += [f"\tPL_LANG_{tag.upper().replace('-', '_')}," for tag, *_ in catalogues]
    h += ["\tPL_LANG_COUNT", "};", "#endif", ""]
    c = ["/* Made by pogen.py from po. */", '#include "web/message_table.h"', ""]
    for tag, _, _, _, texts in catalogues:
        # One blob and offsets: no pointers that the loader has to relocate. Offset 0 is the empty text: not there.
        offsets, blob, at = [], [c_string("") + ' "\\0"'], 1
        for k in keys:
            forms = texts.get(k, ([], 0, False))[0]
            row = []
            for form in forms:
                row.append(at)
                blob.append(c_string(form) + ' "\\0"')
                at += len(form.encode("utf-8")) + 1
            offsets.append("{" + ", ".join(str(o) for o in row + [0] * (3 - len(row))) + "}")
        name = tag.replace("-", "_")
        c += [f"static const char text_{name}[] =", "\t" + "\n\t".join(blob) + ";"]
        c += [f"static const uint32_t at_{name}[PL_MSG_COUNT][3] = {{", "\t" + ",\n\t".join(offsets), "};", ""]
    c += ["const struct pl_catalogue pl_catalogues[PL_LANG_COUNT] = {"]
    for tag, own, direction, number, _ in catalogues:
        n = tag.replace("-", "_")
        c += [f"\t{{{c_string(tag)}, {c_string(own)}, {c_string(direction)}, {number}, text_{n}, at_{n}}},"]
    c += ["};", ""]
    c += ["const char *const pl_message_keys[PL_MSG_COUNT] = {"] + [f"\t{c_string(k)}," for k in keys] + ["};", ""]
    pathlib.Path(out_h).write_text("\n".join(h), encoding="utf-8")
    pathlib.Path(out_c).write_text("\n".join(c), encoding="utf-8")


if __name__ == "__main__":
    main()
