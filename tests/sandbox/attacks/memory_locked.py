"""Locks memory so that it cannot be swapped out.

Idea: it is taken from all others.
"""

# row: memory
# ns: raised PermissionError
# control: without seccomp, rlimits
import ctypes

from raw import call

BLOCK = ctypes.create_string_buffer(1 << 20)


def f(told):
    call("mlock", ctypes.addressof(BLOCK), 1 << 20)
    return "BREACH: 1 MiB is locked"
