# expect: init_weights=passed
import numpy as np


class init_weights:
    """Any callable will do: this one keeps the kinds in a table of functions."""

    kinds = {
        "zeros": lambda n: 0.0,
        "small": lambda n: 0.01,
        "xavier": lambda n: n ** -0.5,
        "he": lambda n: (n / 2.0) ** -0.5,
    }

    def __new__(cls, fan_in, fan_out, kind="he"):
        W = np.random.standard_normal(size=fan_in * fan_out).reshape(fan_in, fan_out)
        return (W * cls.kinds[kind](fan_in)).astype(np.float32)
