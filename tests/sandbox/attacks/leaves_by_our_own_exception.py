"""Finds the exception by which the guest itself ends, and raises it: it climbs into whoever started the guest.

Idea: our own code: above the guest stands the zygote, which would go on serving in the box.
"""

# row: zygote
# ns: exited 0
# control: not applicable because an end is no answer in any tier
import sys


def f(told):
    frame = sys._getframe()
    while "Ended" not in frame.f_globals:
        frame = frame.f_back
    raise frame.f_globals["Ended"]
