"""Sends the reply to the next request before it is asked.

Idea: a reply that is made before the input is known would be of use to nobody, but a confused reader takes it.
"""

# row: forging
# ns: protocol
# calls: 2
# control: told honest
import os

from raw import frame, value


def f(told):
    if told["call"] == 1 and not told.get("honest"):
        os.write(3, frame(2, "returned", value("first")) + frame(3, "returned", value("BREACH: not asked yet")))
    return "BREACH: asked" if told.get("honest") else "asked"
