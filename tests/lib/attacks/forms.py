# SPDX-License-Identifier: Apache-2.0
"""The forms that tests/flow/form-attacks.sh opened, and how each is filled in rightly."""
import os

from client import ask, fields, multipart, ticket

# The register, the fields that hold text, and what else is asked for.
FORMS = {
    "persons": (["f-sender", "f-words"], [("f-kind", "copy")]),
    "authority-requests": (["f-authority-name", "f-case-reference"],
                           [("f-country", "de"), ("f-authority", "police"), ("f-instrument", "court-order"), ("f-category", "technical-expertise"), ("f-emergency", "no")]),
    "vulnerabilities": (["f-component", "f-summary", "f-finder-name"], [("f-product", "endpoint")]),
    "document-requests": (["f-customer"], [("f-document", os.environ.get("ATTACK_DOCUMENT", "")), ("f-terms", os.environ.get("ATTACK_TERMS", "")),
                                           ("accept", "yes")]),
    "notes": (["f-where"], [("f-kind", "good")]),  # its text is open: it stands in rows.csv
}
WITH_FILES = ("persons", "vulnerabilities")


def entered(name, **more):
    """What one case of @name is in the database; a clock that starts with it is an entry of its file, too."""
    return {"register_case": 1, "register_leaf": 1, "work_case": 1, "work_entry": (2 if name in ("persons", "vulnerabilities") else 1) + more.pop("work_entry", 0)} | more


def fill(name, text="plain", message="words", contact="", way="work", **more):
    """Pairs of a form that is right; @text in each field of text."""
    texts, others = FORMS[name]
    pairs = others + [(t, text) for t in texts] + [("message", message), ("contact", contact), ("way", way)]
    if way == "work":
        pairs.append(("ticket", more.pop("ticket", None) or ticket(name)))
    return pairs + list(more.items())


def send(name, pairs, headers=None, files=()):
    if files:
        body, kind = multipart(pairs, files)
        return ask("POST", f"/intake/{name}", body, headers, kind)
    return ask("POST", f"/intake/{name}", fields(pairs), headers)
