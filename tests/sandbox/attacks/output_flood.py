"""Prints more than may be printed.

Idea: piston ships it; a log that fills the grader's memory.
"""

# row: output
# ns: output
# limits: output_bytes=200000
# control: limits output_bytes=4000000
import os


def f(told):
    for _ in range(100):
        os.write(1, b"x" * 10000)
    return "BREACH: a million characters"
