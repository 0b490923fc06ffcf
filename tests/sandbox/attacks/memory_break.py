"""Moves the end of the heap by itself.

Idea: limits that look at `mmap` only.
"""

# row: memory
# ns: returned stopped
# limits: data_bytes=134217728
# control: limits data_bytes=536870912
import ctypes


def f(told):
    libc = ctypes.CDLL(None)
    libc.sbrk.restype, libc.sbrk.argtypes = ctypes.c_void_p, [ctypes.c_ssize_t]
    place = libc.sbrk(192 << 20)
    if place is None or place == ctypes.c_void_p(-1).value:
        return "stopped: no more heap"
    ctypes.memset(place, 1, 192 << 20)
    return "BREACH: 192 MiB"
