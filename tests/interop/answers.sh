#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Answers in the hands of others: age of Debian opens them, unzip and Python read them, ajv finds their rows as their schemas say; and
# what age encrypts, we open.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
who=email=example.person@example.org

cat >asks.register <<'END'
pellucid-register v1
name asks
source intake
existence exact
opens rows
late-after 7
open-after 0
retain 24
field received time generalised month
field urgent bool open
field days u64 open
field words text sealed
total cases count
END
printf 'received,urgent,days,words\n%s,true,7,"a, ""b""\nc; äöü 漢字"\n%s,,,\n' "$(date -u +%Y-%m-%dT00:00:00Z)" "$(date -u +%Y-%m-%dT00:00:00Z)" >asks.csv
make_instance log.example/answers >/dev/null
"$pellucid" register add asks.register >/dev/null
"$pellucid" register enter asks asks.csv >/dev/null
"$pellucid" person link asks 1 "$who" >/dev/null
"$pellucid" person link asks 2 "$who" >/dev/null

age-keygen -o asker.key 2>asker.pub
to=$(sed -n 's/^Public key: //p' asker.pub)
answers "an answer is encrypted to a key that age made" 0 'encrypted' "$pellucid" person package "$who" --to "$to" --out copy.age
check "age opens it" age -d -i asker.key -o copy.zip copy.age
answers "so do we" 0 'signed' "$pellucid" person check copy.age --identity asker.key --trust inst/trust.policy
answers "and what age made of it is the same archive" 0 'signed' "$pellucid" person check copy.zip --trust inst/trust.policy
age-keygen -o other.key 2>/dev/null
check "another key opens nothing" not age -d -i other.key -o nothing copy.age
age -r "$to" -o back.age copy.zip
answers "what age encrypts, we open" 0 'signed' "$pellucid" person check back.age --identity asker.key --trust inst/trust.policy
age -a -r "$to" -o armour.age copy.zip
answers "an armoured file is refused in words" 1 'not written by Pellucid' "$pellucid" person check armour.age --identity asker.key --trust inst/trust.policy

printf 'some words of the asker' >secret && chmod 600 secret
"$pellucid" person package "$who" --secret-file secret --out words.age >/dev/null
check "age opens it with the passphrase" python3 - <<'END'
import os, pty, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execvp("age", ["age", "-d", "-o", "words.zip", "words.age"])
time.sleep(1)
os.write(fd, b"some words of the asker\n")
try:
    while os.read(fd, 1024):
        pass
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
answers "whole" 0 'signed' "$pellucid" person check words.zip --trust inst/trust.policy

check "Python reads the archive" python3 -c 'import zipfile
z = zipfile.ZipFile("copy.zip")
assert z.testzip() is None
z.extractall("copy")'
check "every row is as its schema says" node - <<'END'
const fs = require("fs"), Ajv = require("ajv/dist/2020").default || require("ajv/dist/2020");
const ajv = new Ajv({ validateFormats: false });
let n = 0;
for (const store of fs.readdirSync("copy/data"))
	for (const file of fs.readdirSync(`copy/data/${store}`).filter((f) => f.endsWith(".schema.json"))) {
		const check = ajv.compile(JSON.parse(fs.readFileSync(`copy/data/${store}/${file}`)));
		const rows = JSON.parse(fs.readFileSync(`copy/data/${store}/${file.replace(".schema", "")}`));
		if (!check(rows)) throw new Error(JSON.stringify(check.errors));
		if (check([{ ...rows[0], other: 1 }]) || check([{ ...rows[0], case: "1" }])) throw new Error("the schema refuses nothing");
		n += rows.length;
	}
if (n !== 2) throw new Error(`${n} rows`);
END
exit "$failed"
