"""Handles page faults by itself, which holds the kernel still in the middle of a copy.

Idea: the tool that made kernel races easy.
"""

# row: kernel
# ns: forbidden_syscall
# control: tier none
from raw import reached


def f(told):
    return reached("userfaultfd", 0xFFFF)
