"""Leaves a System V message queue.

Idea: the same.
"""

# row: covert
# ns: raised PermissionError
# control: without seccomp
from raw import reached


def f(told):
    return reached("msgget", 0x7A5B1234, 0)
