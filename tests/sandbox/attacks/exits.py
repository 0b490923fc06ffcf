"""Ends the process with the number that says success.

Idea: unit_test_framework #8: exit(0) in the tested function passes by return code (measured).
"""

# row: ending
# ns: exited 0
# control: not applicable because an end is no answer in any tier
import os


def f(told):
    os._exit(0)
