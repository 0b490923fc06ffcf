"""Signals with a value; no value is at the address it gives.

Idea: the same.
"""

# row: signalling
# ns: raised PermissionError
# control: without seccomp
import os

from raw import reached


def f(told):
    return reached("rt_sigqueueinfo", os.getpid(), 0, 0)
