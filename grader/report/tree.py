"""What a drawing of a report is made from: a plain tree of strings and numbers (`view.py` grows it).

Every string is ready to show: in the reader's language, and safe for a terminal. HTML escapes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Tone = Literal["pass", "fail", "warn", "ours", "none"]


@dataclass(frozen=True, slots=True)
class Status:
    """A shape, a word and a colour: `mark` is the shape, `tone` names the colour."""

    id: str
    word: str
    tone: Tone

    @property
    def mark(self) -> str:
        return {"pass": "●", "fail": "✕", "warn": "△", "ours": "◇", "none": "○"}[self.tone]


@dataclass(frozen=True, slots=True)
class Points:
    """`17.72` of `20`; `share` is 0 to 1, for a bar."""

    earned: str
    possible: str
    share: float

    def __str__(self) -> str:
        return f"{self.earned} / {self.possible}"


@dataclass(frozen=True, slots=True)
class Place:
    """The entry furthest off: `dW[3, 1]`, and both numbers."""

    where: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line a check. Where it is hidden from this reader its status is `hidden` and all from `message` on None.

    `message` is the whole sentence; `said` is what stands below the line: None where the card says it already, or where
    a passed check has nothing to add to its line. So are `error`, `tolerance` and `worst` where a sentence has both
    numbers.
    """

    id: str
    title: str
    status: Status
    points: Points | None  # None: the check only informs
    message: str | None = None
    said: str | None = None
    cases: str | None = None  # `6 / 12`
    failing: str | None = None  # the names of the cases that are wrong
    error: str | None = None
    tolerance: str | None = None
    worst: Place | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A mistake by name."""

    id: str
    text: str
    certainty: str
    hints: tuple[Hint, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """The smallest case that shows the fault: inputs as Python writes them, and rows (output, expected, received)."""

    inputs: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, str], ...]

    @property
    def python(self) -> str:
        return "\n".join(f"{name} = {value}" for name, value in self.inputs)


@dataclass(frozen=True, slots=True)
class Warned:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One function. `count` says how many checks there are, `brief` shortly what passed.

    `judged` is false where no check could be asked (missing, a limit); `opened` tells to show the checks at once.
    """

    name: str
    status: Status
    points: Points
    file: str | None
    line: int | None
    headline: str | None
    diagnosis: tuple[Named, ...]
    checks: tuple[CheckLine, ...]
    example: Example | None
    warnings: tuple[Warned, ...]
    count: str
    brief: str
    judged: bool
    opened: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The functions of one unit of a bundle, with its title and points; of anything else all there are, without."""

    title: str | None
    points: Points | None
    cards: tuple[Card, ...]

    @property
    def first(self) -> tuple[Card, ...]:
        """The cards of what fell short: they are read first."""
        return tuple(card for card in self.cards if card.status.tone != "pass")

    @property
    def passed(self) -> tuple[Card, ...]:
        return tuple(card for card in self.cards if card.status.tone == "pass")


@dataclass(frozen=True, slots=True)
class View:
    """The whole report. `words` are the labels a drawing needs, by their id without `report.label.`."""

    lang: str
    slug: str
    title: str
    status: Status
    points: Points | None
    summary: str
    banner: str | None
    isolation: str
    seconds: str
    files: tuple[str, ...]
    notes: tuple[str, ...]
    hidden: str | None
    limit: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    words: Mapping[str, str]

    @property
    def cards(self) -> tuple[Card, ...]:
        return tuple(card for section in self.sections for card in section.cards)
