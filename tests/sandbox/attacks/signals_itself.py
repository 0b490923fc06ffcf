"""Dies of a signal that it chooses, such as the one that says that memory is used up.

Idea: a verdict of the grader's own, without a fault of the student's: tried again for ever.
"""

# row: crashes
# ns: raised PermissionError
# control ns: tier none; expect broken
# control landlock: without seccomp; expect broken
import os
import signal


def f(told):
    os.kill(os.getpid(), signal.SIGKILL)
    return "went on"
