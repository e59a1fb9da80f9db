# SPDX-License-Identifier: Apache-2.0
"""broken.py GOOD-DIR OUT-DIR: drafts that break one rule of CSAF 2.0 each, made from good ones. Prints a line for each: NAME RULE."""
import copy
import json
import sys

good, out = sys.argv[1:]
ADVISORY, VEX, GERMAN = "update-channel", "library-vex", "konsole-de"
base = {name: json.load(open(f"{good}/{name}.json", encoding="utf-8")) for name in (ADVISORY, VEX, GERMAN)}


def release(d, *numbers):
    d["revisions"] = [{"number": n, "date": f"2026-01-{i + 1:02}T00:00:00Z", "summary": "Changed."} for i, n in enumerate(numbers)]


# rule, draft, what is done to it: d is the draft, v its first vulnerability, p its products
CASES = [
    ("6.1.1", ADVISORY, "v['product_status']['known_affected'].append('NOBODY')"),
    ("6.1.1", ADVISORY, "d['groups'][0]['products'].append('NOBODY')"),
    ("6.1.1", ADVISORY, "d['relationships'][0]['product'] = 'NOBODY'"),
    ("6.1.1", ADVISORY, "v['scores'][0]['products'].append('NOBODY')"),
    ("6.1.1", ADVISORY, "v['remediations'][1]['products'].append('NOBODY')"),
    ("6.1.1", ADVISORY, "v['threats'][1]['products'].append('NOBODY')"),
    ("6.1.2", ADVISORY, "p[1]['id'] = p[0]['id']"),
    ("6.1.2", ADVISORY, "d['relationships'][0]['id'] = p[0]['id']"),
    ("6.1.3", ADVISORY, "d['relationships'][0]['relates_to'] = d['relationships'][0]['id']"),
    ("6.1.4", ADVISORY, "v['remediations'][0]['groups'] = ['NOBODY']"),
    ("6.1.5", ADVISORY, "d['groups'].append(d['groups'][0])"),
    ("6.1.6", ADVISORY, "v['product_status']['fixed'].append('SHIELD-7.4.1')"),
    ("6.1.6", ADVISORY, "v['product_status']['under_investigation'] = ['SHIELD-7.4.1']"),
    ("6.1.6", ADVISORY, "v['product_status']['known_not_affected'].append('SHIELD-OLD')"),
    ("6.1.7", ADVISORY, "v['scores'].append({'vector': 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 'products': ['SHIELD-OLD']})"),
    ("6.1.11", ADVISORY, "v['cwe_name'] = 'Improper verification of cryptographic signature'"),
    ("6.1.12", ADVISORY, "d['lang'] = 'zz'"),
    ("6.1.12", GERMAN, "d['source_lang'] = 'xy-DE'"),
    ("6.1.13", ADVISORY, "p[0]['helper']['purl'] = 'pkg:generic/%zz@1'"),
    ("6.1.13", ADVISORY, "p[0]['helper']['purl'] = 'pkg:maven/shield@7.4.1'"),
    ("6.1.13", ADVISORY, "p[0]['helper']['purl'] = 'pkg:generic/shield@7.4.1?1a=b'"),
    ("6.1.14", ADVISORY, "d['revisions'].reverse(); d['revisions'][0]['number'], d['revisions'][1]['number'] = '1.0.0', '1.1.0'"),
    ("6.1.15", ADVISORY, "d['publisher']['category'] = 'translator'"),
    ("6.1.17", ADVISORY, "release(d, '0.9.0')"),
    ("6.1.18", ADVISORY, "release(d, '0.9.0', '1.0.0')"),
    ("6.1.19", ADVISORY, "release(d, '1.0.0-rc.1', '1.0.0')"),
    ("6.1.20", ADVISORY, "release(d, '1.0.0-rc.1')"),
    ("6.1.21", ADVISORY, "release(d, '1', '3')"),
    ("6.1.21", ADVISORY, "release(d, '2', '3')"),
    ("6.1.21", ADVISORY, "release(d, '1.0.0', '3.0.0')"),
    ("6.1.22", ADVISORY, "release(d, '1', '1')"),
    ("6.1.23", VEX, "d['vulnerabilities'][1]['cve'] = v['cve']"),
    ("6.1.24", ADVISORY, "v['involvements'][0]['party'] = 'vendor'; v['involvements'][0]['date'] = v['involvements'][1]['date']"),
    ("6.1.25", ADVISORY, "p[1]['helper']['hashes'][0]['file_hashes'][1]['algorithm'] = 'sha256'"),
    ("6.1.27.5", ADVISORY, "del v['notes']; v['scores'].pop()"),
    ("6.1.27.6", ADVISORY, "del v['product_status']"),
    ("6.1.27.7", VEX, "d['vulnerabilities'][1]['product_status'] = {'recommended': ['A']}; del d['vulnerabilities'][1]['flags']"),
    ("6.1.27.8", VEX, "del d['vulnerabilities'][1]['ids']"),
    ("6.1.27.9", VEX, "del v['flags']"),
    ("6.1.27.9", VEX, "v['threats'][0]['category'] = 'exploit_status'"),
    ("6.1.27.10", VEX, "v['remediations'].pop(0)"),
    ("6.1.27.11", ADVISORY, "del d['vulnerabilities']"),
    ("6.1.27.4", ADVISORY, "del d['products']; del d['groups']; del d['relationships']"),
    ("6.1.28", GERMAN, "d['source_lang'] = 'de'"),
    ("6.1.29", ADVISORY, "del v['remediations'][1]['products']"),
    ("6.1.30", ADVISORY, "release(d, '1', '2.0.0')"),
    ("6.1.31", ADVISORY, "p[0]['version'] = 'prior 7.4.1'"),
    ("6.1.31", ADVISORY, "p[0]['version'] = '<7.4.1'"),
    ("6.1.32", ADVISORY, "del v['flags'][0]['products']"),
    ("6.1.33", VEX, "v['flags'].append({'label': 'vulnerable_code_not_present', 'products': ['A']})"),
    ("6.2.1", ADVISORY, "p.append({'id': 'X', 'vendor': 'V', 'name': 'N', 'version': '1', 'helper': {'skus': ['S']}})"),
    ("6.2.2", GERMAN, "del v['remediations']"),
    ("6.2.3", ADVISORY, "v['scores'].pop(0)"),
    ("6.2.4", ADVISORY, "release(d, '1.0.0+build.7')"),
    ("6.2.7", ADVISORY, "del v['involvements'][0]['date']"),
    ("6.2.8", ADVISORY, "p[1]['helper']['hashes'][0]['file_hashes'] = [{'algorithm': 'md5', 'value': 'd41d8cd98f00b204e9800998ecf8427e'}]"),
    ("6.2.9", ADVISORY, "p[1]['helper']['hashes'][0]['file_hashes'] = [{'algorithm': 'sha1', 'value': 'da39a3ee5e6b4b0d3255bfef95601890afd80709'}]"),
    ("6.2.14", ADVISORY, "d['lang'] = 'qtx'"),
    ("6.2.15", ADVISORY, "d['lang'] = 'i-default'"),
    ("6.2.16", ADVISORY, "del p[0]['helper']"),
    ("6.2.17", ADVISORY, "v['ids'][0]['text'] = 'CVE-2026-10009'"),
    ("6.2.18", ADVISORY, "p[2]['range'] = '<7.4.1'"),
    ("6.2.19", GERMAN, "v['scores'][1]['vector'] = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MAC:H'"),
]

for n, (rule, name, change) in enumerate(CASES):
    d = copy.deepcopy(base[name])
    exec(change, {"d": d, "v": d["vulnerabilities"][0], "p": d["products"], "release": release})  # statements of this file only
    with open(f"{out}/{n:02}.json", "w", encoding="utf-8") as f:
        json.dump(d, f)
    print(f"{n:02}", rule)
