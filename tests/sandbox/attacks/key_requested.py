"""Asks for a key, which may start a program of the host outside the box.

Idea: request-key is run by the kernel as root.
"""

# row: kernel
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("request_key", 0, 0, 0, 0)
