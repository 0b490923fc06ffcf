"""Writes over code that is there: pages of a library are private, and may be made writable.

Idea: it has to be made runnable again after.
"""

# row: code
# ns: raised PermissionError
# control: without seccomp
import ctypes

from raw import call


def f(told):
    place = ctypes.cast(ctypes.pythonapi.PyLong_FromLong, ctypes.c_void_p).value & ~4095
    copy = ctypes.string_at(place, 16)
    call("mprotect", place, 4096, 7)
    ctypes.memmove(place, copy, 16)
    call("mprotect", place, 4096, 5)
    return "BREACH: code was written"
