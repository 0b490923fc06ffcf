"""Chooses its processor.

Idea: it meets its accomplice there.
"""

# row: signalling
# ns: raised PermissionError
# control: without seccomp
import os


def f(told):
    os.sched_setaffinity(0, {0})
    return f"BREACH: {os.sched_getaffinity(0)}"
