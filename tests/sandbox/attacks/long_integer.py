"""Answers with a number of 60000 digits, which takes long to read.

Idea: CVE-2020-10735.
"""

# row: frames
# ns: protocol
# control: told honest
import os
import time

from raw import framed, node_of


def f(told):
    number = node_of("BREACH: it was taken") if told.get("honest") else b"9" * 60000
    os.write(3, framed(2, "returned", b'{"t":[' + number + b",[],false]}"))
    time.sleep(600)
