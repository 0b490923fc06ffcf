"""Answers from a timer after it has answered already.

Idea: code that runs between two requests, when nobody looks.
"""

# row: forging
# ns: protocol
# calls: 2
# control: told honest
import os
import signal

from raw import frame, value


def f(told):
    if told.get("honest"):
        return "BREACH: asked"
    signal.signal(signal.SIGALRM, lambda *_: os.write(3, frame(3, "returned", value("BREACH: not asked"))))
    signal.setitimer(signal.ITIMER_REAL, 0.005)
    return "asked"
