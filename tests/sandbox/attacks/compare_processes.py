"""Compares what two processes have open.

Idea: the kernel's addresses leaked by it.
"""

# row: spying
# ns: forbidden_syscall
# control: without seccomp
import os

from raw import reached


def f(told):
    return reached("kcmp", os.getpid(), os.getpid(), 1, 0, 0)
