"""Stops itself: a stopped process answers nothing, not even the question where it hangs.

Idea: `kill -STOP` of one's own.
"""

# row: wall
# ns: raised PermissionError
# limits: call_wall_seconds=0.25
# control ns: tier none; expect wall_time
# control landlock: without seccomp; expect wall_time
import os
import signal


def f(told):
    os.kill(os.getpid(), signal.SIGSTOP)
    return "went on"
