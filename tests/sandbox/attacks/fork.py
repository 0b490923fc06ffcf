"""Makes another process the usual way: the first half of a fork bomb (one child, which ends at once).

Idea: every judge's first test; autograder-sandbox and piston ship one.
"""

# row: processes
# ns: raised BlockingIOError
# control: without seccomp, rlimits
import os


def f(told):
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return f"BREACH: a child, {child}"
