"""Asks to look into another process; no process has that number, so a kernel that listens says ESRCH.

Idea: CTF write-ups since there are sandboxes; ptrace also changes calls after a filter has seen them.
"""

# row: spying
# ns: forbidden_syscall
# control: without seccomp
from raw import reached

PEEK = 1


def f(told):
    return reached("ptrace", PEEK, 0x3FFFFFFF, 0, 0)
