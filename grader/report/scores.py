"""Points as people read them: exact to two decimals and never rounded further, so that what is shown adds up."""

from fractions import Fraction
from functools import lru_cache

from grader.core import cents
from grader.report.tree import Points

KEPT = 1024  # the same few points stand beside thousands of checks


@lru_cache(maxsize=KEPT)
def points(earned: Fraction, possible: Fraction) -> Points:
    """What stands beside a bar: both numbers, and the share of the bar."""
    share = min(1.0, max(0.0, float(earned) / float(possible))) if possible else 0.0
    return Points(decimals(earned, least=1), decimals(possible, least=0), share)


@lru_cache(maxsize=KEPT)
def decimals(exact: Fraction, least: int) -> str:
    """`8.0`, `9.72`: two decimals, without trailing zeros beyond the `least`."""
    rounded = cents(exact)
    whole, part = divmod(rounded.numerator * (100 // rounded.denominator), 100)
    shown = f"{part:02d}".rstrip("0").ljust(least, "0")
    return f"{whole}.{shown}" if shown else str(whole)
