"""Makes mounts writable.

Idea: the same.
"""

# row: namespaces
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("mount_setattr", -1, 0, 0xFFFF0000, 0, 0)
