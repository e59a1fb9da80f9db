#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 3600
# long: yes
# `./run --once` as a stranger meets it: root in somebody else's shallow clone with a dirty tree. All checks that the manual
# lists hold, HEAD is what is published, built twice by its own recipe and the same bit for bit; a second run reuses all of it;
# a damaged log makes the run fail and say which check.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
git clone -q --depth 1 "file://$PL_SRC" clone
commit=$(git -C clone rev-parse HEAD)
echo 'not committed' >>clone/README.md
[[ $(id -u) != 0 ]] || chown -R nobody clone
unset GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0

at=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
run() { clone/run --once --json --no-install --port "$at" "$@"; }
# summary FILE MEMBER: of the one line on standard output.
summary() {
	[[ $(wc -l <"$1") == 1 ]] && field "$(<"$1")" "$2"
}
# The identifiers of the manual's table against those of a summary; "finished" is there only when it does not hold.
listed() {
	sed -n '/^## The checks/,$s/^| \(`[^|]*\) |.*/\1/p' clone/docs/manual/demonstration.md | grep -o '[a-z0-9-]*' | grep -vx finished | sort
}
checked() {
	python3 -c 'import json, sys
print("\n".join(sorted(c["id"] for c in json.loads(open(sys.argv[1]).readline())["checks"] if sys.argv[2] == "all" or not c["held"])))' "$1" "$2"
}

check "the first run ends well" code 0 run
cp out first
cp err first.err
same "no check failed" "$(summary first failed)" 0
same "the checks are those that the manual lists" "$(checked first all)" "$(listed)"
same "HEAD is what was published" "$(summary first commit)" "$commit"
check "the dirty tree is named" grep -q 'not committed' first.err
same "nothing was there to be reused" "$(summary first reused)" false

check "a second run ends well" code 0 run
cp out second
same "it reuses what is there" "$(summary second reused)" true
same "and makes the same checks" "$(checked second all)" "$(checked first all)"
check "and is quick" python3 -c 'import json, sys
first, second = (json.loads(open(f).readline())["seconds"] for f in sys.argv[1:])
print(first, second)
sys.exit(0 if second < first / 2 else 1)' first second

check "the demonstration witnesses are said to protect nobody" grep -q 'demonstration witnesses protect nobody' first.err
check "the line of the seeds is printed" grep -q 'H2 2021: 109 requests, 12 countries, 92 technical expertise, 17 user data, 17 of 17 rejected; 2,252 person requests in 2021' first.err

# Served until somebody presses Ctrl-C: that is SIGINT for all of a terminal's processes.
cat >served.py <<'PY'
import os
import signal
import subprocess
import sys
import time
import urllib.request

port, command = sys.argv[1], sys.argv[2:]
run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
                       preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
said = ""
for line in run.stdout:
    said += line.decode()
    if "Ctrl-C ends it" in said:
        break
print(said[-200:])
for host in ["localhost", "127.0.0.1"] + (["[::1]"] if os.path.exists("/proc/net/if_inet6") else []):
    with urllib.request.urlopen(f"http://{host}:{port}/", timeout=10) as answer:
        print("served", host, answer.status)
time.sleep(1)
print("still", run.poll())
os.killpg(run.pid, signal.SIGINT)
rest, _ = run.communicate(timeout=60)
print("ended", run.returncode)
try:
    os.killpg(run.pid, 0)
    print("left something")
except ProcessLookupError:
    print("left nothing")
PY
check "without --once" python3 served.py "$at" clone/run --no-install --port "$at"
cp check.out served
check "it names the portal" grep -q "The portal is at http://localhost:$at (Ctrl-C ends it)" served
check "which answers by name and by number" grep -q '^served localhost 200' served
check "and goes on" grep -q '^still None' served
check "Ctrl-C ends it" grep -q '^ended 130' served
check "and all that it started" grep -q '^left nothing' served

# One bit of a hash in the middle of the first tile.
tile=$(find clone/build/demo/instance/log/public/tile/0 -type f -name '000*' | head -n 1)
[[ -n $tile ]] || tile=$(find clone/build/demo/instance/log/public/tile/0 -type f | sort | head -n 1)
python3 - "$tile" <<'PY'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[16] ^= 1
open(sys.argv[1], "r+b").write(data)
PY
check "with a damaged log the run fails" code 1 run
cp out third
check "and the failed check is named" grep -qx 'log-fsck\|finished' <(checked third failed)
exit "$failed"
