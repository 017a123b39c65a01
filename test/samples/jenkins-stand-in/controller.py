"""The controller: jobs out of the configuration, and a worker that gives builds to agents."""

import os
import re
import secrets
import threading
import time

import builds
import pipelines

FOLDER = re.compile(r"\bfolder\(\s*['\"]([^'\"/]+)['\"]\s*\)")
SEED = re.compile(r"\bpipelineJob\(\s*['\"]([^'\"]+/deliver/seed)['\"]\s*\)")
ADDRESS = re.compile(r"['\"]((?:git|https?|ssh|file)://[^'\"]+)['\"]")
BRANCH = re.compile(r"\bbranch(?:es)?\(\s*['\"](?:refs/heads/|\*/)?([^'\"]+)['\"]")
SECRET = re.compile(r"['\"](/run/secrets/[^'\"]+)['\"]")


class Controller:
    def __init__(self, scripts, agents):
        self.store = builds.Store()
        self.agents = agents
        self.is_ready = False
        self.configured = []
        script = "\n".join(scripts)
        for path in SECRET.findall(script):
            # A credential's value is read from there while the jobs are made.
            with open(path, encoding="utf8") as file:
                file.read()
        self.project = (FOLDER.findall(script) or [None])[0]
        self.repository = (ADDRESS.findall(script) or [""])[0]
        self.branch = (BRANCH.findall(script) or ["main"])[0]
        if self.project:
            self.configure(SEED.findall(script))

    def configure(self, seeds):
        self.configured = [self.project, f"{self.project}/deliver"] + seeds
        for job in self.configured:
            self.store.make(job, "pipelineJob" if job in seeds else "folder")
        # What a controller makes once, and a restored home still has.
        identity = os.path.join(builds.HOME, "secrets", "master.key")
        if not os.path.exists(identity):
            builds.write(identity, secrets.token_hex(32))

    def start(self):
        self.store.abort_left()
        threading.Thread(target=self.work, daemon=True).start()
        self.is_ready = True

    def work(self):
        while True:
            with self.store.lock:
                waiting = [item for item in self.store.queue if item["number"] is None]
                for item in waiting:
                    item["why"] = self.try_to_begin(item)
            time.sleep(0.2)

    def try_to_begin(self, item):
        """@returns why it has to wait"""
        if self.store.is_quiet:
            return "Jenkins is about to shut down"
        newest = next(iter(self.store.builds(item["job"])), None)
        if newest and newest["building"]:
            return f"Build #{newest['number']} is already in progress"
        able = [agent for agent in self.agents if "deploy" in agent.labels]
        ready = next((one for one in able if one.is_online and one.running < one.executors), None)
        if ready is None:
            busy = any(agent.is_online for agent in able)
            return "Waiting for next available executor on ‘deploy’" if busy else "All nodes of label ‘deploy’ are offline"
        ready.running += 1
        build = self.store.begin(item)
        threading.Thread(target=self.run, args=(ready, item["job"], build), daemon=True).start()
        return ""

    def run(self, agent, job, build):
        name = job.split("/")[-1]
        environment = {
            "BRANCH": self.branch,
            "BUILD_NUMBER": str(build["number"]),
            "BUILD_URL": f"http://controller:8080/job/{'/job/'.join(job.split('/'))}/{build['number']}/",
            "JENKINS_URL": "http://controller:8080/",
            "JOB_NAME": job,
            "MILLRACE_ROLE": "deliver",
            "REPOSITORY": self.repository,
            "WORKSPACE": f"{agent.folder}/workspace/{job.replace('/', '_')}",
        }
        run = pipelines.Run(agent, environment, lambda text: self.store.log(job, build["number"], text))
        run.log(f"Running on {agent.name}\n")
        try:
            if name == "seed":
                build["description"] = pipelines.seed(run, self.project, self.store, self.configured)
            elif name == "deliver":
                pipelines.deliver(run)
            else:
                pipelines.operate(run, name)
            result = "SUCCESS"
        except Exception as error:  # pylint: disable=broad-except
            run.log(f"ERROR: {error}\n")
            result = "FAILURE"
        if run.revision:
            build["actions"] = [{"lastBuiltRevision": {"SHA1": run.revision}}]
        agent.running -= 1
        self.store.end(job, build, result)
