"""Enters another namespace.

Idea: the way back out.
"""

# row: namespaces
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("setns", -1, 0)
