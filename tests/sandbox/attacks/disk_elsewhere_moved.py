"""Renames a file of somebody else.

Idea: Landlock judges renaming by a right of its own.
"""

# row: disk
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control ns: tier none
# control landlock: without seccomp, landlock
import os


def f(told):
    os.rename(told["writable"], told["writable"] + "-moved")
    os.rename(told["writable"] + "-moved", told["writable"])
    return "BREACH: renamed and renamed back"
