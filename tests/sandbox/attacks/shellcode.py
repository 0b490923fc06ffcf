"""Maps memory that can be written and run, and runs code of its own in it: `mov eax, 42; ret`.

Idea: ctypes makes the interpreter no boundary; new code makes every gadget at hand.
"""

# row: code
# ns: raised PermissionError
# control: without seccomp
import ctypes
import mmap

CODE = {"x86_64": "b82a000000c3", "aarch64": "40058052c0035fd6"}


def f(told):
    page = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
    page.write(bytes.fromhex(CODE[told["machine"]]))
    code = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    return f"BREACH: it answered {code()}"
