"""Writes code first and makes it runnable after.

Idea: the same, where no page may be both at once.
"""

# row: code
# ns: raised PermissionError
# control: without seccomp
import ctypes
import mmap

from raw import call

CODE = {"x86_64": "b82a000000c3", "aarch64": "40058052c0035fd6"}


def f(told):
    page = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    page.write(bytes.fromhex(CODE[told["machine"]]))
    place = ctypes.addressof(ctypes.c_char.from_buffer(page))
    call("mprotect", place, 4096, 5)
    return f"BREACH: it answered {ctypes.CFUNCTYPE(ctypes.c_int)(place)()}"
