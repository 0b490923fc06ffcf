"""The hints of one mistake, as far as their student has opened them, as JSON."""

from __future__ import annotations

from grader.api.schemas import HintLadder, HintNext, UnlockedHint
from grader.core import Diagnosis, Report
from grader.course import hints
from grader.course.hints import Ladder, Next
from grader.report import text
from grader.report.hints import levels


def described(ladder: Ladder, report: Report, lang: str) -> HintLadder:
    """`report` is the whole one, that `ladder` is of."""
    opened = levels(_diagnosis(report, ladder))[: ladder.open]
    return HintLadder(
        function=ladder.function,
        diagnosis=ladder.diagnosis,
        levels=ladder.levels,
        open=ladder.open,
        hints=[" ".join(text(one, lang) for one in level) for level in opened],
        unlocked=[UnlockedHint(level=one.level, at=one.at, submission=one.submission_id) for one in ladder.unlocks],
        next=_coming(ladder.next, lang) if ladder.next else None,
    )


def _diagnosis(report: Report, ladder: Ladder) -> Diagnosis:
    function = next(one for one in report.functions if one.name == ladder.function)
    return next(one for one in function.diagnosis if one.id == ladder.diagnosis)


def _coming(coming: Next, lang: str) -> HintNext:
    return HintNext(
        level=coming.level,
        ready=coming.ready,
        opens=coming.at,
        attempts=coming.attempts or None,
        text=text(hints.waiting(coming), lang),
    )
