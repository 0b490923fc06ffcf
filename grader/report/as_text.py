"""Report -> what a terminal shows: functions in the order of the assignment, one line for what is right.

Colour is never the only sign: a word stands beside it, and `colour=False` loses nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from grader.core import Message, Report
from grader.report.as_json import Audience
from grader.report.catalogue import text
from grader.report.columns import flowed, padded, table, wrapped
from grader.report.tree import Card, CheckLine, Example, Named, Tone, View
from grader.report.view import view

MIN_WIDTH = 40
_ANSI: dict[Tone, str] = {"pass": "32", "fail": "1;31", "warn": "33", "ours": "35", "none": "33"}


@dataclass(frozen=True, slots=True)
class _Paper:
    """Cells of a line and of the columns for words and names of functions, and whether there is colour."""

    width: int
    word: int
    name: int
    points: int
    colour: bool

    @property
    def margin(self) -> int:
        return 4 + self.word

    def painted(self, shown: str, tone: Tone) -> str:
        return f"\x1b[{_ANSI[tone]}m{shown}\x1b[0m" if self.colour else shown

    def block(self, paragraph: str, margin: int) -> Iterator[str]:
        return (" " * margin + line for line in wrapped(paragraph, self.width - margin))

    def row(self, parts: Iterable[str], margin: int) -> Iterator[str]:
        return (" " * margin + line for line in flowed(parts, self.width - margin))


def as_text(report: Report, lang: str, *, width: int = 80, colour: bool = False, audience: Audience = "staff") -> str:
    """The report in lines of at most `width` cells, without a line break at the end."""
    seen = view(report, lang, audience)
    paper = _Paper(
        width=max(width, MIN_WIDTH),
        word=max((cell_len(card.status.word) for card in seen.cards), default=0),
        name=max((cell_len(card.name) for card in seen.cards), default=0),
        points=max((len(str(card.points)) for card in seen.cards), default=0),
        colour=colour,
    )
    return "\n".join(_lines(seen, paper))


def _lines(seen: View, paper: _Paper) -> Iterator[str]:
    yield from _head(seen, paper)
    yield from paper.block(seen.banner or "", 2)
    for section in seen.sections:
        if section.title and section.points:
            yield from paper.row((section.title, str(section.points)), 2)
        for card in section.cards:
            yield from _card(card, seen, paper)
    yield from paper.row((f"{label}: {value}" for label, value in seen.limit), 2)
    yield from paper.block(seen.hidden or "", 2)
    for note in seen.notes:
        for line in note.splitlines():
            yield from paper.block(line, 2)


def _head(seen: View, paper: _Paper) -> Iterator[str]:
    """`svm  linear_svm.py                17.72 / 20   ns, 0.08 s`, and what is to be done where nothing was graded."""
    left = "  ".join([seen.slug, *seen.files])
    result = str(seen.points) if seen.points else seen.status.word
    right = f"{result}   {seen.isolation}, {seen.seconds}"
    space = paper.width - cell_len(left) - cell_len(right)
    painted = right.replace(result, paper.painted(result, seen.status.tone), 1)
    if space >= 2:
        yield left + " " * space + painted
    else:
        yield from paper.block(left, 0)
        yield " " * max(0, paper.width - cell_len(right)) + painted
    if seen.points is None:
        yield from paper.block(seen.summary, 2)


def _card(card: Card, seen: View, paper: _Paper) -> Iterator[str]:
    word = paper.painted(padded(card.status.word, paper.word), card.status.tone)
    line = f"  {word}  {padded(card.name, paper.name)}   {str(card.points).rjust(paper.points)}"
    place = _place(card, seen) if card.status.tone != "pass" else ""
    room = paper.width - (paper.margin + paper.name + 3 + paper.points + 4)
    yield f"{line}    {place}" if place and cell_len(place) <= room else line
    yield from paper.block(place if cell_len(place) > room else "", paper.margin)
    yield from paper.block(card.headline or "", paper.margin)
    if card.status.tone != "pass" and card.judged:
        yield from _checks(card, seen, paper)
    for diagnosis in card.diagnosis:
        yield from _diagnosis(diagnosis, card, paper)
    if card.example:
        yield from _example(card.example, seen, paper)
    for warning in card.warnings:
        yield from paper.block(f"{seen.words['warning']}: {warning.text}", paper.margin)


def _place(card: Card, seen: View) -> str:
    """Where the function stands; the file is said only where there are several."""
    line = text(Message("report.line", {"line": card.line}), seen.lang) if card.line else ""
    return ", ".join(part for part in (card.file if card.file and len(seen.files) > 1 else "", line) if part)


def _checks(card: Card, seen: View, paper: _Paper) -> Iterator[str]:
    rows = [(check.title, check.status.word, check.cases or "", str(check.points or "")) for check in card.checks]
    room = paper.width - paper.margin
    lines = table(rows)
    narrow = max(map(cell_len, lines), default=0) > room
    for check, row, line in zip(card.checks, rows, lines, strict=True):
        yield from paper.row(filter(None, row), paper.margin) if narrow else [" " * paper.margin + line]
        yield from _said(check, seen, paper)


def _said(check: CheckLine, seen: View, paper: _Paper) -> Iterator[str]:
    yield from paper.block(check.said or "", paper.margin + 2)
    yield from paper.block(check.failing or "", paper.margin + 2)
    figures = [f"{seen.words[name]} {value}" for name, value in _numbers(check) if value]
    if check.worst:
        figures.insert(0, check.worst.where)
    yield from paper.row(figures, paper.margin + 2)


def _numbers(check: CheckLine) -> Sequence[tuple[str, str | None]]:
    worst = check.worst
    both = (("expected", worst.expected), ("actual", worst.actual)) if worst else ()
    return *both, ("error", check.error), ("tolerance", check.tolerance)


def _diagnosis(diagnosis: Named, card: Card, paper: _Paper) -> Iterator[str]:
    said = "" if diagnosis.text == card.headline else f"{diagnosis.text}  "
    yield from paper.block(f"{said}[{diagnosis.id}] {diagnosis.certainty}", paper.margin)
    for hint in diagnosis.hints:
        yield from paper.block(f"{hint.label}: {hint.text}", paper.margin)


def _example(example: Example, seen: View, paper: _Paper) -> Iterator[str]:
    inputs = ", ".join(f"{name} = {value}" for name, value in example.inputs)
    yield from paper.block(f"{seen.words['counterexample']}: {inputs}", paper.margin)
    for output, expected, actual in example.rows:
        numbers = (output, f"{seen.words['expected']} {expected}", f"{seen.words['actual']} {actual}")
        yield from paper.row(numbers, paper.margin + 2)
