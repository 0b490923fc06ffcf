"""Asks to be signalled when something changes in a folder.

Idea: another command of fcntl.
"""

# row: covert
# ns: raised PermissionError
# control: without seccomp
import fcntl
import os

import numpy as np


def f(told):
    place = os.open(os.path.dirname(np.__file__), os.O_RDONLY)
    fcntl.fcntl(place, fcntl.F_NOTIFY, 0)
    return "BREACH: watched"
