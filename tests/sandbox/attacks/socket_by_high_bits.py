"""Opens a socket with bits set above the 32 that the kernel looks at.

Idea: a filter that refuses families one by one, and compares 64 bits.
"""

# row: network
# ns: raised PermissionError
# control: without seccomp
from raw import reached


def f(told):
    return reached("socket", 2 | 1 << 32, 1, 0)
