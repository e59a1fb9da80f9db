# SPDX-License-Identifier: Apache-2.0
"""processor.py KEY DOMAIN: a processor of OpenDSR, written from its specification alone, on a free port of 127.0.0.1.

In its working directory it looks for: away (answer 503), refuses (answer 400), liar (spoil signatures), state (what it says of its
requests); and writes asked.DOMAIN, the last request."""
import base64, http.server, json, os, subprocess, sys
key, domain = sys.argv[1:3]
seen = {}
class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, code, body):
        data = json.dumps(body).encode()
        sig = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=data, capture_output=True, check=True).stdout
        if os.path.exists("liar"):
            sig = bytes([sig[0]]) + sig[1:-1] + bytes([sig[-1] ^ 1])
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-OpenDSR-Processor-Domain", domain)
        self.send_header("X-OpenDSR-Signature", base64.b64encode(sig).decode())
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if os.path.exists("away"):
            self.send_error(503)
            return
        if os.path.exists("refuses"):
            self.send_error(400)
            return
        ask = json.loads(raw)
        open("asked." + domain, "wb").write(raw)
        seen[ask["subject_request_id"]] = "pending"
        self.answer(201, {"controller_id": "example", "expected_completion_time": "2030-01-01T00:00:00Z", "received_time": "2026-01-01T00:00:00Z",
            "encoded_request": base64.b64encode(raw).decode(), "subject_request_id": ask["subject_request_id"]})
    def do_GET(self):
        rid = self.path.rsplit("/", 1)[1]
        state = open("state").read().strip() if os.path.exists("state") else seen[rid]
        self.answer(200, {"controller_id": "example", "expected_completion_time": "2030-01-01T00:00:00Z", "subject_request_id": rid,
            "request_status": state, "results_url": "https://results.example/" + rid})
    def do_DELETE(self):
        rid = self.path.rsplit("/", 1)[1]
        self.answer(202, {"controller_id": "example", "received_time": "2026-01-01T00:00:00Z", "subject_request_id": rid})
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print("evt=processor.ready port=%d" % server.server_port, flush=True)
server.serve_forever()
