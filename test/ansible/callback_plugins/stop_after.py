"""For tests: ends ansible-playbook when STOP_AFTER tasks have been done, as a power cut would."""

import os
import signal

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: stop_after
type: aggregate
short_description: ends a run between two tasks
description: Ends a run when the task after the one with this number begins.
options:
  stop_after:
    description: How many tasks are done before; a number below 0 lets all be done.
    type: int
    default: -1
    env:
      - name: STOP_AFTER
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
        if 0 <= limit < self.begun:
            os.kill(os.getpid(), signal.SIGKILL)
