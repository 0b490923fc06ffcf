"""Changes the protection of memory by the call with a key.

Idea: filters that look at mprotect alone.
"""

# row: code
# ns: raised OSError
# control: without seccomp
from raw import reached


def f(told):
    return reached("pkey_mprotect", 0, 0, 0xFFFF, -1)
