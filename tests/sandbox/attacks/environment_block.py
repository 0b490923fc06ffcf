"""Reads the block of memory that the environment came in.

Idea: `os.environ.clear()` forgets a copy.
"""

# row: reading
# ns: returned empty
# control: not applicable because the program that starts is already given no more than five names that say nothing
import ctypes


def f(told):
    place = ctypes.c_void_p.in_dll(ctypes.CDLL(None), "environ").value
    names = []
    while place and (entry := ctypes.cast(place, ctypes.POINTER(ctypes.c_char_p))[len(names)]):
        names.append(entry.decode())
    return f"BREACH: {names}" if any(told["planted"] in name for name in names) else f"empty but for {len(names)}"
