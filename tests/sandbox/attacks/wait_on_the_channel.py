"""Reads the channel itself and waits for what never comes.

Idea: whoever asks next may deadlock with it.
"""

# row: wall
# ns: wall_time
# limits: call_wall_seconds=0.25
# control: not applicable because nothing is ever sent to a box that has not answered
import os


def f(told):
    return f"BREACH: it was sent {os.read(3, 12)!r}"
