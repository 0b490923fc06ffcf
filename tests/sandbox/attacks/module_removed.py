"""Removes a kernel module without a name.

Idea: the same.
"""

# row: kernel
# ns: forbidden_syscall
# control: tier none
from raw import answered


def f(told):
    return answered("delete_module", 0, 0)
