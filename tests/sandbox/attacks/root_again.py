"""Becomes root by asking.

Idea: privileges that were given up by half: the saved user is still there.
"""

# row: executing
# ns: raised PermissionError
# control: tier none; as root
import os


def f(told):
    os.setresuid(0, 0, 0)
    os.setgroups([])
    return f"BREACH: {os.getresuid()}"
