"""Says that the guest itself is at fault, which would be the grader's fault, and not the student's.

Idea: a submission that is never graded never fails.
"""

# row: forging
# ns: protocol
# control: told honest
import os
import time

from raw import frame, value


def f(told):
    os.write(3, frame(2, "returned" if told.get("honest") else "fault", value("BREACH: it was taken")))
    time.sleep(600)
