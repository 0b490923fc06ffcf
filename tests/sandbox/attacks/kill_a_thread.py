"""Signals by the number of a thread.

Idea: filters that know kill alone.
"""

# row: signalling
# ns: raised PermissionError
# control: without seccomp
import os

from raw import reached


def f(told):
    return reached("tgkill", os.getpid(), os.getpid(), 0)
