"""Says of a function that it was defined in line infinity.

Idea: our own reader: a number that is none of the faults it expects would be a fault of ours, and graded for ever.
"""

# row: forging
# ns: protocol
# control: not applicable because no other answer could be one
import os
import time

from raw import framed

FOUND = b'{"d":[["found",[[%s,"work.py",{"f":"7ff0000000000000"},"function",[]]]],["errors",[]],["absent",[]]]}'
os.write(3, framed(1, "loaded", FOUND % b'"f"'))
time.sleep(600)


def f(told):
    return "BREACH: it was loaded"
