#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Senders of cases, for register-kill.sh, which ends the servers under them.

register_senders.py send PORT REGISTER BITS SENDERS STOP-FILE   until STOP-FILE is there; prints "ack SECRET" for each case that was answered
register_senders.py look PORT                                   for each "ack SECRET" of standard input: prints "SECRET NUMBER", or "SECRET lost"
"""
import hashlib, http.client, os, random, re, sys, threading, time, urllib.parse

ULID = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
say = threading.Lock()


def ticket(register, bits):
    """docs/formats/intake-form.md, "Ticket"."""
    head = f"v1:{register}:{int(time.time())}:{random.choice('01234567')}{''.join(random.choices(ULID, k=25))}:"
    number = 0
    while int.from_bytes(hashlib.sha256(f"{head}{number}".encode()).digest(), "big") >> (256 - bits):
        number += 1
    return f"{head}{number}"


def post(port, path, fields, read=True, source="127.0.0.1"):
    """Status and page; status 0: nobody there, or gone in the middle. Limits are per address: each sender has one of his own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(source, 0))
    try:
        connection.request("POST", path, urllib.parse.urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})
        if not read:
            return 0, ""
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def sender(number, port, register, bits, stop, counts):
    while not os.path.exists(stop):
        # One in sixteen goes away before he has his answer.
        status, page = post(port, f"/intake/{register}", {"f-kind": random.choice(["good", "bad"]), "way": "work",
            "ticket": ticket(register, bits)}, random.randrange(16) != 0, f"127.0.1.{number + 1}")
        secret = re.search(r'<code class="secret">([0-9A-Z]+)<', page)
        with say:
            counts[status] = counts.get(status, 0) + 1
            if status == 200 and secret:
                print("ack", secret[1], flush=True)
        if status != 200:
            time.sleep(random.random() / 20)


def send(port, register, bits, senders, stop):
    counts = {}
    threads = [threading.Thread(target=sender, args=(n, int(port), register, int(bits), stop, counts)) for n in range(int(senders))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print("# answers by status:", counts, file=sys.stderr)


def look(port):
    for number, line in enumerate(sys.stdin):
        secret = line.split()[1]
        for attempt in range(50):
            status, page = post(int(port), "/receipt", {"secret": secret}, True, f"127.0.{2 + attempt}.{number % 250 + 1}")
            if status in (200, 404):
                break
            time.sleep(0.1)
        number = re.search(r"Case (\d+)", page) if status == 200 else None
        print(secret, number[1] if number else "lost")


{"send": send, "look": look}[sys.argv[1]](*sys.argv[2:])
