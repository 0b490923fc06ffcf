"""Keeps memory in pipes, which is the kernel's and counts for no process.

Idea: found while the limits were measured.
"""

# row: memory
# ns: raised OSError
# control: limits open_files=256
import fcntl
import os


def f(told):
    held = []
    for _ in range(40):
        held.append(os.pipe())
        fcntl.fcntl(held[-1][1], fcntl.F_SETFL, os.O_NONBLOCK)
        os.write(held[-1][1], bytes(1 << 16))
    return f"BREACH: {len(held)} full pipes"
