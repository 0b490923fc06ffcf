"""Wakes whoever waits at an address of a library that all boxes map.

Idea: a futex that is not private is a place in a file.
"""

# row: covert
# ns: raised OSError
# control: without seccomp
import ctypes

from raw import reached

FUTEX_WAKE = 1


def f(told):
    return reached("futex", ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p).value & ~7, FUTEX_WAKE, 1, 0, 0, 0)
