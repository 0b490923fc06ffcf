"""Leaves a key in a keyring that its user's other processes share.

Idea: isolate: keyrings survive a box.
"""

# row: kernel
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("add_key", 0, 0, 0, 0, 0)
