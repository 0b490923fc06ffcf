"""Reads a process' memory without tracing it.

Idea: filters that know ptrace alone.
"""

# row: spying
# ns: forbidden_syscall
# control: without seccomp
import os

from raw import reached


def f(told):
    return reached("process_vm_readv", os.getpid(), 0, 0, 0, 0, 0)
