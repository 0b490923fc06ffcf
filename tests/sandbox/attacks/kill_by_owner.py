"""Makes another process the owner of its channel: the kernel then signals it whenever something arrives.

Idea: isolate's list of what `fcntl` can do.
"""

# row: signalling
# ns: raised PermissionError
# control: without seccomp
import fcntl
import os


def f(told):
    fcntl.fcntl(3, fcntl.F_SETOWN, os.getpid())
    return f"BREACH: owned by {fcntl.fcntl(3, fcntl.F_GETOWN)}"
