"""Answers with what the answer to another question looks like.

Idea: a reader that trusts the name of an answer.
"""

# row: forging
# ns: protocol
# control: told honest
import os
import time

from raw import frame, value


def f(told):
    os.write(3, frame(2, "returned" if told.get("honest") else "value", value("BREACH: it was taken")))
    time.sleep(600)
