"""Reads the kernel's log, which has addresses in it.

Idea: the same.
"""

# row: kernel
# ns: forbidden_syscall
# control: tier none; as root
from raw import reached


def f(told):
    return reached("syslog", 0xFF, 0, 0)
