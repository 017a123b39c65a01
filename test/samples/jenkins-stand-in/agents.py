"""Agents over SSH: each is a session that stays open, as Jenkins' own does."""

import os
import shlex
import subprocess
import tempfile
import threading
import time

import casc


class Agent:
    def __init__(self, node, credentials):
        ssh = node["launcher"]["ssh"]
        strategy = ssh["sshHostKeyVerificationStrategy"]["manuallyProvidedKeyVerificationStrategy"]
        credential = credentials[casc.resolve(ssh["credentialsId"])]
        self.name = casc.resolve(node["name"])
        self.labels = casc.resolve(node.get("labelString", "")).split()
        self.executors = int(node.get("numExecutors", 1))
        self.folder = casc.resolve(node.get("remoteFS", "/home/jenkins/agent"))
        self.environment = environment_of(node)
        self.running = 0
        self.is_online = False
        self.cause = "not yet connected"
        known = tempfile.NamedTemporaryFile("w", prefix="known-hosts-", delete=False)
        with known:
            known.write(f"{self.name} {casc.resolve(strategy['key']).strip()}\n")
        key = casc.path_in(credential["privateKeySource"]["directEntry"]["privateKey"])
        options = {
            "BatchMode": "yes",
            "ConnectTimeout": "5",
            "GlobalKnownHostsFile": "/dev/null",
            "HostKeyAlias": self.name,
            "IdentitiesOnly": "yes",
            "LogLevel": "ERROR",
            "ServerAliveInterval": "5",
            "StrictHostKeyChecking": "yes",
            "UserKnownHostsFile": known.name,
        }
        self.command = ["ssh", "-T", "-F", "none", "-i", key, "-p", str(ssh.get("port", 22))]
        for option, value in options.items():
            self.command += ["-o", f"{option}={value}"]
        self.command += [f"{casc.resolve(credential['username'])}@{casc.resolve(ssh['host'])}"]

    def keep_connected(self):
        while True:
            session = subprocess.Popen(
                self.command + ["echo connected && exec cat"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            self.is_online = session.stdout.readline().strip() == "connected"
            if self.is_online:
                print(f"agent {self.name} is connected", flush=True)
            said = session.stderr.read().strip()
            session.wait()
            self.is_online = False
            self.cause = said or "the session ended"
            print(f"agent {self.name}: {self.cause}", flush=True)
            time.sleep(2)

    def run(self, script, environment, log):
        """Runs a script by the agent's shell. Values go by its input, so that they stand in no list of processes."""
        lines = [f"export {name}={shlex.quote(value)}" for name, value in {**self.environment, **environment}.items()]
        text = "\n".join(lines + ["set -eu", f"mkdir -p {shlex.quote(self.folder)}", f"cd {shlex.quote(self.folder)}", script])
        child = subprocess.Popen(
            self.command + ["exec bash -s"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        threading.Thread(target=feed, args=(child, text), daemon=True).start()
        output = []
        for line in child.stdout:
            output.append(line)
            log(line)
        return child.wait(), "".join(output)


def feed(child, text):
    child.stdin.write(text + "\n")
    child.stdin.close()


def environment_of(node):
    found = {}
    for one in node.get("nodeProperties", []):
        for entry in one.get("envVars", {}).get("env", []) if isinstance(one, dict) else []:
            found[entry["key"]] = casc.resolve(str(entry["value"]))
    return found


def connect(config):
    credentials = casc.credentials(config)
    found = [Agent(node, credentials) for node in casc.nodes(config)]
    for agent in found:
        threading.Thread(target=agent.keep_connected, daemon=True).start()
    return found
