"""Chooses how it is scheduled.

Idea: real time for itself.
"""

# row: signalling
# ns: raised PermissionError
# control: without seccomp
import os


def f(told):
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    return f"BREACH: {os.sched_getscheduler(0)}"
