"""Asks for runnable memory with bits set that no filter expects.

Idea: a filter that compares the whole argument with the protections it knows.
"""

# row: code
# ns: raised PermissionError
# control: without seccomp
from raw import reached


def f(told):
    return reached("mmap", 0, 4096, 7 | 1 << 32, 0x22, -1, 0)
