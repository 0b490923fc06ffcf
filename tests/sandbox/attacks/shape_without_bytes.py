"""Answers with an array of 2**40 numbers, of which it sends none.

Idea: a reader that allocates by the shape.
"""

# row: frames
# ns: protocol
# control: told honest
import os
import time

from raw import framed, node_of


def f(told):
    large = node_of("BREACH: it was taken") if told.get("honest") else b'{"a":["<f8",[1099511627776]]}'
    os.write(3, framed(2, "returned", b'{"t":[' + large + b",[],false]}"))
    time.sleep(600)
