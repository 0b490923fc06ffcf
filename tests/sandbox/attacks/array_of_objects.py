"""Answers with an array of objects, whose bytes would be addresses in the reader.

Idea: numpy.load(allow_pickle=True), np.frombuffer of anything.
"""

# row: frames
# ns: protocol
# control: told honest
import os
import time

from raw import framed, node_of


def f(told):
    objects = node_of("BREACH: it was taken") if told.get("honest") else b'{"a":["|O",[1]]}'
    os.write(3, framed(2, "returned", b'{"t":[' + objects + b",[],false]}", b"" if told.get("honest") else b"A" * 8))
    time.sleep(600)
