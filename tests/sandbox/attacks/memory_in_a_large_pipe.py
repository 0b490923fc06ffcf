"""Makes a pipe hold sixteen times as much.

Idea: the same; `F_SETPIPE_SZ` is a command of `fcntl`, which cannot be refused as a whole.
"""

# row: memory
# ns: raised PermissionError
# control: without seccomp
import fcntl
import os


def f(told):
    size = fcntl.fcntl(os.pipe()[1], fcntl.F_SETPIPE_SZ, 1 << 20)
    return f"BREACH: a pipe of {size} bytes"
