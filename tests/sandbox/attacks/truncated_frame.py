"""Ends in the middle of its reply, by an end that says success.

Idea: a short read that is taken for a short answer.
"""

# row: frames
# ns: exited 0
# control: told honest
import os

from raw import frame, value


def f(told):
    reply = frame(2, "returned", value("BREACH: it was taken"))
    os.write(3, reply if told.get("honest") else reply[:-1])
    os._exit(0)
