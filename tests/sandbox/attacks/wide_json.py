"""Answers with a header of 25000 zeros, each of which becomes an object.

Idea: the billion laughs, as far as a header of 64 KiB goes.
"""

# row: frames
# ns: protocol
# control: told honest
import os
import time

from raw import framed, node_of


def f(told):
    wide = node_of("BREACH: it was taken") if told.get("honest") else b"[" + b"0," * 25000 + b"0]"
    os.write(3, framed(2, "returned", b'{"t":[' + wide + b",[],false]}"))
    time.sleep(600)
