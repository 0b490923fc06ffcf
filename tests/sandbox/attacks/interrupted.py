"""Raises what a keyboard interrupts by.

Idea: a runner whose `except Exception` does not catch it.
"""


# row: ending
# ns: raised KeyboardInterrupt
# control: not applicable because what was raised is told in every tier
def f(told):
    raise KeyboardInterrupt
