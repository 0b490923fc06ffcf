"""Opens a file for reading in a way that empties it.

Idea: open(2): O_RDONLY with O_TRUNC truncates; Landlock before its third version does not see it.
"""

# row: disk
# ns: raised PermissionError
# control: tier none
import os


def f(told):
    os.close(os.open(told["writable"], os.O_RDONLY | os.O_TRUNC))
    return "BREACH: the file is empty"
