"""Leaves a System V semaphore.

Idea: the same.
"""

# row: covert
# ns: raised PermissionError
# control: without seccomp
from raw import reached


def f(told):
    return reached("semget", 0x7A5B1234, 0, 0)
