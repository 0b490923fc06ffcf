"""Watches whole file systems.

Idea: root of a user namespace may, since 5.13.
"""

# row: kernel
# ns: forbidden_syscall
# control: tier none; as root
from raw import reached


def f(told):
    return reached("fanotify_init", 0xFFFFFFFF, 0)
