"""Cuts off a file of somebody else without opening it.

Idea: Landlock has known this only since its third version.
"""

# row: disk
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control ns: tier none
# control landlock: without seccomp, landlock
import os


def f(told):
    os.truncate(told["writable"], os.stat(told["writable"]).st_size)
    return "BREACH: a file of others was cut"
