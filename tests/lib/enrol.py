# SPDX-License-Identifier: Apache-2.0
# enrol.py PROGRAM CODE PASSWORD: set a password as a person would, with an authenticator app; prints the recovery codes.
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
