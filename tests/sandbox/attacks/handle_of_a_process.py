"""Opens a process as a descriptor.

Idea: newer calls that old lists of bad ones do not have.
"""

# row: spying
# ns: raised PermissionError
# control: without seccomp
import os

from raw import reached


def f(told):
    return reached("pidfd_open", os.getpid(), 0)
