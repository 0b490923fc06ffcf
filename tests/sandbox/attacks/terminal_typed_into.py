"""Gives a command to what it prints to: the call that asks a pipe how much is in it also types into terminals.

Idea: TIOCSTI: CVE-2016-7545, CVE-2017-5226, and again every year.
"""

# row: devices
# ns: raised OSError
# control: without seccomp
from raw import reached

FIONREAD = 0x541B


def f(told):
    return reached("ioctl", 1, FIONREAD, 0)
