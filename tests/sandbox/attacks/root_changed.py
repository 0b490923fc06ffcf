"""Changes the root.

Idea: the way out of a chroot.
"""

# row: namespaces
# ns: forbidden_syscall
# control: without seccomp, landlock, identity, privileges; as root
from raw import reached


def f(told):
    return reached("pivot_root", 0, 0)
