"""Looks at every descriptor that a process can have.

Idea: a database, a log, another box's channel, or a folder outside, left open by whoever started this.
"""

# row: descriptors
# ns: returned only [0, 1, 2, 3]
# control: without descriptors
import os


def f(told):
    found = []
    for number in range(4096):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return f"only {found}" if found == [0, 1, 2, 3] else f"BREACH: {found}"
