"""For tests: of the tasks that a file does not list yet, the first that can fail does; from then on it is listed."""

import os
import re

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: fail_each
type: aggregate
short_description: has another task fail in each run
description: Run again and again, every task that is not skipped fails once, each in its turn.
options:
  fail_list:
    description: File with a line for each task that has failed, its place below the folder ansible.
    type: path
    required: true
    env:
      - name: FAIL_LIST
  fail_where:
    description: Regular expression of the places that are meant.
    type: str
    default: ""
    env:
      - name: FAIL_WHERE
"""


class CallbackModule(CallbackBase):
    """By this name Ansible finds it."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "fail_each"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super().__init__()
        self.armed = {}
        self.has_failed = False

    def v2_playbook_on_task_start(self, task, is_conditional):
        """One that is skipped everywhere cannot fail, so the next ones are told to, too, until one does."""
        place = place_of(task)
        if self.has_failed or place in self.listed() or not re.search(self.get_option("fail_where"), place):
            return
        self.armed[task._uuid] = place
        task.action = "ansible.builtin.fail"
        task.args = {"msg": "told to fail"}
        task.until = []
        task.retries = 0

    def v2_runner_on_failed(self, result, ignore_errors=False):
        """Whatever rescues it."""
        self.note(result, not ignore_errors)

    def v2_runner_on_ok(self, result):
        """One that may fail (`failed_when: false`): the run goes on, without what it would have done."""
        self.note(result, False)

    def note(self, result, is_failure):
        place = self.armed.pop(result._task._uuid, None)
        if place is None:
            return
        with open(self.get_option("fail_list"), "a", encoding="utf-8") as file:
            file.write(place + "\n")
        self.has_failed = self.has_failed or is_failure

    def listed(self):
        if not os.path.exists(self.get_option("fail_list")):
            return []
        with open(self.get_option("fail_list"), encoding="utf-8") as file:
            return file.read().splitlines()


def place_of(task):
    """Such as tasks/join_swarm.yml:12; where the folder lies is another matter for each run."""
    return re.sub(r"^.*/ansible/", "", task.get_path() or "")
