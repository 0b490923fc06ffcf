"""Maps anonymous memory past the allocator, and touches it.

Idea: the same.
"""

# row: memory
# ns: raised OSError
# limits: data_bytes=134217728
# control: limits data_bytes=536870912
import mmap


def f(told):
    held = [mmap.mmap(-1, 32 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) for _ in range(6)]
    for piece in held:
        piece[:] = bytes(32 << 20)
    return f"BREACH: {32 * len(held)} MiB"
