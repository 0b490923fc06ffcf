"""Raises what generators end by.

Idea: the same.
"""


# row: ending
# ns: raised GeneratorExit
# control: not applicable because what was raised is told in every tier
def f(told):
    raise GeneratorExit
