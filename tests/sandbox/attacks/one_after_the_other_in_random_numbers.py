"""Both boxes draw from the kernel's generator before any call.

Idea: a fork copies what was drawn beforehand: the second box knows what the first one was given.
"""

# row: zygote
# boxes: 2
# ns: returned other
# control: one box
import os
import uuid

drawn = int.from_bytes(os.urandom(8)), uuid.uuid4().int


def f(told):
    again = [number for number in drawn if str(number) in told["before"]]
    return f"BREACH: {again} again" if again else f"other numbers: {drawn}"
