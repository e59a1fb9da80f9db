#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# engines: none
# timeout: 200
# More connections from one address than it may have: the rest is hung up on, others are served, and so is whoever comes when room is again.
# Clients that send a byte now and then (a head that never ends, a body that never ends): others are answered meanwhile, and
# (with --long, for it takes more than a minute) every one of them is hung up on although it was never silent.
set -eu
# shellcheck source=tests/lib/steps.sh
. "$PL_SRC/tests/lib/steps.sh"
make_witness w
start_witness w
python3 - "${port[w]}" "$PL_LONG" <<'END'
import socket, sys, time
port, long = int(sys.argv[1]), sys.argv[2] == '1'
failed = False

def check(what, ok):
    global failed
    print(('ok - ' if ok else 'FAIL - ') + what)
    failed = failed or not ok

def dial(source):
    s = socket.socket()
    s.bind((source, 0))
    s.connect(('127.0.0.1', port))
    return s

def answered():
    s = dial('127.0.0.1')
    s.settimeout(10)
    s.sendall(b'GET / HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n')
    answer = b''
    while piece := s.recv(4096):
        answer += piece
    return answer.startswith(b'HTTP/1.1 200 ')

PER_ADDRESS = 64

def asks(s):
    """Ask once and keep the connection: was there an answer?"""
    try:
        s.settimeout(10)
        s.sendall(b'GET / HTTP/1.1\r\nHost: w\r\n\r\n')
        return s.recv(4096).startswith(b'HTTP/1.1 200 ')
    except OSError:
        return False

crowd = [dial('127.0.0.9') for _ in range(PER_ADDRESS + 16)]
served = [s for s in crowd if asks(s)]
check('of %d connections from one address %d are served (%d)' % (len(crowd), PER_ADDRESS, len(served)), len(served) == PER_ADDRESS)
check('and stay so', all(asks(s) for s in served))
check('another address is served meanwhile', answered())
check('one more of the first is not', not asks(dial('127.0.0.9')))
for s in served[:10]:
    s.close()
until, again = time.monotonic() + 20, []
while len(again) < 10 and time.monotonic() < until:
    s = dial('127.0.0.9')
    again += [s] if asks(s) else []
check('ten went, and ten come in', len(again) == 10)
check('and no eleventh', not asks(dial('127.0.0.9')))
for s in served + again:
    s.close()

def drip(s):
    """One byte more; False when the server has hung up."""
    try:
        s.setblocking(False)
        try:
            return bool(s.recv(1)) and False
        except BlockingIOError:
            return s.send(b'x') == 1
    except OSError:
        return False

starts = [b'GET / HTTP/1.1\r\nHost: w\r\nX-Slow: ', b'POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 90000\r\n\r\n']
begun = time.monotonic()
slow = []
for i in range(60):
    s = dial('127.0.0.%d' % (2 + i % 4))
    s.sendall(starts[i % 2])
    slow.append(s)
ends = []
while slow and time.monotonic() - begun < (75 if long else 5):
    time.sleep(1)
    kept = [s for s in slow if drip(s)]
    ends += [time.monotonic() - begun] * (len(slow) - len(kept))
    slow = kept
    if int(time.monotonic() - begun) % 5 == 0 and not answered():
        check('others are answered meanwhile', False)
        break
check('others are answered beside sixty slow clients', answered())
if long:
    check('every slow client is hung up on after about a minute', not slow and min(ends) > 50)
else:
    check('nobody is hung up on before his time', len(slow) == 60)
sys.exit(failed)
END
