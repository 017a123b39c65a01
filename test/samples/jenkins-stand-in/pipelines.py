"""What the jobs do, on an agent: the shell texts of the generated pipelines, without their Groovy."""

import json
import re

CHECKOUT = """
rm -rf "$WORKSPACE" && git clone --quiet --branch "$BRANCH" "$REPOSITORY" "$WORKSPACE"
cd "$WORKSPACE" && echo "revision $(git rev-parse HEAD)"
"""
IN_WORKSPACE = 'cd "$WORKSPACE"\n'
MADE = re.compile(r"^(folder|multibranchPipelineJob|pipelineJob)\('([^']+)'\)", re.M)


class Failed(Exception):
    """A step ended with another code than 0."""


class Run:
    """One build on one agent."""

    def __init__(self, agent, environment, log):
        self.agent, self.environment, self.log = agent, environment, log
        self.revision = None

    def sh(self, script, environment=None, returns=False):
        """@param returns what the script prints goes to the caller and not into the log"""
        self.log("".join(f"+ {line}\n" for line in script.strip().splitlines()))
        log = (lambda _line: None) if returns else self.log
        code, output = self.agent.run(IN_WORKSPACE + script, {**self.environment, **(environment or {})}, log)
        if code != 0 and returns:
            self.log(output)
        if code != 0:
            raise Failed(f"script returned exit code {code}")
        return output

    def check_out(self):
        code, output = self.agent.run(CHECKOUT, self.environment, self.log)
        if code != 0:
            raise Failed(f"the checkout ended with code {code}")
        self.revision = re.search(r"^revision ([0-9a-f]{40})$", output, re.M).group(1)


def bind(run, pipeline):
    """The access key that the pipeline names, for what it runs from here on, as the library's step withAws does."""
    text = run.sh(f"cat {pipeline}", returns=True)
    for name in sorted(set(re.findall(r"\baws: '([\w.-]+)'", text))):
        with open(f"/run/secrets/jenkins_credential_{name}", encoding="utf8") as file:
            user, _, password = file.read().partition(":")
        run.environment = {**run.environment, "AWS_ACCESS_KEY_ID": user, "AWS_SECRET_ACCESS_KEY": password}


def document(output):
    """The one JSON document among what was said on both streams."""
    return json.JSONDecoder().raw_decode(output[output.index("{") :])[0]


def seed(run, project, store, keep):
    run.check_out()
    text = run.sh("grep -hE '^[a-zA-Z]+\\(' jenkins/jobs*.groovy", returns=True)
    made = {name: sort for sort, name in MADE.findall(text)}
    for name, sort in made.items():
        store.make(name, sort)
    for name in store.jobs():
        if name not in made and name not in keep:
            store.remove(name)
    found = document(run.sh("millrace hash --json", returns=True))
    return found["components"][f"jobs:{project}"]["hash"]


def deliver(run):
    run.check_out()
    bind(run, "Jenkinsfile")
    run.sh("millrace validate")
    run.sh("millrace generate --check")
    plan = document(run.sh("millrace plan --json > plan.json && cat plan.json", returns=True))["components"]
    run.log(f"{len(plan)} components; kept: {sum(one['action'] == 'keep' for one in plan)}\n")
    for action in ("build", "deploy", "remove"):
        for component in in_order(plan, action):
            apply = 'millrace apply --plan plan.json --only "$MILLRACE_COMPONENT"'
            run.sh(apply, {"MILLRACE_COMPONENT": component})
    run.sh("millrace status")


def in_order(plan, action):
    """One after the other, where the library's step makes waves."""
    left = {one["id"]: one for one in plan}
    order = []
    while left:
        ready = [one for one in left.values() if not any(other in left for other in one["dependsOn"])]
        for one in ready or list(left.values()):
            order.append(one)
            del left[one["id"]]
    found = [one["id"] for one in order if one["action"] == action]
    return found[::-1] if action == "remove" else found


OPERATIONS = {"backup": "millrace backup", "drift": "millrace status", "prune": "millrace prune"}


def operate(run, name):
    run.check_out()
    if name not in OPERATIONS:
        raise Failed(f"the stand-in knows no pipeline {name}")
    bind(run, f"jenkins/{name}.Jenkinsfile")
    run.sh(OPERATIONS[name])
