"""Changes segment descriptors, by which 32-bit code is entered without a call.

Idea: CVE-2015-5157.
"""

# row: architecture
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("modify_ldt", 0xFF, 0, 0)
