"""Loads a kernel module from a file.

Idea: the newer call.
"""

# row: kernel
# ns: forbidden_syscall
# control: tier none
from raw import answered


def f(told):
    return answered("finit_module", -1, 0, 0)
