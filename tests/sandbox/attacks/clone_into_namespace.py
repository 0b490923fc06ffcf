"""Makes a process in a user namespace of its own; the flags contradict each other, so that none comes.

Idea: filters that refuse unshare and forget clone.
"""

# row: namespaces
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("clone", 0x10000000 | 0x200, 0, 0, 0, 0)
