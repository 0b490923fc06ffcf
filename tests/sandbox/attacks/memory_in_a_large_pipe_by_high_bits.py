"""The same command with bits set above the 32 that the kernel looks at.

Idea: a filter that compares all 64 bits of an argument lets pass what it does not know.
"""

# row: memory
# ns: raised PermissionError
# control: without seccomp
import fcntl
import os

from raw import call


def f(told):
    size = call("fcntl", os.pipe()[1], fcntl.F_SETPIPE_SZ | 1 << 32, 1 << 20)
    return f"BREACH: a pipe of {size} bytes"
