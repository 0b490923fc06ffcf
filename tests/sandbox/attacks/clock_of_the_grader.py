"""Reads how much processor time another process has used.

Idea: a clock is made of a process' number, and is asked for by anybody.
"""

# row: timing
# ns: raised OSError
# control ns: tier none
# control landlock: without seccomp
import time


def f(told):
    return f"BREACH: {time.clock_gettime((~told['grader'] << 3) | 2)} s"
