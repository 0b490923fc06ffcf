"""The first box writes over a number that the interpreter keeps for everybody; the second one looks.

Idea: memory that is shared between boxes would be shared here.
"""

# row: zygote
# boxes: 2
# ns: returned nothing
# control: one box
import ctypes
import sys

kept = ctypes.c_double.from_address(id(sys.float_info.max) + 16)


def f(told):
    if kept.value == 17.0:
        return "BREACH: the mark of the first"
    kept.value = 17.0
    return "nothing there"
