"""Unmounts what hides something.

Idea: the root below the root.
"""

# row: namespaces
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("umount2", 0, 0xFFFF)
