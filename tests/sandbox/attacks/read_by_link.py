"""Reads through a symbolic link that it made itself.

Idea: judge0's three CVEs of 2024.
"""

# row: reading
# ns: raised PermissionError
# control: tier none
import os


def f(told):
    os.symlink(told["secret"], "link")
    return f"BREACH: {open('link').read()}"
