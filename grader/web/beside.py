"""The attempt before beside the one that is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from grader.core import Report
from grader.course.submissions import Before
from grader.report.as_json import Audience
from grader.report.shown import safe
from grader.report.since import in_words, sentences, since


@dataclass(frozen=True, slots=True)
class Row:
    """A function: its points then and now, and what has changed, in words."""

    function: str
    before: Fraction
    now: Fraction
    change: str


@dataclass(frozen=True, slots=True)
class Beside:
    """`id` and `number` are those of the attempt before."""

    id: int
    number: int
    sentences: tuple[str, ...]
    rows: tuple[Row, ...]


def beside(before: Before, now: Report, lang: str, reader: Audience) -> Beside:
    changes = since(before.report, now, reader)
    rows = (Row(safe(one.function), one.before, one.now, in_words(one, lang)) for one in changes)
    return Beside(before.id, before.number, sentences(changes, before.number, lang), tuple(rows))
