# SPDX-License-Identifier: Apache-2.0
"""fields.py cve|openvex FILE: does the document have the members that CVE JSON 5.1, or OpenVEX 0.2.0, want, with values of their kind?"""
import json
import re
import sys

wrong = []


def want(condition, words):
    if not condition:
        wrong.append(words)


def text(value, most=10000):
    return isinstance(value, str) and 0 < len(value) <= most


def cve(d):
    meta, cna = d["cveMetadata"], d["containers"]["cna"]
    uuid = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    want(d["dataType"] == "CVE_RECORD" and d["dataVersion"] == "5.1", "type and version")
    want(re.fullmatch(r"CVE-[0-9]{4}-[0-9]{4,19}", meta["cveId"]), "cveId")
    want(re.fullmatch(uuid, meta["assignerOrgId"]) and meta["state"] == "PUBLISHED", "who assigns, and the state")
    want(cna["providerMetadata"]["orgId"] == meta["assignerOrgId"], "one organisation")
    want(any(t["lang"].startswith("en") and text(t["value"], 4096) for t in cna["descriptions"]), "a description in English")
    want(0 < len(cna["references"]) <= 512, "references")
    for r in cna["references"]:
        want(re.match(r"(https?|ftp)://", r["url"]) and len(r["url"]) <= 2048 and len(r.get("name", "")) <= 512, "a reference")
    want(cna["affected"], "affected products")
    for a in cna["affected"]:
        want(text(a["vendor"], 512) and text(a["product"], 2048), "vendor and product")
        want(a["defaultStatus"] in ("affected", "unaffected", "unknown") and a["versions"], "versions")
        for v in a["versions"]:
            want(v["status"] in ("affected", "unaffected", "unknown") and text(v["version"], 1024), "a version")
            want(("lessThan" in v or "lessThanOrEqual" in v) == ("versionType" in v), "a range says how versions are ordered")
    for m in cna["metrics"]:
        score = m.get("cvssV3_1") or m["cvssV4_0"]
        want(m["format"] == "CVSS" and score["vectorString"].startswith("CVSS:" + score["version"] + "/"), "a vector of its version")
        want(0 <= score["baseScore"] <= 10 and score["baseSeverity"] in ("NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL"), "a score")
    for p in cna["problemTypes"]:
        for t in p["descriptions"]:
            want(t["type"] == "CWE" and re.fullmatch(r"CWE-[1-9][0-9]*", t["cweId"]) and text(t["description"], 4096), "a weakness")
    for name in ("solutions", "workarounds", "exploits", "credits"):
        for t in cna.get(name, []):
            want(text(t["lang"], 35) and text(t["value"], 4096), name)
    want(text(cna["title"], 256), "a title")


def openvex(d):
    reasons = {"component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path",
               "vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist"}
    want(d["@context"] == "https://openvex.dev/ns/v0.2.0" and text(d["@id"]) and text(d["author"]), "context, id, author")
    want(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", d["timestamp"]) and d["version"] >= 1 and d["statements"], "time and version")
    for s in d["statements"]:
        want(text(s["vulnerability"]["name"]) and all(text(p["@id"]) for p in s["products"]), "vulnerability and products")
        want(s["status"] in ("not_affected", "affected", "fixed", "under_investigation"), "a status")
        if s["status"] == "not_affected":
            want(("justification" in s) != ("impact_statement" in s), "one reason")
            want("justification" not in s or s["justification"] in reasons, "a justification of the list")
        want(s["status"] != "affected" or text(s["action_statement"]), "an action")
    seen = [(s["vulnerability"]["name"], p["@id"]) for s in d["statements"] for p in s["products"]]
    want(len(seen) == len(set(seen)), "one statement of a product")


{"cve": cve, "openvex": openvex}[sys.argv[1]](json.load(open(sys.argv[2], encoding="utf-8")))
for words in wrong:
    print("wrong:", words)
sys.exit(bool(wrong))
