"""Asks for memory that not even the kernel maps.

Idea: a newer sister of `memfd_create`, for lists that were written before it.
"""

# row: memory
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("memfd_secret", 0xFFFF)
