"""Moves a mount.

Idea: the same.
"""

# row: namespaces
# ns: forbidden_syscall
# control: without seccomp, landlock, identity, privileges; as root
from raw import reached


def f(told):
    return reached("move_mount", -1, 0, -1, 0, 0xFFFF0000)
