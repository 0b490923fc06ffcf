"""Writes a process' memory without tracing it.

Idea: the same.
"""

# row: spying
# ns: forbidden_syscall
# control: without seccomp
import os

from raw import reached


def f(told):
    return reached("process_vm_writev", os.getpid(), 0, 0, 0, 0, 0)
