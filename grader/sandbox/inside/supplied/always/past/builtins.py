"""Names of Python 2 as the package `future` gives them."""

from functools import reduce

xrange = range
unicode = basestring = str
long = int
raw_input = input


def cmp(x, y):
    """-1, 0 or 1."""
    return (x > y) - (x < y)


def execfile(*args):
    """There are no files here."""
    raise OSError("there are no files in the sandbox")
