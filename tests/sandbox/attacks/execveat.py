"""Becomes another program by a descriptor.

Idea: filters that know execve alone.
"""

# row: executing
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("execveat", -1, 0, 0, 0, 0xFFFF)
