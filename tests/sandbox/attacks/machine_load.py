"""Asks how busy the machine is, and how much memory is free.

Idea: a box that speaks by its load, and one that listens.
"""

# row: timing
# ns: raised PermissionError
# control: without seccomp
from raw import reached


def f(told):
    return reached("sysinfo", 0)
