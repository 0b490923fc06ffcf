"""Sends its reply byte by byte, so that something is always coming.

Idea: slowloris: a deadline that every byte renews.
"""

# row: wall
# ns: wall_time
# limits: call_wall_seconds=0.25
# control: limits call_wall_seconds=10
import os
import time

from raw import frame, value


def f(told):
    for byte in frame(2, "returned", value("BREACH: every byte was taken")):
        os.write(3, bytes([byte]))
        time.sleep(0.01)
    time.sleep(600)
