"""Takes orders: POST /orders [article, …]. GET /orders/open is what the worker asks."""

import itertools
import json
import os
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from orders import Order

NUMBERS = itertools.count(1)
OPEN: list[Order] = []


class Orders(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, [asdict(order) for order in OPEN])
        if self.path == "/orders/open":
            OPEN.clear()

    def do_POST(self):
        articles = json.loads(self.rfile.read(int(self.headers["content-length"])))
        OPEN.append(Order(next(NUMBERS), tuple(articles)))
        self.answer(201, asdict(OPEN[-1]))

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


if __name__ == "__main__":
    ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Orders).serve_forever()
