"""The same by a lock of an open file.

Idea: a command of fcntl that came later.
"""

# row: covert
# ns: raised PermissionError
# control: without seccomp
import fcntl
import struct

import numpy as np

F_OFD_SETLK = 37


def f(told):
    with open(np.__file__, "rb") as shared:
        fcntl.fcntl(shared, F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0))
        return "BREACH: locked"
