"""Looks for modules that have no business in a box: those that confine it, and those of the service.

Idea: a socket, a log, a database driver that was imported once.
"""

# row: zygote
# ns: returned nothing
# control: planted
import sys

STRANGE = {"grader", "reference", "sqlalchemy", "fastapi", "kernel", "seccomp", "landlock", "root", "confine", "zygote"}


def f(told):
    found = STRANGE & {name.partition(".")[0] for name in sys.modules}
    return f"BREACH: {sorted(found)}" if found else "nothing"
