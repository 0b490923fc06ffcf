"""Closes the half of the channel that it hears by.

Idea: the grader writes to whom does not read.
"""

# row: ending
# calls: 2
# ns: raised PermissionError
# control: without seccomp; expect exited 0
from raw import call


def f(told):
    call("shutdown", 3, 0)
    return "BREACH-free"
