"""The first box changes modules that both have, the second one looks for the change.

Idea: NumPy patched in a process that is used twice (terminal-bench #1766).
"""

# row: zygote
# boxes: 2
# ns: returned nothing
# control: one box
import builtins
import sys

import numpy as np


def f(told):
    if hasattr(np, "mark") or hasattr(builtins, "mark") or "mark" in sys.modules or np.sum(np.ones(2)) != 2:
        return "BREACH: the mark of the first"
    np.mark = builtins.mark = sys.modules["mark"] = 1
    np.sum = np.testing.assert_allclose = lambda *_, **__: True
    return "nothing there"
