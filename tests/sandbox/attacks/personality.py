"""Asks for another personality: one of them makes all readable memory executable.

Idea: READ_IMPLIES_EXEC goes past a filter of PROT_EXEC.
"""

# row: code
# ns: raised PermissionError
# control: without seccomp
from raw import reached


def f(told):
    return reached("personality", 0xFFFFFFFF)
