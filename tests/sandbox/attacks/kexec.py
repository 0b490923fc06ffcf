"""Replaces the kernel; the flags are wrong, so that none does.

Idea: Docker's list of refused calls.
"""

# row: kernel
# ns: forbidden_syscall
# control: tier none
from raw import answered


def f(told):
    return answered("kexec_load", 0, 0, 0, 0xFFFF)
