"""For tests: ends ansible-playbook when STOP_AFTER tasks have been done, as a power cut would, or as a task that fails."""

import os
import signal

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: stop_after
type: aggregate
short_description: ends a run between two tasks, or by a task that fails
description: Ends a run when the task after the one with this number begins.
options:
  stop_after:
    description: How many tasks are done before; a number below 0 lets all be done.
    type: int
    default: -1
    env:
      - name: STOP_AFTER
  stop_how:
    description: Whether the run is killed between the tasks, or the next one fails on every host.
    choices: [kill, fail]
    default: kill
    env:
      - name: STOP_HOW
"""


class CallbackModule(CallbackBase):
    """By this name Ansible finds it."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "stop_after"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super().__init__()
        self.begun = 0

    def v2_playbook_on_task_start(self, task, is_conditional):
        """Counts also what is skipped: a boundary is a boundary."""
        self.begun += 1
        limit = self.get_option("stop_after")
        if limit < 0 or self.begun <= limit:
            return
        if self.get_option("stop_how") == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.begun == limit + 1:
            fail(task)


def fail(task):
    """Makes another task of it, before a host has seen it; its conditions and what rescues it stay its own."""
    task.action = "ansible.builtin.fail"
    task.args = {"msg": "told to fail"}
    task.until = []
    task.retries = 0
