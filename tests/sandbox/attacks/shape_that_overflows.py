"""Answers with an array whose size is 0 in 64 bits: 2**32 times 2**32.

Idea: products of shapes in fixed width.
"""

# row: frames
# ns: protocol
# control: told honest
import os
import time

from raw import framed, node_of


def f(told):
    large = node_of("BREACH: it was taken") if told.get("honest") else b'{"a":["|u1",[4294967296,4294967296]]}'
    os.write(3, framed(2, "returned", b'{"t":[' + large + b",[],false]}"))
    time.sleep(600)
