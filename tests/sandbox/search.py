"""Student code that looks for secrets wherever a process can look. It enters a box as a submission of the tests.

It knows the first letters of a secret and the SHA-256 of each, so that the search does not find what it looks for.
There is no list of what memory is mapped: `write` to a pipe tells (EFAULT) without a crash.
"""

# ruff: noqa: PTH109, PTH120, PTH123, PTH208, S112
import ctypes
import gc
import hashlib
import os
import re
import sys

import numpy as np

SECRET = re.compile(b"PLNT" + b"[0-9a-f]{32}")
PAGE, CHUNK = 4096, 65536
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.write.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t)
kept = []


def keep(secret):
    """What a search must find."""
    kept.append(secret)


def known(text, digests):
    """The secrets in some bytes."""
    return {found for found in SECRET.findall(text) if hashlib.sha256(found).hexdigest() in digests}


def in_objects(digests):
    found = set()
    for item in [*gc.get_objects(), *map(vars, list(sys.modules.values()))]:
        try:
            found |= known(repr(item).encode(), digests)
        except BaseException:
            continue
    return len(found)


def in_frames(digests):
    found, frames = set(), list(sys._current_frames().values())
    while frames:
        frame = frames.pop()
        found |= known(repr([frame.f_locals, frame.f_globals, frame.f_builtins]).encode(), digests)
        frames += [frame.f_back] if frame.f_back else []
    return len(found)


def in_surroundings(digests):
    block = repr([os.environ, sys.argv, getattr(sys, "orig_argv", None), sys.path, sys.flags, os.getcwd()])
    return len(known(block.encode(), digests))


def in_files(digests, paths):
    """How many secrets can be read at paths, in their folders, and in /proc."""
    found = set()
    for path in [
        *paths,
        *(f"/proc/{pid}/{name}" for pid in ["self", *range(1, 40)] for name in ("environ", "cmdline")),
    ]:
        try:
            with open(path, "rb") as file:
                found |= known(file.read(1 << 20), digests)
        except OSError:
            continue
    for path in paths:
        try:
            found |= known(repr(os.listdir(os.path.dirname(path))).encode(), digests)
        except OSError:
            continue
    return len(found)


def in_descriptors(digests):
    """How many secrets can be read from descriptors beyond the four."""
    found = set()
    for number in range(4, 1024):
        try:
            found |= known(os.pread(number, 1 << 16, 0), digests)
        except OSError:
            continue
    return len(found)


class Memory:
    """This process's own memory, read through a pipe."""

    def __init__(self):
        self.out, self.into = os.pipe()
        self.seen, self.bytes, self.found = set(), 0, set()

    def read(self, address, count):
        """Bytes at an address, or None where a page is not mapped."""
        got = LIBC.write(self.into, address, count)
        return None if got <= 0 else os.read(self.out, got)

    def walk(self, address, digests):
        """Read on from a page downwards and upwards, over gaps of some pages."""
        for step in (CHUNK, -CHUNK):
            place, gap = address - address % CHUNK + (step if step < 0 else 0), 0
            while gap < 64 and place > 0 and place not in self.seen:
                self.seen.add(place)
                text = self.chunk(place)
                gap = 0 if text else gap + 1
                self.bytes += len(text)
                self.found |= known(text, digests)
                place += step

    def chunk(self, place):
        """What is mapped of a chunk; the next one's first bytes go with it, for what lies across."""
        whole = self.read(place, CHUNK)
        if whole is not None and len(whole) == CHUNK:
            return whole + (self.read(place + CHUNK, 64) or b"")
        pages = [self.read(place + offset, PAGE) for offset in range(0, CHUNK, PAGE)]
        return b"".join(page or b"\0" for page in pages) if any(pages) else b""


def addresses():
    """Places in each part of memory: objects, arrays, libraries, the environment on the stack."""
    objects = [id(item) for item in gc.get_objects()]
    arrays = [np.empty(size, np.uint8).ctypes.data for size in (100, 10_000, 1 << 20)]
    libraries = [
        ctypes.cast(function, ctypes.c_void_p).value for function in (LIBC.write, ctypes.pythonapi.Py_IsInitialized)
    ]
    environ = ctypes.c_void_p.in_dll(LIBC, "environ").value or 0
    stack = ctypes.c_void_p.in_dll(LIBC, "__libc_stack_end").value or 0
    LIBC.sbrk.restype = ctypes.c_void_p
    return [*objects, *arrays, *libraries, environ, stack, LIBC.sbrk(0) - 1]


def in_memory(digests):
    """How many secrets are in memory, and how many bytes were read."""
    memory = Memory()
    for address in addresses():
        if address:
            memory.walk(address, digests)
    return len(memory.found), memory.bytes
