"""Recurses in C, where Python does not count, until the stack is used up.

Idea: `sys.setrecursionlimit` of a submission that meant well; the oldest known way to crash an interpreter.
"""


# row: crashes
# ns: crashed SIGSEGV
# control: not applicable because the process ends in every tier
def f(told):
    nested = iter([1])
    for _ in range(1 << 18):
        nested = filter(bool, nested)
    return next(nested)
