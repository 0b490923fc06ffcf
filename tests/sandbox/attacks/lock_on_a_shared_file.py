"""Locks a file that every box reads: the next one finds it locked, which is one bit a lock.

Idea: isolate's release notes, 2.6: "locks on shared inodes".
"""

# row: covert
# ns: raised PermissionError
# control: without seccomp
import fcntl

import numpy as np


def f(told):
    with open(np.__file__, "rb") as shared:
        fcntl.lockf(shared, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return "BREACH: locked"
