"""Two reports of one submission: is every verdict and every number the same?

Reports are compared as JSON, the form that is kept. Left out are texts, which follow from the rest and come in two
languages, and what the contract leaves open: seconds, the machine, how much of a limit was used and where.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

OPEN = {"seconds", "environment", "isolation", "path", "seed", "revision", "limits.used", "limits.line"}
TEXTS = {"text", "message", "reason", "notes", "hints", "title"}
NAMES = ("name", "id")  # what tells the entries of a list of objects apart
ABSENT = "-"
ROUNDING = 1e-6  # of 1, or of a number beyond it


@dataclass(frozen=True, slots=True)
class Difference:
    """At `place`, as in `functions.svm_loss_naive.checks.value.error`, one report has `old` and the other `new`."""

    place: str
    old: Any
    new: Any

    @property
    def is_rounding(self) -> bool:
        """Are these two numbers that another processor may well have rounded apart? Points are no such numbers."""
        if not (isinstance(self.old, float) and isinstance(self.new, float)):
            return False
        return abs(self.old - self.new) <= ROUNDING * max(1.0, abs(self.old), abs(self.new))


def differences(old: Json, new: Json) -> list[Difference]:
    """Every place at which the reports differ, in the order of the old one; of another state, the state alone."""
    if old["state"] != new["state"]:
        return [Difference("state", old["state"], new["state"])]
    before, after = dict(_leaves(old)), dict(_leaves(new))
    places = [*before, *(place for place in after if place not in before)]
    return [
        Difference(place, before.get(place, ABSENT), after.get(place, ABSENT))
        for place in places
        if before.get(place, ABSENT) != after.get(place, ABSENT)
    ]


def _leaves(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    if at in OPEN or at.rpartition(".")[2] in TEXTS:
        return
    inner = value.items() if isinstance(value, Mapping) else _named(value) if isinstance(value, list) else None
    if inner is None:
        yield at, value
        return
    for name, item in inner:
        yield from _leaves(item, f"{at}.{name}" if at else name)


def _named(items: list[Any]) -> Iterator[tuple[str, Any]]:
    """The items of a list by their name, or by their number where they have none."""
    for number, item in enumerate(items):
        names = [item[key] for key in NAMES if key in item] if isinstance(item, Mapping) else []
        yield (names[0] if names else str(number)), item
