"""Leaves a segment of System V shared memory.

Idea: isolate: survives a box, and is not in its limit.
"""

# row: covert
# ns: raised PermissionError
# control: without seccomp
from raw import reached


def f(told):
    return reached("shmget", 0x7A5B1234, 0, 0)
