"""The names an assignment asks for, against the names that are there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

from grader.core import Message, Param

SHOWN = 20  # names in a sentence
ALIKE = 0.75  # of two names, by difflib's ratio


def top_level(names: Iterable[str]) -> tuple[str, ...]:
    """The names to look for in a module: of `Class.method` the class."""
    return tuple(dict.fromkeys(name.partition(".")[0] for name in names))


def nothing_defined(names: Collection[str], found: Collection[str]) -> Message:
    """Why nothing can be graded: what is expected, what is there, and what may be meant by it."""
    asked, there = top_level(names), tuple(dict.fromkeys(found))
    params: dict[str, Param] = {"expected": asked[:SHOWN], "found": there[:SHOWN]}
    if not there:
        return Message("intake.defines-nothing", {"expected": asked[:SHOWN]})
    if alike := _alike(asked, there):
        return Message("intake.near-misses", {**params, "there": alike[0], "meant": alike[1]})
    return Message("intake.nothing-defined", params)


def _alike(asked: Sequence[str], there: Sequence[str]) -> tuple[str, str] | None:
    """A name that is there, and the missing one that it looks like."""
    lower = {name.lower(): name for name in there}
    for name in asked:
        if close := get_close_matches(name.lower(), lower, n=1, cutoff=ALIKE):
            return lower[close[0]], name
    return None
