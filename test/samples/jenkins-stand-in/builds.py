"""Jobs, their queue and their builds, kept in JENKINS_HOME as files."""

import json
import os
import threading
import time

HOME = os.environ.get("JENKINS_HOME", "/var/jenkins_home")


def folder_of(job):
    """`shop/deliver/seed` lies where a real controller keeps it."""
    return os.path.join(HOME, *[part for name in job.split("/") for part in ("jobs", name)])


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(f"{path}.new", "w", encoding="utf8") as file:
        file.write(text)
    os.replace(f"{path}.new", path)


class Store:
    def __init__(self):
        self.lock = threading.RLock()
        # [{id, job, why, number, cancelled}]
        self.queue = []
        self.next_item = 1
        self.is_quiet = False

    def jobs(self):
        found = []
        for folder, _folders, files in os.walk(os.path.join(HOME, "jobs")):
            if "config.xml" in files:
                parts = os.path.relpath(folder, HOME).split(os.sep)
                found.append("/".join(parts[1::2]))
        return sorted(found)

    def make(self, job, sort):
        path = os.path.join(folder_of(job), "config.xml")
        if not os.path.exists(path):
            write(path, f"<!-- of a stand-in for Jenkins -->\n<{sort}/>\n")

    def remove(self, job):
        os.remove(os.path.join(folder_of(job), "config.xml"))

    def sort(self, job):
        with open(os.path.join(folder_of(job), "config.xml"), encoding="utf8") as file:
            return file.read().splitlines()[1].strip("<>/")

    def numbers(self, job):
        place = os.path.join(folder_of(job), "builds")
        found = os.listdir(place) if os.path.isdir(place) else []
        return sorted((int(name) for name in found if name.isdigit()), reverse=True)

    def build(self, job, number):
        try:
            with open(self.path(job, number, "build.json"), encoding="utf8") as file:
                return json.load(file)
        except FileNotFoundError:
            return None

    def builds(self, job):
        return [self.build(job, number) for number in self.numbers(job)]

    def path(self, job, number, name):
        return os.path.join(folder_of(job), "builds", str(number), name)

    def save(self, job, build):
        write(self.path(job, build["number"], "build.json"), json.dumps(build, indent=1))

    def log(self, job, number, text):
        with open(self.path(job, number, "log"), "a", encoding="utf8") as file:
            file.write(text)

    def enqueue(self, job, parameters):
        """Requests that are equal are one, as long as none of them has begun."""
        with self.lock:
            for item in self.queue:
                if item["job"] == job and item["number"] is None and item["parameters"] == parameters:
                    return item
            item = {"id": self.next_item, "job": job, "number": None, "why": "", "parameters": parameters, "cancelled": False}
            self.next_item += 1
            self.queue.append(item)
            return item

    def waiting(self, job):
        return next((item for item in self.queue if item["job"] == job and item["number"] is None), None)

    def begin(self, item):
        with self.lock:
            number = next(iter(self.numbers(item["job"])), 0) + 1
            build = {
                "number": number,
                "building": True,
                "result": None,
                "description": None,
                "timestamp": int(time.time() * 1000),
                "duration": 0,
                "actions": [],
            }
            self.save(item["job"], build)
            self.log(item["job"], number, "Started, by a stand-in for Jenkins\n")
            item["number"] = number
            return build

    def end(self, job, build, result):
        build.update(building=False, result=result, duration=int(time.time() * 1000) - build["timestamp"])
        self.log(job, build["number"], f"Finished: {result}\n")
        self.save(job, build)

    def abort_left(self):
        """What ran when the controller before this one went. A real one would resume it."""
        for job in self.jobs():
            for build in self.builds(job):
                if build and build["building"]:
                    self.end(job, build, "ABORTED")
