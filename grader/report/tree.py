"""What a drawing of a report is made from: a plain tree of strings and numbers (`view.py` grows it).

Every string is ready to show: in the reader's language, and safe for a terminal. HTML escapes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from grader.report.pictures.drawing import Drawing

Tone = Literal["pass", "fail", "warn", "ours", "none"]
ALWAYS_TOLD = ("value", "gradient")  # checks whose outcome is said of every function that falls short


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
    """The entry furthest off: `dW[3, 1]`, and both numbers; `column` has them with their points below each other."""

    where: str
    expected: str
    actual: str
    column: tuple[str, str]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check. Where it is hidden from this reader its status is `hidden` and all from `message` on is empty.

    `message` is the whole sentence. `said` is what stands beside the check when it falls short: None where the card
    says it already. `detail` is what its line among the folded checks adds: None where there is nothing to add.
    `explained`: the diagnosis of the card says why it falls short. `outcome` tells of the cases, `passes` and `fails`
    name them where there are both. Error, tolerance and `worst` are None where a sentence has both numbers.
    """

    id: str
    title: str
    status: Status
    points: Points | None  # None: the check only informs
    message: str = ""
    said: str | None = None
    detail: str | None = None
    explained: bool = False
    outcome: str | None = None  # `wrong on 6 of 12 cases`
    passes: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    cases: str | None = None  # `6 / 12`
    error: str | None = None
    tolerance: str | None = None
    worst: Place | None = None

    @property
    def costs(self) -> bool:
        """Are points lost by it?"""
        return self.points is not None and self.points.share < 1


@dataclass(frozen=True, slots=True)
class Hint:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A mistake by name. `certainty` is a word, `meaning` says what it means."""

    id: str
    text: str
    certainty: str
    meaning: str
    hints: tuple[Hint, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """The smallest case that shows the fault: inputs as Python writes them, and rows (output, expected, received).

    `program` does the same with NumPy and the student's file, where there is one; `command` says how the shell writes
    it, and `download` is the text of a link to it.
    """

    inputs: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, str], ...]
    program: str | None
    command: str
    download: str

    @property
    def python(self) -> str:
        return "\n".join(f"{name} = {value}" for name, value in self.inputs)

    @property
    def telling(self) -> tuple[tuple[str, str, str], ...]:
        """The rows that differ; all of them where none differs in the digits that are shown."""
        return tuple(row for row in self.rows if row[1] != row[2]) or self.rows


@dataclass(frozen=True, slots=True)
class Warned:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One function. Its first sentence, `headline`, is the whole diagnosis; `terse`: it says no more than the status.
    `alternatives` says that no test can tell several diagnoses apart, `like` names the card above that has the same
    ones, `follows` the function whose mistake explains all that is wrong in this one.

    `given_back` says what the cap of a named mistake gave back. `count` says how many checks there are. `judged` is
    false where no check could be asked (missing, a limit); `opened` tells to show at once what was found.
    """

    name: str
    anchor: str
    status: Status
    points: Points
    file: str | None
    line: int | None
    headline: str | None
    terse: bool
    diagnosis: tuple[Named, ...]
    alternatives: str | None
    like: str | None
    follows: str | None
    checks: tuple[CheckLine, ...]
    example: Example | None
    warnings: tuple[Warned, ...]
    given_back: str | None
    pictures: tuple[Drawing, ...]
    count: str
    judged: bool
    opened: bool

    @property
    def folds(self) -> bool:
        """Is there more to say of what fell short than its sentence?"""
        return self.status.tone != "pass" and bool(self.judged or self.diagnosis or self.example)

    @property
    def facts(self) -> tuple[CheckLine, ...]:
        """The checks that are shown when the function falls short: what costs points or is not explained, and whether
        values and gradients are right; first those that were asked."""
        facts = (check for check in self.checks if _is_fact(check))
        return tuple(sorted(facts, key=lambda check: check.status.tone == "none"))

    @property
    def folded(self) -> tuple[CheckLine, ...]:
        """The other checks."""
        return tuple(check for check in self.checks if not _is_fact(check))


def _is_fact(check: CheckLine) -> bool:
    telling = check.status.tone in ("fail", "ours") and not check.explained
    return check.costs or telling or (check.id in ALWAYS_TOLD and check.outcome is not None)


@dataclass(frozen=True, slots=True)
class Section:
    """The functions of one unit of a bundle, with its title and points; of anything else all there are, without."""

    title: str | None
    points: Points | None
    cards: tuple[Card, ...]

    @property
    def first(self) -> tuple[Card, ...]:
        """The cards of what fell short: they are read first, causes before what follows from them, and what is not
        there last."""
        short = [card for card in self.cards if card.status.tone != "pass"]
        return tuple(sorted(short, key=lambda card: (card.status.tone == "none", not card.judged, bool(card.follows))))

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
