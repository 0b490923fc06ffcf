"""Maps memory as if it were a stack: the limit of data does not count stacks, and that of the stack not this one.

Idea: mm/mmap.c, `is_data_mapping`: what is writable, not shared and *no stack* is data.
"""

# row: memory
# ns: returned stopped
# limits: data_bytes=134217728
# control: without seccomp
import ctypes

from raw import call

READ_WRITE, PRIVATE_ANONYMOUS, GROWS_DOWN = 3, 0x22, 0x100


def f(told):
    try:
        place = call("mmap", 0, 192 << 20, READ_WRITE, PRIVATE_ANONYMOUS | GROWS_DOWN, -1, 0)
    except OSError as error:
        return f"stopped: {error}"
    ctypes.memset(place, 1, 192 << 20)
    return "BREACH: 192 MiB beside a limit of 128"
