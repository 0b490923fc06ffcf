"""Recurses in C until the stack is used up.

Idea: `sys.setrecursionlimit` of a submission that meant well.
"""

# row: crashes
# ns: crashed SIGSEGV
# control: not applicable because the process ends in every tier
import sys


class Deep:
    def __repr__(self):
        return repr(self)


def f(told):
    sys.setrecursionlimit(1 << 30)
    nested = []
    for _ in range(1 << 17):
        nested = [nested]
    return repr(nested)[:10]
