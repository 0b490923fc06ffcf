"""Asks for disk quotas.

Idea: an obscure call that is written in C for root.
"""

# row: kernel
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("quotactl", 0, 0, 0, 0)
