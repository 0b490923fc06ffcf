"""Report -> what a terminal shows: functions in the order of the assignment, one line for what is right.

Colour is never the only sign: a word stands beside it, and `colour=False` loses nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from grader.core import Message, Report
from grader.report.as_json import Audience
from grader.report.catalogue import text
from grader.report.columns import flowed, padded, wrapped
from grader.report.pictures.drawing import Drawing
from grader.report.tree import Card, CheckLine, Example, Tone, View
from grader.report.view import view

MIN_WIDTH = 40
ORDER: tuple[Tone, ...] = ("pass", "fail", "ours", "warn", "none")
MIN_COLUMN = 24  # cells; where less is left for sentences, they stand below their titles
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


@dataclass(frozen=True, slots=True)
class _Columns:
    """Cells of the three columns that tell what was found."""

    title: int
    outcome: int
    points: int


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
    yield from () if card.terse else _sentences(card, seen, paper)
    if card.status.tone != "pass" and card.judged:
        yield from _facts(card, seen, paper)
    if card.like:
        yield from paper.block(card.like, paper.margin)
    elif not card.follows:
        yield from _shown(card, seen, paper)
    for warning in card.warnings:
        yield from paper.block(f"{seen.words['warning']}: {warning.text}", paper.margin)
    yield from _points(card, paper)


def _shown(card: Card, seen: View, paper: _Paper) -> Iterator[str]:
    """What can be looked at, and the hints; a bar of cases is no more than the facts above it."""
    for picture in card.pictures if card.folds else ():
        if picture.kind != "cases":
            yield from _picture(picture, paper)
    if card.example:
        yield from _example(card.example, seen, paper)
    for named in card.diagnosis:
        if card.alternatives:
            yield from paper.block(f"[{named.id}]", paper.margin)
        for hint in named.hints:
            yield from paper.block(f"{hint.label}: {hint.text}", paper.margin)


def _picture(picture: Drawing, paper: _Paper) -> Iterator[str]:
    """Its words, and its lines where they fit: a line that is broken shows nothing."""
    yield from paper.block(f"{picture.title}: {picture.text} {picture.drawn_on}", paper.margin)
    if all(paper.margin + 2 + cell_len(line) <= paper.width for line in picture.sketch.lines):
        yield from ((" " * (paper.margin + 2) + line).rstrip() for line in picture.sketch.lines)


def _sentences(card: Card, seen: View, paper: _Paper) -> Iterator[str]:
    """The diagnosis: one, or several that no test can tell apart."""
    if not card.diagnosis:
        yield from paper.block(card.headline or "", paper.margin)
    for at, named in enumerate(card.diagnosis):
        before = f"{seen.words['or']}: " if at else ""
        yield from paper.block(f"{before}{named.text}  [{named.id}] {named.certainty}", paper.margin)
    yield from paper.block(card.alternatives or "", paper.margin)


def _place(card: Card, seen: View) -> str:
    """Where the function stands; the file is said only where there are several."""
    line = text(Message("report.line", {"line": card.line}), seen.lang) if card.line else ""
    return ", ".join(part for part in (card.file if card.file and len(seen.files) > 1 else "", line) if part)


def _facts(card: Card, seen: View, paper: _Paper) -> Iterator[str]:
    """Title, outcome and points of what fell short in three columns, and of values and gradients that are right."""
    title = max((cell_len(check.title) for check in card.facts), default=0)
    points = max((len(str(check.points or "")) for check in card.facts), default=0)
    columns = _Columns(title, paper.width - paper.margin - title - points - 6, points)
    for check in card.facts:
        if columns.outcome >= MIN_COLUMN:
            yield from _row(check, seen, columns, paper.margin)
            yield from _entry(check, seen, paper, paper.margin + title + 3)
        else:
            yield from paper.row(filter(None, (check.title, str(check.points or ""))), paper.margin)
            yield from paper.block(_outcome(check, seen), paper.margin + 2)
            yield from _entry(check, seen, paper, paper.margin + 2)


def _row(check: CheckLine, seen: View, columns: _Columns, margin: int) -> Iterator[str]:
    first, *rest = wrapped(_outcome(check, seen), columns.outcome)
    points = str(check.points or "").rjust(columns.points)
    yield f"{' ' * margin}{padded(check.title, columns.title)}   {padded(first, columns.outcome)}   {points}".rstrip()
    yield from (" " * (margin + columns.title + 3) + line for line in rest)


def _outcome(check: CheckLine, seen: View) -> str:
    """How many cases are right, and the shorter list of names: of the right ones, or of the wrong ones."""
    told = check.outcome or check.status.word
    if check.passes and check.fails:
        right = len(check.passes) < len(check.fails)
        label, names = (seen.words["passes"], check.passes) if right else (seen.words["fails"], check.fails)
        told = f"{told}; {label}: {', '.join(names)}"
    return f"{told}. {check.said}" if check.said else told


def _entry(check: CheckLine, seen: View, paper: _Paper, margin: int) -> Iterator[str]:
    """The entry furthest off, with both numbers."""
    if check.worst:
        expected, actual = (f"{seen.words[name]} {getattr(check.worst, name)}" for name in ("expected", "actual"))
        yield from paper.row((check.worst.where, expected, actual), margin)
    figures = (("error", check.error), ("tolerance", check.tolerance))
    yield from paper.row([f"{seen.words[name]} {value}" for name, value in figures if value], margin)


def _points(card: Card, paper: _Paper) -> Iterator[str]:
    """What was given back, and the other checks in a line for each status."""
    yield from paper.block(card.given_back or "", paper.margin)
    if card.status.tone == "pass" or not card.judged:
        return
    others: dict[str, list[str]] = {}
    for check in sorted(card.folded, key=lambda check: ORDER.index(check.status.tone)):
        others.setdefault(check.status.word, []).append(check.title)
    for word, titles in others.items():
        yield from paper.block(f"{word}: {', '.join(titles)}", paper.margin)


def _example(example: Example, seen: View, paper: _Paper) -> Iterator[str]:
    inputs = ", ".join(f"{name} = {value}" for name, value in example.inputs)
    command = f"   {example.command}" if example.program else ""
    yield from paper.block(f"{seen.words['counterexample']}: {inputs}{command}", paper.margin)
    for output, expected, actual in example.telling:
        numbers = (output, f"{seen.words['expected']} {expected}", f"{seen.words['actual']} {actual}")
        yield from paper.row(numbers, paper.margin + 2)
