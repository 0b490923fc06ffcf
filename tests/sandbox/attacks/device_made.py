"""Makes a device of its own, the one that reads as zeros.

Idea: who may make nodes has every disk.
"""

# row: devices
# ns: raised PermissionError
# control: tier none; as root
import os
import stat


def f(told):
    os.mknod("zero", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    return f"BREACH: {open('zero', 'rb').read(4)!r}"
