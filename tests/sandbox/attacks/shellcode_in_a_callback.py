"""Has ctypes make a function that C can call: a piece of code in memory that can be written, where there is one.

Idea: libffi keeps a page that is writable and executable at once, and the first callback in the zygote would make it.
"""

# row: code
# ns: raised MemoryError
# control: without seccomp
import ctypes

CODE = {"x86_64": "b82a000000c3", "aarch64": "40058052c0035fd6"}


def f(told):
    callback = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 1)
    place = ctypes.cast(callback, ctypes.c_void_p).value
    code = bytes.fromhex(CODE[told["machine"]])
    ctypes.memmove(place, code, len(code))
    return f"BREACH: it answered {callback.__class__(place)()}"
