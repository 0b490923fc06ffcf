"""Holds more memory than its limit in arrays.

Idea: the memory bomb that a submission writes by mistake.
"""

# row: memory
# ns: raised MemoryError
# limits: data_bytes=134217728
# control: limits data_bytes=536870912
import numpy as np


def f(told):
    held = [np.ones(4 << 20) for _ in range(6)]
    return f"BREACH: {sum(array.nbytes for array in held) >> 20} MiB"
