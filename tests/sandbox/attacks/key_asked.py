"""Works on keyrings.

Idea: CVE-2016-0728; the same.
"""

# row: kernel
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("keyctl", 0, -3, 0, 0, 0)
