"""Becomes another program; at no path, so that it stays what it is.

Idea: limits of the box may be those of the interpreter.
"""

# row: executing
# ns: forbidden_syscall
# control: without seccomp
from raw import reached


def f(told):
    return reached("execve", 0, 0, 0)
