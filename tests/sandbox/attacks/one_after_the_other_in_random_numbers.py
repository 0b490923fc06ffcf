"""Both boxes draw from the global generators before anything seeds them for a call, and from the kernel's.

Idea: a fork copies generators: the second box knows what the first one was given.
"""

# row: zygote
# boxes: 2
# ns: returned other
# control: one box
import os
import uuid

import numpy as np

drawn = np.random.default_rng().integers(1 << 60), int.from_bytes(os.urandom(8)), uuid.uuid4().int


def f(told):
    again = [number for number in drawn if str(number) in told["before"]]
    return f"BREACH: {again} again" if again else f"other numbers: {drawn}"
