"""The same with bits set above the 32 that the kernel looks at.

Idea: CVE-2019-10063, CVE-2019-7303: bubblewrap and snap compared 64 bits.
"""

# row: devices
# ns: raised OSError
# control: without seccomp
from raw import reached

FIONREAD = 0x541B


def f(told):
    return reached("ioctl", 1, FIONREAD | 1 << 32, 0)
