"""Sends a signal through a descriptor instead of a number.

Idea: filters that know kill alone.
"""

# row: signalling
# ns: raised PermissionError
# control: without seccomp
from raw import reached


def f(told):
    return reached("pidfd_send_signal", -1, 0, 0, 0)
