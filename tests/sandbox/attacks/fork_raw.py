"""Makes a process past the C library, by the oldest call for it.

Idea: filters that know `clone` alone.
"""

# row: processes
# ns: raised PermissionError
# control: without seccomp, rlimits
import os

from raw import call


def f(told):
    child = call("fork")
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return f"BREACH: a child, {child}"
