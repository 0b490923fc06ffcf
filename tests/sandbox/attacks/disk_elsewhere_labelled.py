"""Writes an extended attribute to a file that anybody may write to.

Idea: the same; an attribute holds 64 KiB.
"""

# row: disk
# ns: raised OSError
# control: tier none
import os


def f(told):
    os.setxattr(told["writable"], "user.note", b"hello")
    return "BREACH: an attribute was written"
