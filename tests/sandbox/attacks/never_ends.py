"""Takes away the end that the guest has, and raises what ends it: it returns into whoever started it.

Idea: our own code: above the guest stands the zygote.
"""

# row: zygote
# ns: exited 0
# control: not applicable because an end is no answer in any tier
import os
import sys


def f(told):
    frame = sys._getframe()
    while "Ended" not in frame.f_globals:
        frame = frame.f_back
    os._exit = lambda code: None
    raise frame.f_globals["Ended"]
