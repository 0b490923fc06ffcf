"""Makes a folder outside its own.

Idea: a folder's name is a message, where no file can be made.
"""

# row: disk
# ns: raised FileNotFoundError
# landlock: raised PermissionError
# control ns: tier none
# control landlock: without seccomp, landlock
import os


def f(told):
    path = os.path.join(told["folder"], "folder")
    os.mkdir(path)
    os.rmdir(path)
    return "BREACH: made and removed"
