"""Says which files failed by an array of 30 million rows.

Idea: the same, while it is loaded.
"""

# row: frames
# ns: protocol
# control: not applicable because no other answer could be one
import os
import time

from raw import framed

FOUND = b'{"d":[["found",[]],["errors",{"a":["|u1",[30000000,2]]}],["absent",[]]]}'
reply = framed(1, "loaded", FOUND, bytes(60_000_000))
while reply:
    reply = reply[os.write(3, reply) :]
time.sleep(600)


def f(told):
    return "BREACH: it was loaded"
