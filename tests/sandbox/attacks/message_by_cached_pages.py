"""Asks which pages of a file that all boxes read are in memory.

Idea: page cache attacks (2019): one box reads a page, another one sees that it was read.
"""

# row: covert
# ns: raised PermissionError
# control: without seccomp
import ctypes

from raw import reached


def f(told):
    seen = ctypes.create_string_buffer(1)
    place = ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p).value & ~4095
    return reached("mincore", place, 4096, ctypes.addressof(seen))
