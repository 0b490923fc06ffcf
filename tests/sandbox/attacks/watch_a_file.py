"""Watches what others do with a file: Landlock does not restrict that.

Idea: a box that sees when another one is graded.
"""

# row: reading
# ns: raised PermissionError
# control: without seccomp
from raw import reached


def f(told):
    return reached("inotify_init1", 0)
