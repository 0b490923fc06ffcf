"""Changes its root to none: whoever may change it twice is out.

Idea: the oldest escape.
"""

# row: namespaces
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("chroot", 0)
