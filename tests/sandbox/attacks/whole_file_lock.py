"""The same by the oldest lock.

Idea: a call of its own.
"""

# row: covert
# ns: raised PermissionError
# control: without seccomp
import fcntl

import numpy as np


def f(told):
    with open(np.__file__, "rb") as shared:
        fcntl.flock(shared, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return "BREACH: locked"
