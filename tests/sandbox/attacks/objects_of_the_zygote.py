"""Asks the garbage collector for everything there is.

Idea: references, secrets and other submissions that a server once read (measured: gc finds them).
"""

# row: zygote
# ns: returned nothing
# control: planted
import gc


def f(told):
    secret, found = told["planted"] + "/", []
    gc.unfreeze()
    for thing in gc.get_objects():
        if type(thing) in (dict, list, tuple):
            items = thing.values() if type(thing) is dict else thing
            found += [str(item)[:80] for item in items if type(item) in (str, bytes) and secret in str(item)]
    return f"BREACH: {found}" if found != [secret] * len(found) else "nothing"
