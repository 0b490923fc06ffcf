"""Says which arguments changed by an array of 60 million numbers, each of which would become a text over there.

Idea: our own reader: what is a list in an honest reply may be an array in another one.
"""

# row: frames
# ns: protocol
# control: told honest
import os
import time

from raw import framed, node_of


def f(told):
    if told.get("honest"):
        os.write(3, framed(2, "returned", b'{"t":[' + node_of("BREACH: it was taken") + b",[],false]}"))
    else:
        count = 60_000_000
        reply = framed(2, "returned", b'{"t":["",{"a":["|u1",[%d]]},false]}' % count, bytes(count))
        while reply:
            reply = reply[os.write(3, reply) :]
    time.sleep(600)
