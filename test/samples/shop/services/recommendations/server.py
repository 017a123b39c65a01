"""Who bought this also bought that: GET /recommendations/ARTICLE."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ALSO_BOUGHT = {1: [2], 2: [1, 3], 3: [2]}


class Recommendations(BaseHTTPRequestHandler):
    def do_GET(self):
        article = self.path.rsplit("/", 1)[-1]
        found = ALSO_BOUGHT.get(int(article), []) if article.isdigit() else []
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())


if __name__ == "__main__":
    ThreadingHTTPServer(("", int(os.environ.get("PORT", "8080"))), Recommendations).serve_forever()
