"""Moves pages of a file into a pipe without copying.

Idea: CVE-2022-0847 (Dirty Pipe) wrote to files that are read-only.
"""

# row: kernel
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("splice", -1, 0, -1, 0, 0, 0)
