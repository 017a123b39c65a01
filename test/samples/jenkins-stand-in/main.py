"""A stand-in for Jenkins; README.md says in what it is like one."""

import http.server
import os
import sys
import threading
import time

import agents
import casc
import controller
import web


def main():
    fault = os.environ.get("STAND_IN_FAULT", "")
    if fault == "crash":
        threading.Timer(20, lambda: os._exit(1)).start()
    print("a stand-in for Jenkins starts", flush=True)
    try:
        config = casc.load(os.environ.get("CASC_JENKINS_CONFIG", "/run/casc"))
        web.Handler.users = casc.users(config)
        web.Handler.controller = controller.Controller(casc.scripts(config), agents.connect(config))
    except (casc.Refused, OSError, KeyError) as error:
        sys.exit(f"the configuration is refused: {type(error).__name__}: {error}")
    server = http.server.ThreadingHTTPServer(("0.0.0.0", 8080), web.Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # It answers 503 for a while, as a real one does.
    time.sleep(2)
    if fault == "unhealthy":
        threading.Event().wait()
    web.Handler.controller.start()
    print("a stand-in for Jenkins is fully up and running", flush=True)
    threading.Event().wait()


main()
