"""Asks whether it could signal the grader, whose number it is told.

Idea: the same user as the grader, and no PID namespace.
"""

# row: signalling
# ns: raised PermissionError
# control ns: tier none
# control landlock: without seccomp, landlock, identity, privileges
import os


def f(told):
    os.kill(told["grader"], 0)
    return "BREACH: the grader would hear it"
