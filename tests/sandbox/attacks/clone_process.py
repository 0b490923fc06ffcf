"""Makes a process by `clone` with flags of its own choice: one that shares files and its parent.

Idea: filters that allow `clone` for some flags and forget others.
"""

# row: processes
# ns: raised BlockingIOError
# control: without seccomp, rlimits
import os

from raw import call

CLONE_FILES, CLONE_UNTRACED, SIGCHLD = 0x400, 0x800000, 17


def f(told):
    child = call("clone", CLONE_FILES | CLONE_UNTRACED | SIGCHLD, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return f"BREACH: a child, {child}"
