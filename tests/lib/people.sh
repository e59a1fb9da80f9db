# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2154 # set by steps.sh
# Sourced after steps.sh and instance.sh by stories in which persons act at the terminal.
account() { "$pellucid" account "$@"; }
member() { field "$(cat out)" "$1"; }

# enrol NAME CODE: set a password as a person would, with an authenticator app; its recovery codes go to NAME.codes.
cat >enrol.py <<'PY'
import base64, hashlib, hmac, subprocess, sys, time
program, code, password = sys.argv[1:4]
p = subprocess.Popen([program, "account", "password"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
p.stdin.write(f"{code}\n{password}\n")
p.stdin.flush()
line = p.stdout.readline()
if not line:
    sys.exit(p.wait())
secret = base64.b32decode(line.split()[-1])
mac = hmac.new(secret, int(time.time() // 30).to_bytes(8, "big"), hashlib.sha1).digest()
at = mac[19] & 15
p.stdin.write(f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7fffffff) % 1000000:06}\n")
p.stdin.close()
print("".join(l for l in p.stdout if len(l) == 20), end="")
sys.exit(p.wait())
PY
enrol() {
	python3 enrol.py "$pellucid" "$2" "has a long password" >"$1.codes" 2>err
	[[ $(wc -l <"$1.codes") == 10 ]]
}
# login NAME: with the next recovery code
login() {
	local code
	code=$(head -n 1 "$1.codes")
	sed -i 1d "$1.codes"
	printf 'has a long password\n%s\n' "$code" | account login "$1" --session "$1.session"
}
# person NAME ROLES: invited by ada, who is the only administrator, and logged in
person() {
	local code
	code=$(field "$(account add "$1" --role "$2" --session ada.session --json)" code)
	enrol "$1" "$code" && login "$1"
}
# first_person: ada, the administrator, logged in
first_person() {
	local code
	code=$(field "$(account first ada --email ada.lovelace@example.org --json)" code)
	enrol ada "$code" && login ada
}
