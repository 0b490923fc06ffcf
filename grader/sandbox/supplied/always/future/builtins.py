"""Python 3's own names, as the package `future` gives them."""

from builtins import *
