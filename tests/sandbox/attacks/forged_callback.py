"""Calls back with a number that no callable has, and with keywords that are none.

Idea: the trusted side runs code for these frames.
"""

# row: forging
# ns: protocol
# control: told honest
import os
import time

from raw import frame, value


def f(told):
    if not told.get("honest"):
        os.write(3, frame(1, "callback", {"t": [99, {"t": []}, {"d": [[0, 0]]}]}))
        os.write(3, frame(7, "callback", {"t": [99, {"t": []}, {"d": []}]}))
    os.write(3, frame(2, "returned", value("BREACH: it was taken")))
    time.sleep(600)
