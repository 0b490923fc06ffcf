"""Reserves address space that it never touches: page tables and mappings are the kernel's memory.

Idea: the limit of data does not count what is read-only.
"""

# row: memory
# ns: raised OSError
# control: limits address_bytes=8589934592
import mmap


def f(told):
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0x4000)
    held = [mmap.mmap(-1, 1 << 30, flags=flags, prot=mmap.PROT_READ) for _ in range(3)]
    return f"BREACH: {len(held)} GiB of address space"
