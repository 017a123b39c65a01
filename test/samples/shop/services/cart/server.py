"""What a visitor wants to buy: POST /cart {"session", "article"}, GET /cart?session=…"""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CARTS: dict[str, list[int]] = {}


class Cart(BaseHTTPRequestHandler):
    def do_GET(self):
        session = parse_qs(urlsplit(self.path).query).get("session", [""])[0]
        self.answer(200, CARTS.get(session, []))

    def do_POST(self):
        wish = json.loads(self.rfile.read(int(self.headers["content-length"])))
        CARTS.setdefault(wish["session"], []).append(wish["article"])
        self.answer(201, CARTS[wish["session"]])

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


if __name__ == "__main__":
    ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Cart).serve_forever()
