"""Installs a filter of its own: one that notifies somebody can answer calls wrongly.

Idea: a filter that lies to the runtime beside it.
"""

# row: kernel
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("seccomp", 1, 0xFFFF, 0)
