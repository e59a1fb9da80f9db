#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: both
# While the vault takes nothing, a crowd sends its forms: as many as may wait do, whoever comes then is told to come again, pages are served
# meanwhile, and when it goes on everybody who waited has his number, each its own, none left out.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
# shellcheck source=tests/lib/instance.sh
. "$PL_SRC/tests/lib/instance.sh"
# shellcheck source=tests/lib/tips.sh
. "$PL_SRC/tests/lib/tips.sh"
export PELLUCID_INSTANCE=$PL_TMP/inst
make_instance log.example/waits >/dev/null
tips_register 'retain 0' 'field kind enum open good,bad' 'field words text sealed' >tips.register
check "a register" "$pellucid" register add tips.register
printf '%s\n' 'pellucid-intake-form v1' 'register tips' 'confirm work' 'bits 8' 'ask kind required' 'ask words optional' 'message none' >tips.form
check "a form" "$pellucid" intake open tips.form
set_conf web intake yes
start web "$pellucid" web --rate 1000000 --listen 127.0.0.1:0
ready web web.serving
may_wait=$(sed -n 's/^#define PL_INTAKE_SENDERS_MAX \([0-9]*\)u.*/\1/p' "$PL_SRC/src/register/intake.h")
if ! PYTHONPATH=$PL_SRC/tests/lib/attacks PYTHONDONTWRITEBYTECODE=1 python3 - "http://127.0.0.1:${port[web]}" "${may_wait:?}" <<'END'; then failed=1; fi
import fcntl
import os
import struct
import sys
import threading
import time
from client import ask, check, fields, number_of, ticket

MAY_WAIT, MORE = int(sys.argv[2]), 12


def lock(kind):
    fcntl.fcntl(vault, fcntl.F_OFD_SETLKW, struct.pack("hhqqi", kind, os.SEEK_SET, 0, 0, 0))


def send(i):
    answers[i] = ask("POST", "/intake/tips", forms[i])


def crowd(which):
    threads = [threading.Thread(target=send, args=(i,)) for i in which]
    for t in threads:
        t.start()
    return threads


forms = [fields([("f-kind", "good"), ("f-words", f"number {i}"), ("ticket", ticket("tips")), ("way", "work")]) for i in range(MAY_WAIT + MORE + 1)]
answers = [None] * len(forms)
send(MAY_WAIT + MORE)
check("one is entered while nobody waits", answers[-1].status == 200 and number_of(answers[-1]) == 1, answers[-1].text)
vault = os.open("inst/vault/keys", os.O_RDWR)
lock(fcntl.F_WRLCK)
waiting = crowd(range(MAY_WAIT))
time.sleep(1)
check("as many as may wait do", all(a is None for a in answers[:MAY_WAIT]), [a.status for a in answers if a])
began = time.monotonic()
pages = [ask("GET", path) for path in ("/", "/registers", "/intake/tips")]
check("pages are served beside them", all(p.status == 200 for p in pages) and time.monotonic() - began < 4, f"{[p.status for p in pages]} {time.monotonic() - began}")
for t in crowd(range(MAY_WAIT, MAY_WAIT + MORE)):
    t.join()
refused = answers[MAY_WAIT:MAY_WAIT + MORE]
check("whoever comes then is told to come again", all(a.status == 503 and a.headers["Retry-After"] for a in refused), [a.status for a in refused])
lock(fcntl.F_UNLCK)
for t in waiting:
    t.join()
done = answers[:MAY_WAIT]
check("everybody who waited is entered", all(a.status == 200 for a in done), [a.status for a in done if a.status != 200])
check("each under a number of its own, none left out", sorted(number_of(a) for a in done) == list(range(2, MAY_WAIT + 2)))
for t in crowd(range(MAY_WAIT, MAY_WAIT + MORE)):
    t.join()
check("and who comes again is entered with the same form", all(a.status == 200 for a in answers[MAY_WAIT:MAY_WAIT + MORE]))
END
# A database that takes nothing: whoever waits is told so after one time-out, not one after another.
if [[ $PL_ENGINES == embedded ]]; then
	if ! PYTHONPATH=$PL_SRC/tests/lib/attacks PYTHONDONTWRITEBYTECODE=1 python3 - "http://127.0.0.1:${port[web]}" "${PL_TEST_DB#sqlite:}.writer" <<'END'; then failed=1; fi
import fcntl
import os
import struct
import sys
import threading
import time
from client import ask, check, fields, ticket

writer = os.open(sys.argv[2], os.O_RDWR)


def lock(kind):
    fcntl.fcntl(writer, fcntl.F_OFD_SETLKW, struct.pack("hhqqi", kind, os.SEEK_SET, 0, 2, 0))


def send(form):
    began = time.monotonic()
    answers.append((ask("POST", "/intake/tips", form).status, time.monotonic() - began))


forms = [fields([("f-kind", "good"), ("ticket", ticket("tips")), ("way", "work")]) for _ in range(4)]
answers = []
lock(fcntl.F_WRLCK)
threads = [threading.Thread(target=send, args=(form,)) for form in forms]
for t in threads:
    t.start()
for t in threads:
    t.join()
# The first leads a round of his own, the others the next one.
check("senders are told to come again, all after one or two time-outs of the database", all(s == 503 and took < 25 for s, took in answers), answers)
lock(fcntl.F_UNLCK)
answers.clear()
for form in forms:
    send(form)
check("and are entered with the same forms when it takes something again", [s for s, _ in answers] == [200] * 4, answers)
END
fi
answers "a head over all of them" 0 'leaves' "$pellucid" register head tips
exit "$failed"
