"""Mounts something.

Idea: the host's disk in a box.
"""

# row: namespaces
# ns: forbidden_syscall
# control: without seccomp, landlock, identity, privileges
from raw import reached


def f(told):
    return reached("mount", 0, 0, 0, 0, 0)
