"""Loads a program into the kernel.

Idea: the verifier's many mistakes.
"""

# row: kernel
# ns: forbidden_syscall
# control: tier none
from raw import reached


def f(told):
    return reached("bpf", 0xFFFF, 0, 0)
