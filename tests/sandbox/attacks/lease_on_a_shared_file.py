"""Takes a lease, by which it is told when another process opens the file.

Idea: another command of fcntl.
"""

# row: covert
# ns: raised PermissionError
# control ns: tier none; as root
# control landlock: without seccomp, identity, privileges; as root
import fcntl

import numpy as np


def f(told):
    with open(np.__file__, "rb") as shared:
        fcntl.fcntl(shared, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        return "BREACH: leased"
