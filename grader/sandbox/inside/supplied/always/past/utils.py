"""Division as in Python 2, by the name that a converter of code gives it."""

import numbers


def old_div(a, b):
    """Whole between whole numbers."""
    return a // b if isinstance(a, numbers.Integral) and isinstance(b, numbers.Integral) else a / b
