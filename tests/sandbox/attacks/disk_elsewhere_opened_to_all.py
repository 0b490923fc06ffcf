"""Changes the mode of a file.

Idea: the same.
"""

# row: disk
# ns: raised PermissionError
# control: tier none
import os


def f(told):
    os.chmod(told["writable"], 0o666)
    return "BREACH: the mode was set"
