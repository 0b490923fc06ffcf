"""Leaves its namespaces; with no flag it is done at once.

Idea: a user namespace of one's own gives all capabilities in it, and with them the kernel's attack surface.
"""

# row: namespaces
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("unshare", 0)
