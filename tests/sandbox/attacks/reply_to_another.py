"""Answers with the number of another request.

Idea: the same.
"""

# row: forging
# ns: protocol
# control: told honest
import os
import time

from raw import frame, value


def f(told):
    os.write(3, frame(2 if told.get("honest") else 1, "returned", value("BREACH: it was taken")))
    time.sleep(600)
