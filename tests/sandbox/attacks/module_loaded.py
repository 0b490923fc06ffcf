"""Loads a kernel module of no bytes.

Idea: the same.
"""

# row: kernel
# ns: forbidden_syscall
# control: tier none
from raw import answered


def f(told):
    return answered("init_module", 0, 0, 0)
