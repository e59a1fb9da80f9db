# SPDX-License-Identifier: Apache-2.0
"""compare.py CASES OURS THEIRS: of each broken draft both say which rules it breaks. Every rule that theirs finds broken must be one that ours
finds, too, and each case must break the rule that it was made for, with both. THEIRS has the good documents first; they must be clean."""
import json
import sys

cases = [line.split() for line in open(sys.argv[1], encoding="utf-8")]
ours = [set(line.split()) for line in open(sys.argv[2], encoding="utf-8")]
theirs = {r["file"]: r for r in map(json.loads, open(sys.argv[3], encoding="utf-8"))}
# What follows from one mistake: of dates because we write those members ourselves; a bad purl is no address, either.
FOLLOWS = {"6.1.16": {"6.1.14"}, "6.2.6": {"6.1.14"}, "csaf.2.0.strict": {"6.1.13"}}
wrong = 0
for name, rule in cases:
    said = ours[int(name)]
    found = {test for kind in ("errors", "warnings") for test, _ in theirs[name + ".json"][kind]}
    missed = {test for test in found if not (said & FOLLOWS.get(test, {test}))}
    if rule not in said or rule not in found or missed:
        print(f"case {name}, made for {rule}: ours says {sorted(said)}, theirs {sorted(found)}")
        wrong += 1
for name, result in theirs.items():
    if name[:-5].isdigit():
        continue
    if result["errors"] or result["warnings"] or result["tests"] < 70:
        print(name, result)
        wrong += 1
print(len(cases), "broken drafts,", len(theirs) - len(cases), "good ones,", wrong, "wrong")
sys.exit(wrong or len(cases) < 50)
