"""Answers once by itself and lets the guest answer again.

Idea: from then on every reply is that of the request before, and the judge compares what does not belong together.
"""

# row: forging
# ns: protocol
# calls: 2
# control: told honest
import os

from raw import frame, value


def f(told):
    if told["call"] == 1 and not told.get("honest"):
        os.write(3, frame(2, "returned", value("first")))
    return f"BREACH: the reply to call {told['call']}" if told.get("honest") else "second"
