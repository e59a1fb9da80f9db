# SPDX-License-Identifier: Apache-2.0
"""mailbox.py PORT DIR: a mail server for the demonstration that delivers nothing. Every message becomes a file in DIR, named by its time and to whom it goes;
so codes that the portal mails can be read there, and no mail leaves this machine. On 127.0.0.1 alone."""
import os
import pathlib
import re
import socketserver
import sys
import threading
import time

LONGEST = 1 << 20  # bytes of one message


class Session(socketserver.StreamRequestHandler):
    timeout = 60

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def take(self):
        """The text behind DATA, with its leading dots undone; None where it is too long."""
        text = b""
        while (line := self.rfile.readline(4096)) not in (b".\r\n", b""):
            text += line[1:] if line.startswith(b"..") else line
            if len(text) > LONGEST:
                return None
        return text

    def handle(self):
        to = "nobody"
        self.say("220 demonstration: nothing is delivered")
        while line := self.rfile.readline(4096):
            word = line[:4].upper()
            if word == b"QUIT":
                self.say("221 bye")
                return
            if word == b"RCPT":
                found = re.search(rb"<([^<>]*)>", line)
                to = re.sub(r"[^A-Za-z0-9@._+-]", "_", found.group(1).decode("ascii", "replace"))[:100] if found else "nobody"
            if word == b"DATA":
                self.say("354 go on")
                text = self.take()
                if text is None:
                    return
                keep(to, text)
            self.say("250 ok")


lock = threading.Lock()


def keep(to, text):
    """Whole or not at all: whoever looks for it may read it at once."""
    with lock:
        name = folder / f"{time.time_ns()}-{to}.eml"
        part = folder / ".part"
        part.write_bytes(text)
        os.replace(part, name)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


folder = pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
Server(("127.0.0.1", int(sys.argv[1])), Session).serve_forever()
