"""Jenkins' remote API, as far as docs/decisions/028 and 029 ask it."""

import base64
import http.server
import json
import secrets
from urllib.parse import parse_qs, unquote, urlsplit


class Handler(http.server.BaseHTTPRequestHandler):
    controller = None
    users = {}
    sessions = {}
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments):
        pass

    def answer(self, status, body="", content="text/html", headers=None):
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {"Content-Type": content, "X-Jenkins": "2.0-stand-in", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def json(self, value, headers=None):
        if value is None:
            return self.answer(404, "not there")
        return self.answer(200, json.dumps(value), "application/json", headers)

    def user(self):
        sort, _, text = self.headers.get("Authorization", "").partition(" ")
        if sort != "Basic":
            return None
        name, _, password = base64.b64decode(text).decode().partition(":")
        return name if name in self.users and secrets.compare_digest(self.users[name], password) else False

    def do_GET(self):
        address = urlsplit(self.path)
        path = [unquote(part) for part in address.path.split("/") if part]
        if path == ["health"]:
            return self.health(address)
        if not self.controller.is_ready:
            return self.answer(503, "Jenkins is getting ready to work")
        if path in (["login"], []):
            return self.answer(200, "a stand-in for Jenkins")
        user = self.user()
        if not user:
            return self.answer(403 if user is None else 401, "who are you?")
        if path == ["crumbIssuer", "api", "json"]:
            session, crumb = secrets.token_hex(16), secrets.token_hex(32)
            self.sessions[session] = crumb
            cookie = {"Set-Cookie": f"JSESSIONID.stand={session}; Path=/; HttpOnly"}
            return self.json({"crumb": crumb, "crumbRequestField": "Jenkins-Crumb"}, cookie)
        if path[-2:] == ["api", "json"]:
            return self.json(self.describe(path[:-2]))
        return self.console(path, parse_qs(address.query))

    def health(self, address):
        if not self.controller.is_ready:
            return self.answer(503, '{"status":false}', "application/json")
        if not address.path.endswith("/"):
            return self.answer(302, headers={"Location": "/health/"})
        return self.answer(200, '{"status":true}', "application/json")

    def describe(self, path):
        store = self.controller.store
        if path == []:
            jobs = [{"name": name} for name in store.jobs() if "/" not in name]
            return {"mode": "EXCLUSIVE", "quietingDown": store.is_quiet, "jobs": jobs, "useSecurity": True}
        if path == ["computer"]:
            return self.computers()
        if path == ["queue"]:
            return {"items": [describe_item(item) for item in store.queue if item["number"] is None]}
        if path[:2] == ["queue", "item"]:
            found = [item for item in store.queue if str(item["id"]) == path[2]]
            return describe_item(found[0]) if found else None
        job, rest = split(path)
        if job is None or job not in store.jobs():
            return None
        if rest:
            return store.build(job, int(rest[0])) if rest[0].isdigit() else None
        return self.describe_job(job)

    def describe_job(self, job):
        store = self.controller.store
        name = job.split("/")[-1]
        if store.sort(job) != "pipelineJob":
            below = [one.split("/")[-1] for one in store.jobs() if one.rpartition("/")[0] == job]
            return {"name": name, "fullName": job, "jobs": [{"name": one} for one in below]}
        every = [build for build in store.builds(job) if build]
        over = [build for build in every if not build["building"]]
        good = [build for build in over if build["result"] == "SUCCESS"]
        waiting = store.waiting(job)
        return {
            "name": name,
            "fullName": job,
            "inQueue": waiting is not None,
            "queueItem": {"id": waiting["id"], "why": waiting["why"]} if waiting else None,
            "builds": every,
            "lastBuild": every[0] if every else None,
            "lastCompletedBuild": over[0] if over else None,
            "lastSuccessfulBuild": good[0] if good else None,
        }

    def computers(self):
        def describe(name, agent):
            running = agent.running if agent else 0
            return {
                "displayName": name,
                "offline": bool(agent) and not agent.is_online,
                "offlineCauseReason": agent.cause if agent and not agent.is_online else "",
                "idle": running == 0,
                "numExecutors": agent.executors if agent else 0,
                "assignedLabels": [{"name": label} for label in (agent.labels + [name] if agent else [])],
                # Both lists: where a pipeline's frame runs, and what holds a node's executors.
                "executors": [{"currentExecutable": {"number": 0} if number < running else None} for number in range(agent.executors if agent else 0)],
                "oneOffExecutors": [],
            }

        agents = self.controller.agents
        every = [describe("Built-In Node", None)] + [describe(agent.name, agent) for agent in agents]
        return {
            "busyExecutors": sum(agent.running for agent in agents),
            "totalExecutors": sum(agent.executors for agent in agents),
            "computer": every,
        }

    def console(self, path, query):
        job, rest = split(path)
        store = self.controller.store
        build = store.build(job, int(rest[0])) if job and rest and rest[0].isdigit() else None
        if build is None:
            return self.answer(404, "not there")
        with open(store.path(job, build["number"], "log"), "rb") as file:
            text = file.read()
        if rest[1:] == ["consoleText"]:
            return self.answer(200, text, "text/plain")
        if rest[1:] == ["logText", "progressiveText"]:
            start = int(query.get("start", ["0"])[0])
            more = {"X-More-Data": "true"} if build["building"] else {}
            return self.answer(200, text[start:], "text/plain", {"X-Text-Size": str(len(text)), **more})
        return self.answer(404, "not there")

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        form = parse_qs(self.rfile.read(length).decode())
        if not self.controller.is_ready:
            return self.answer(503, "Jenkins is getting ready to work")
        user = self.user()
        if not user:
            return self.answer(403 if user is None else 401, "who are you?")
        if not self.has_crumb():
            return self.answer(403, "No valid crumb was included in the request")
        store = self.controller.store
        path = [unquote(part) for part in urlsplit(self.path).path.split("/") if part]
        if path in (["quietDown"], ["cancelQuietDown"]):
            store.is_quiet = path == ["quietDown"]
            return self.answer(302, headers={"Location": "/"})
        job, rest = split(path)
        if job not in store.jobs() or rest not in (["build"], ["buildWithParameters"]):
            return self.answer(404, "not there")
        item = store.enqueue(job, form)
        return self.answer(201, headers={"Location": f"http://{self.headers.get('Host')}/queue/item/{item['id']}/"})

    def has_crumb(self):
        cookies = dict(part.strip().partition("=")[::2] for part in self.headers.get("Cookie", "").split(";"))
        crumb = self.sessions.get(cookies.get("JSESSIONID.stand", ""))
        return crumb is not None and self.headers.get("Jenkins-Crumb") == crumb


def split(path):
    """`job/a/job/b/7/api` is the job a/b, and what follows."""
    names = []
    while len(path) > 1 and path[0] == "job":
        names, path = names + [path[1]], path[2:]
    return ("/".join(names) or None), path


def describe_item(item):
    number = item["number"]
    executable = None if number is None else {"number": number}
    return {"id": item["id"], "why": item["why"] if number is None else None, "cancelled": item["cancelled"], "executable": executable}
