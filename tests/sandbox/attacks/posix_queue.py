"""Leaves a POSIX message queue.

Idea: the same.
"""

# row: covert
# ns: raised PermissionError
# control: without seccomp
from raw import reached


def f(told):
    return reached("mq_open", 0, 0, 0, 0)
