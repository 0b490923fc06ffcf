"""Opens NumPy's own file for writing: whoever can change it changes every box that is to come.

Idea: persistence in a reused container by sitecustomize.py and .pth files.
"""

# row: disk
# ns: raised PermissionError
# control: tier none; as root
import numpy as np


def f(told):
    open(np.__file__, "r+b").close()
    return "BREACH: the runtime can be written"
