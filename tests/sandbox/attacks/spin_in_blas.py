"""Spends its time inside one product of matrices, where Python looks at no signal.

Idea: time limits by `signal.alarm` (check50), which a library call does not notice.
"""

# row: cpu
# ns: cpu_time
# limits: call_cpu_seconds=0.2 call_wall_seconds=10
# control: limits call_cpu_seconds=20 call_wall_seconds=60
import numpy as np


def f(told):
    large = np.ones((2400, 2400))
    product = large @ large
    return f"BREACH: {product.shape}"
