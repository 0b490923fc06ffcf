"""Answers with random bytes.

Idea: fuzzing.
"""

# row: frames
# ns: protocol
# control: told honest
import os
import time

from raw import frame, value


def f(told):
    os.write(3, frame(2, "returned", value("BREACH: it was taken")) if told.get("honest") else os.urandom(4096))
    time.sleep(600)
