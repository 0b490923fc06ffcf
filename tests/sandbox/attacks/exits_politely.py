"""Ends Python.

Idea: the same, by an exception that a runner lets through.
"""

# row: ending
# ns: raised SystemExit
# control: not applicable because what was raised is told in every tier
import sys


def f(told):
    sys.exit(0)
