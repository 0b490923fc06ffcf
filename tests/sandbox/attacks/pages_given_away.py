"""Gives pages of its memory to a pipe while it keeps them.

Idea: CVE-2008-0600; Dirty Pipe came by splice.
"""

# row: kernel
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("vmsplice", -1, 0, 0, 0)
