"""What can be said of wrong numbers that have no name: facts, the most telling one first."""

from collections.abc import Iterable
from dataclasses import dataclass

from grader.core import Diagnosis, Message


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence, where to look because of it, and what to do there; `id` is that of a diagnosis of it."""

    id: str
    text: Message
    look: Message
    act: Message


def fact(id: str, text: Message) -> Fact:
    """A fact whose hints stand in the catalogue under its id."""
    return Fact(id, text, Message(f"diagnosis.{id}.look"), Message(f"diagnosis.{id}.act"))


HINTS = 3


def from_table(id: str) -> tuple[Message, ...]:
    """The hints of a row of the table of mistakes."""
    return tuple(Message(f"diagnosis.{id}.hint-{level}") for level in range(1, HINTS + 1))


def hinted(facts: Iterable[Fact], standing: Message) -> Diagnosis | None:
    """The diagnosis of the most telling fact. Its first hint is the next one, or `standing`."""
    told = list(facts)
    if not told:
        return None
    condition = told[0].text.params.get("condition", told)
    others = (one.text for one in told[1:] if one.text.params.get("condition") != condition)
    beside = next(others, standing)
    if beside == told[0].text:
        beside = Message(f"diagnosis.{told[0].id}.what")
    return Diagnosis(told[0].id, "hint", "wrong-quantity", told[0].text, (beside, told[0].look, told[0].act))
