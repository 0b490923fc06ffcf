"""Announces a reply of 2**60 bytes.

Idea: a reader that allocates what it is told.
"""

# row: frames
# ns: protocol
# control: told honest
import os
import struct
import time

from raw import frame, value


def f(told):
    honest = told.get("honest")
    os.write(3, frame(2, "returned", value("BREACH: it was taken")) if honest else struct.pack("<IQ", 100, 1 << 60))
    time.sleep(600)
