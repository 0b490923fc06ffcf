"""Loads a library that it wrote: here a copy of one that is there.

Idea: a .so in the submission's folder.
"""

# row: code
# ns: raised OSError
# landlock: raised PermissionError
# control: tier none
import ctypes

import numpy.linalg._umath_linalg as library


def f(told):
    with open(library.__file__, "rb") as there, open("mine.so", "wb") as mine:
        mine.write(there.read())
    return f"BREACH: {ctypes.CDLL('./mine.so')}"
