"""Finds articles by their words: GET /search?q=apple+cake."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

with open("words.txt", encoding="utf-8") as lines:
    ARTICLE_OF = dict(line.split() for line in lines)


class Search(BaseHTTPRequestHandler):
    def do_GET(self):
        words = parse_qs(urlsplit(self.path).query).get("q", [""])[0].lower().split()
        found = sorted({int(ARTICLE_OF[word]) for word in words if word in ARTICLE_OF})
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())


if __name__ == "__main__":
    ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Search).serve_forever()
