"""Moves a page of its stack to where there is room and makes it 192 MiB large: what is moved stays a stack.

Idea: mm/mremap.c: a mapping that grows is asked for its kind, and stacks are not counted as data.
"""

# row: memory
# ns: returned stopped
# limits: data_bytes=134217728
# control: without seccomp
import ctypes
import struct

from raw import call

MAY_MOVE = 1
STACK_POINTER = {"x86_64": 160, "aarch64": 432}  # where getcontext(3) keeps it


def f(told):
    context = ctypes.create_string_buffer(8192)
    ctypes.CDLL(None).getcontext(context)
    pointer = struct.unpack_from("<Q", context, STACK_POINTER[told["machine"]])[0]
    try:
        moved = call("mremap", (pointer & ~4095) - (32 << 10), 4096, 192 << 20, MAY_MOVE)
    except OSError as error:
        return f"stopped: {error}"
    ctypes.memset(moved, 1, 192 << 20)
    return "BREACH: 192 MiB beside a limit of 128"
