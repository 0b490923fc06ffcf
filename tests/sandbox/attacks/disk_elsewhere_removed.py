"""Removes a file of somebody else.

Idea: Landlock judges removing by the folder, not by the file.
"""

# row: disk
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control ns: tier none
# control landlock: without seccomp, landlock
import os


def f(told):
    path = os.path.join(told["folder"], "another")
    os.unlink(path)
    open(path, "w").close()
    return "BREACH: removed, and made again"
