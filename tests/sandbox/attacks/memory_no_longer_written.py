"""Fills memory and makes it read-only, again and again: what cannot be written to is not counted as data.

Idea: mm/mprotect.c, `vm_stat_account`: pages are taken off one kind and added to the other.
"""

# row: memory
# ns: returned stopped
# limits: data_bytes=134217728
# control: without seccomp
import ctypes
import mmap

from raw import call

PIECE, READ = 32 << 20, 1


def f(told):
    held = []
    try:
        for _ in range(6):
            held.append(mmap.mmap(-1, PIECE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))
            place = ctypes.addressof(ctypes.c_char.from_buffer(held[-1]))
            ctypes.memset(place, 1, PIECE)
            call("mprotect", place, PIECE, READ)
    except OSError as error:
        return f"stopped: {error}"
    return "BREACH: 192 MiB beside a limit of 128"
