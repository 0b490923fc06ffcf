"""Asks whether it could signal all processes there are.

Idea: `kill -9 -1`.
"""

# row: signalling
# ns: raised PermissionError
# control ns: tier none
# control landlock: without seccomp, landlock, identity, privileges
import os


def f(told):
    os.kill(-1, 0)
    return "BREACH: everybody would hear it"
