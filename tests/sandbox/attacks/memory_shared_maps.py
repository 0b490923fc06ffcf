"""Maps shared anonymous memory, which the limit of data does not count.

Idea: found while the limits were measured: RLIMIT_DATA counts private writable memory only.
"""

# row: memory
# ns: raised PermissionError
# limits: data_bytes=134217728
# control: without seccomp
import mmap


def f(told):
    held = [mmap.mmap(-1, 32 << 20) for _ in range(6)]
    for piece in held:
        piece[:] = bytes(32 << 20)
    return f"BREACH: {32 * len(held)} MiB"
