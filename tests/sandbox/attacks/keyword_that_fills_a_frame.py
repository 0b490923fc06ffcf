"""Calls back with a keyword of 17 million unprintable characters: the answer, which names it, is four times as long.

Idea: our own answer: what does not fit into a frame is a fault of ours, and grading goes on for ever.
"""


# row: forging
# ns: raised TypeError
# control: not applicable because the refusal is the assertion
def f(told):
    return told["ask"](**{"\x01" * (17 << 20): 1})
