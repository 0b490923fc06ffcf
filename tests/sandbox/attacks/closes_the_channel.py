"""Closes the channel and waits.

Idea: a grader that takes an end for an answer, or waits for ever.
"""

# row: ending
# ns: protocol
# control: not applicable because silence is no answer in any tier
import os
import time


def f(told):
    os.close(3)
    time.sleep(600)
