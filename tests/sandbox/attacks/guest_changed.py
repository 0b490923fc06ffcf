"""Finds the guest and makes it answer what it likes.

Idea: frames, gc, builtins: nothing in this process is out of reach, so nothing in it may matter.
"""

# row: forging
# ns: returned mine
# control: not applicable because it can only choose its own numbers, which it could return as well
import gc


def f(told):
    for thing in gc.get_objects():
        if type(thing).__name__ == "Guest":
            thing.returned = lambda value, watched, to: {"t": ["mine", [], False]}
    return "theirs"
