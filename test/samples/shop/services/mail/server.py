"""Confirmations: POST /mails {"subject"}. In this sample, sending a mail is writing a line."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Mail(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def do_POST(self):
        mail = json.loads(self.rfile.read(int(self.headers["content-length"])))
        print("sent:", mail["subject"], flush=True)
        self.send_response(202)
        self.end_headers()


if __name__ == "__main__":
    ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Mail).serve_forever()
