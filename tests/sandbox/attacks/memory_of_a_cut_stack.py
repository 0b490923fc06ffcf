"""Cuts its stack in pieces, each of which grows by 7 MiB: 196 MiB in all.

Idea: mm/mmap.c, `acct_stack_growth`: the limit is asked for each mapping by itself, and stacks are not counted as data.
"""

# row: memory
# ns: returned stopped
# limits: data_bytes=134217728
# control: without stack
import ctypes
import os

PAGE, PIECE = 4096, 7 << 20
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.read.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t)
LIBC.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)


def f(told):
    out, into = os.pipe()
    end = ctypes.c_void_p.in_dll(LIBC, "__libc_stack_end").value
    lowest = (end & ~(PAGE - 1)) - PIECE
    ctypes.memset(lowest, 1, PAGE)
    for _ in range(28):
        LIBC.munmap(lowest + PAGE, PAGE)  # what is below is a mapping of its own now
        os.write(into, b"x")
        if LIBC.read(out, lowest - PIECE, 1) != 1:
            return f"stopped: {os.strerror(ctypes.get_errno())}"
        lowest -= PIECE
        ctypes.memset(lowest, 1, PIECE)
    return "BREACH: 196 MiB beside a limit of 128"
