"""Finds the zygote's object in the frames above, and asks it for another box.

Idea: our own code: what forks boxes stands in every box.
"""

# row: zygote
# ns: forbidden_syscall
# landlock: raised BlockingIOError
# control ns: without seccomp, rlimits, landlock, identity, privileges; expect raised OSError
# control landlock: without seccomp, rlimits
import os
import sys


def f(told):
    frame = sys._getframe()
    while frame is not None:
        zygote = frame.f_locals.get("zygote")
        if hasattr(zygote, "fork"):
            child = zygote.fork()
            if child == 0:
                os._exit(0)
            return f"BREACH: a box of its own, {child}"
        frame = frame.f_back
    return "no zygote"
