"""What the services have in common: a server that ends politely, and a client that does not give up at once."""

import http.server
import random
import signal
import socket
import threading
import time
import urllib.error
import urllib.request

PORT = 8080
# A task that is told to go is still found by name for a moment: it answers until nobody comes any more.
LINGER_SECONDS = 3


def serve(answer):
    """Answers GET by answer(path) -> (status, text), until SIGTERM."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, text = (200, "well\n") if self.path == "/health" else answer(self.path)
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = False
        drained = False

        def handle_timeout(self):
            self.drained = True

    server = Server(("", PORT), Handler)
    signal.signal(signal.SIGTERM, lambda *_: threading.Timer(LINGER_SECONDS, server.shutdown).start())
    server.serve_forever()
    # Who has connected by now is answered, too: closing would reset what waits in the queue.
    server.timeout = 0
    while not server.drained:
        server.handle_request()
    server.server_close()


def ask(service, path, seconds=20):
    """(status, text) of one of the service's tasks; tries them in turn. Only for what may be asked twice."""
    until = time.monotonic() + seconds
    problem = "an error of its own"
    while True:
        try:
            found = {place[4][0] for place in socket.getaddrinfo(service, PORT, type=socket.SOCK_STREAM)}
            address = random.choice(sorted(found))
            with urllib.request.urlopen(f"http://{address}:{PORT}{path}", timeout=3) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return error.code, error.read().decode()
        except OSError as error:
            problem = error
        if time.monotonic() > until:
            return 502, f"{service} does not answer: {problem}\n"
        time.sleep(0.1)
