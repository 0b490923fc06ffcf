"""Benchmarks: `make bench`. Every figure is a ratio with a peer, or with its limit, taken in the same run.

A module of this package has `measure() -> Iterator[Row]`; `python -m bench NAME...` runs the named ones.
Machines are noisy: read medians and ratios, and quote the machine with them. Nothing here is a test; no test is timed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, in which unit, against what."""

    what: str
    figure: float
    unit: str
    against: str
    ratio: float
    goal: str
    met: bool
