"""Prints as much by each of both ways out.

Idea: a limit of each.
"""

# row: output
# ns: output
# limits: output_bytes=200000
# control: limits output_bytes=4000000
import os


def f(told):
    for number in range(40):
        os.write(1 + number % 2, b"x" * 10000)
    return "BREACH: 200000 each"
