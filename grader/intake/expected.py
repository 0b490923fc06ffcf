"""The names an assignment asks for, against the names that are there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

from grader.core import Message

SHOWN = 20  # names in a sentence
ALIKE = 0.75  # of two names, by difflib's ratio


def top_level(names: Iterable[str]) -> tuple[str, ...]:
    """The names to look for in a module: of `Class.method` the class."""
    return tuple(dict.fromkeys(name.partition(".")[0] for name in names))


def near_misses(missing: Iterable[str], found: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs (found, meant): what looks like a missing name spelt differently."""
    lower = {name.lower(): name for name in found}
    pairs = []
    for name in missing:
        if close := get_close_matches(name.lower(), lower, n=1, cutoff=ALIKE):
            pairs.append((lower[close[0]], name))
    return pairs


def nothing_defined(names: Collection[str], found: Collection[str]) -> Message:
    """Why nothing can be graded: what is expected, what is there, and what may be meant by it."""
    asked = tuple(top_level(names))
    there = tuple(dict.fromkeys(found))
    if not there:
        return Message("intake.defines-nothing", {"expected": asked[:SHOWN]})
    params = {"expected": asked[:SHOWN], "found": there[:SHOWN]}
    if not (pairs := near_misses(asked, there)):
        return Message("intake.nothing-defined", params)
    return Message("intake.near-misses", {**params, **_first(pairs)})


def spelling_notes(names: Collection[str], found: Collection[str]) -> list[Message]:
    """A note for each name that is missing where one like it is there that nobody asks for."""
    asked = top_level(names)
    missing = [name for name in asked if name not in found]
    others = [name for name in dict.fromkeys(found) if name not in asked]
    return [Message("intake.near-miss", _first([pair])) for pair in near_misses(missing, others)]


def _first(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    there, meant = pairs[0]
    return {"there": there, "meant": meant}
