"""Takes capabilities.

Idea: the same; those in a user namespace are enough to mount and to trace.
"""

# row: executing
# ns: raised PermissionError
# control: without seccomp
from raw import reached


def f(told):
    return reached("capset", 0, 0)
