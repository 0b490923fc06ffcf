"""Tells the kernel to throw away the memory of another process.

Idea: another newer call.
"""

# row: spying
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("process_madvise", -1, 0, 0, 0, 0)
