#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# timeout: 600
# The way of a person who asks, in Chromium and on the programs: the form of the demonstration, the mailed code, a number and a promise; the desk reads, answers with
# a copy that is encrypted to her; she fetches it by her secret, opens it with age and checks it by the trust file alone. Then she is erased, and the
# certificate names what was destroyed, what was kept and why, and when the last backup expires.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/desk.sh
. "$PL_SRC/tests/lib/desk.sh"
# shellcheck source=tests/lib/mail.sh
. "$PL_SRC/tests/lib/mail.sh"
# shellcheck source=tests/lib/installed.sh
. "$PL_SRC/tests/lib/installed.sh"
canary=CANARY-7d1e55
make_desk
check "a mail server" mail_server
set_conf web intake yes
set_conf mail smtp "smtp://127.0.0.1:$mail_port"
set_conf mail from desk@pellucid.example
openssl ecparam -name prime256v1 -genkey -noout -out one.key
openssl ec -in one.key -pubout -out inst/one.pem 2>/dev/null
start one python3 "$PL_SRC/tests/lib/opendsr_processor.py" one.key dsr.one.example
ready one processor.ready
cat >inst/holdings <<END
pellucid-holdings v1
here zurich-1 example-ag 35
store mailing opendsr http://127.0.0.1:${port[one]}/requests dsr.one.example one.pem example
class mailing addresses frankfurt-2 mailing-gmbh 0 email,language
END
check "the register of persons" "$pellucid" register add "$PL_SRC/demo/persons.register"
for lang in en de; do check "its words, $lang" "$pellucid" register words "$PL_SRC/demo/persons.words.$lang"; done
with_key vendor
set_conf intake products "$PL_TMP/vendor.pub"
check "its form" "$pellucid" intake open "$PL_SRC/demo/persons.form"
check "people with each role" "$PL_BUILD/tests/unit/web/desk_tool" people inst
check "she has a key of her own" age-keygen -o her.key
# shellcheck disable=SC2119 # its options are its own
start_desk
[[ $failed == 0 ]] || exit 1
node "$PL_SRC/tests/browser/person.mjs" "$desk" "$PL_TMP" "$pellucid" "$canary" || failed=1

# ---- what she has, without the instance and without us ----
outside() { env -u PELLUCID_INSTANCE "$pellucid" "$@"; }
trust=inst/trust.policy
answers "her receipt holds a number and a promise" 0 'case 1 of persons' outside register check one.receipt --trust $trust
check "age opens the copy" age -d -i her.key -o copy.zip copy.age
answers "it is signed, and whole" 0 'signed: an answer of the kind copy' outside person check copy.zip --trust $trust
answers "encrypted as it came, too" 0 'signed: an answer of the kind copy' outside person check copy.age --trust $trust --identity her.key
check "JSON and CSV say the same, and the schema what they are" python3 - "$canary" <<'END'
import csv, hashlib, io, json, sys, zipfile
z = zipfile.ZipFile("copy.zip")
assert z.testzip() is None
names = z.namelist()
rows = json.loads(z.read("data/cases/persons.json"))
table = list(csv.DictReader(io.StringIO(z.read("data/cases/persons.csv").decode(), newline="")))
assert [r["case"] for r in rows] == [1] and rows[0]["kind"] == "copy" and rows[0]["sender"] == sys.argv[1], rows
assert table[0]["sender"] == sys.argv[1] and table[0]["case"] == "1", table
assert any("schema" in n for n in names), names
manifest = json.loads(z.read([n for n in names if "manifest" in n][0]))
listed = {f["name"]: f["sha256"] for f in manifest["files"]}
assert "data/cases/persons.json" in listed, listed
for name, digest in listed.items():
    assert digest.split(":")[-1] == hashlib.sha256(z.read(name)).hexdigest(), name
END
python3 - <<'END'
b = bytearray(open("copy.zip", "rb").read())
b[b.index(b"CANARY")] ^= 1
open("bad.zip", "wb").write(b)
END
answers "a changed byte is refused" 1 '' outside person check bad.zip --trust $trust
answers "somebody else opens nothing" 1 'not for this reader' bash -c 'age-keygen -o other.key 2>/dev/null; env -u PELLUCID_INSTANCE "$1" person check copy.age --trust inst/trust.policy --identity other.key' - "$pellucid"
answers "the certificate is proved" 0 'proved: 1 of 1' outside person check proved.zip --trust $trust
unpack() { python3 -c 'import sys, zipfile; sys.stdout.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())' "$@"; }
unpack proved.zip certificate.json >named.json
check "it names what was destroyed and with which key, what was kept and why and how long, and when backups expire" python3 - <<'END'
import datetime, json, sys
c = json.load(open("named.json"))
of = [x for x in c["classes"] if x["store"] == "cases" and x["class"] == "persons"]
assert sum(x["destroyed"] for x in of) == 1 and any(k.startswith("vault/") for x in of for k in x["keys"]), of
day = lambda text: datetime.datetime.fromisoformat(text[:-1])
kept = {k["reason"]: k for x in of for k in x["kept"]}
assert set(kept) == {"counted-in-public", "in-use"} and all(k["rows"] == 1 for k in kept.values()), kept
assert 89 <= (day(kept["in-use"]["until"]) - day(c["at"])).days <= 90, kept
assert 34 <= (day(c["backups"]) - day(c["at"])).days <= 36, c
END
check "and nobody" bash -c '! grep -qi "zoe\|CANARY" named.json'
answers "what she asked with first is gone" 0 'erased' "$pellucid" register show --private persons 1
check "her name with it" bash -c '! grep -q CANARY out'
exit "$failed"
