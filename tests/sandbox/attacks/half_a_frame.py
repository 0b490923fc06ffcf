"""Begins a reply, and ends it later than allowed.

Idea: a reader that has its deadline before the first byte only.
"""

# row: wall
# ns: wall_time
# limits: call_wall_seconds=0.25
# control: limits call_wall_seconds=10
import os
import time

from raw import frame, value


def f(told):
    reply = frame(2, "returned", value("BREACH: both halves were taken"))
    os.write(3, reply[:7])
    time.sleep(0.5)
    os.write(3, reply[7:])
    time.sleep(600)
