"""Reserves a file's blocks without writing them.

Idea: piston ships it as a test.
"""

# row: disk
# ns: raised PermissionError
# control: tier none; limits file_bytes=67108864
import os


def f(told):
    with open("reserved", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 24 << 20)
    return "BREACH: 24 MiB"
