"""Reads configuration as code, as far as the stand-in needs it."""

import os
import re

import yaml


class Refused(Exception):
    """Jenkins would not start."""


def load(folder):
    """All documents of a folder as one. Values stay as they stand there, so that it is known from which file one comes."""
    whole = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name.endswith((".yaml", ".yml")) and os.path.isfile(path):
            with open(path, encoding="utf8") as file:
                merge(whole, yaml.safe_load(file) or {}, name)
    check(whole)
    return whole


def merge(into, more, name):
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value, name)
        elif isinstance(value, list) and isinstance(into.get(key), list):
            into[key] = into[key] + value
        elif key in into and into[key] != value:
            raise Refused(f"{name}: {key} is said twice")
        else:
            into[key] = value


def check(value):
    """Everything that is named must be there."""
    if isinstance(value, dict):
        for one in value.values():
            check(one)
    elif isinstance(value, list):
        for one in value:
            check(one)
    elif isinstance(value, str):
        resolve(value)


INNERMOST = re.compile(r"(?<!\^)\$\{([^${}]*)\}")


def resolve(text):
    """Values in the place of ${…}; ^${ is a plain one."""
    for _depth in range(5):
        replaced = INNERMOST.sub(lambda match: find(match.group(1)), text)
        if replaced == text:
            break
        text = replaced
    return text.replace("^${", "${")


def find(expression):
    sort, _, rest = expression.partition(":")
    if sort == "trim":
        return rest.strip()
    if sort in ("readFile", "readFileBase64"):
        return read(rest)
    name, _, default = expression.partition(":-")
    if name in os.environ:
        return os.environ[name]
    if default:
        return default
    if "casc.strict.secret.resolution=true" in os.environ.get("JAVA_OPTS", ""):
        raise Refused(f"nothing is known by the name {name}")
    return ""


def read(path):
    try:
        with open(path, encoding="utf8") as file:
            return file.read()
    except OSError as error:
        raise Refused(f"cannot read {path}: {error.strerror}") from error


def path_in(text):
    """The file that a value is read from."""
    found = re.search(r"readFile(?:Base64)?:([^}]+)", text or "")
    return found and found.group(1)


def users(config):
    realm = config.get("jenkins", {}).get("securityRealm", {}).get("local", {})
    return {one["id"]: resolve(str(one.get("password", ""))) for one in realm.get("users", [])}


def credentials(config):
    """By id, what kind and fields they have."""
    domains = config.get("credentials", {}).get("system", {}).get("domainCredentials", [])
    every = [one for domain in domains for one in domain.get("credentials", [])]
    return {fields["id"]: fields for one in every for fields in one.values()}


def nodes(config):
    return [one["permanent"] for one in config.get("jenkins", {}).get("nodes", []) if "permanent" in one]


def scripts(config):
    return [resolve(one["script"]) for one in config.get("jobs", []) if "script" in one]
