"""Changes priorities.

Idea: a process with a high one starves the grader; of a low one its clocks suffer.
"""

# row: signalling
# ns: raised PermissionError
# control: without seccomp
import os


def f(told):
    os.setpriority(os.PRIO_PROCESS, 0, 1)
    return f"BREACH: {os.getpriority(os.PRIO_PROCESS, 0)}"
