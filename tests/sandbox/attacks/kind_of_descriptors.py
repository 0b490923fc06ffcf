"""Asks what the four descriptors are: pipes and a socket to the grader, and nothing of a terminal.

Idea: a terminal can be typed into (TIOCSTI), a file of the host can be read from its start.
"""

# row: descriptors
# ns: returned nothing
# control: not applicable because the kinds are the assertion
import os
import stat


def f(told):
    modes = [os.fstat(number).st_mode for number in range(4)]
    good = not stat.S_ISREG(modes[0]) and stat.S_ISFIFO(modes[1]) and stat.S_ISFIFO(modes[2])
    good = good and stat.S_ISSOCK(modes[3]) and not any(os.isatty(number) for number in range(4))
    return "nothing but pipes and a socket" if good else f"BREACH: {modes}"
