"""Mounts by the newer calls.

Idea: filters that were written before them.
"""

# row: namespaces
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("open_tree", -1, 0, 0)
