"""Asks for the machine's ports.

Idea: the same; x86 only.
"""

# row: kernel
# ns: forbidden_syscall
# control: tier none
from raw import answered


def f(told):
    return answered("iopl", 0xFF)
