"""Answers with a header of 30000 nested lists.

Idea: parsers that recurse.
"""

# row: frames
# ns: protocol
# control: told honest
import os
import time

from raw import framed, node_of


def f(told):
    deep = node_of("BREACH: it was taken") if told.get("honest") else b"[" * 30000 + b"]" * 30000
    os.write(3, framed(2, "returned", b'{"t":[' + deep + b",[],false]}"))
    time.sleep(600)
