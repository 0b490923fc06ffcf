"""What a student has handed in for an assignment, row by row, and what they may still hand in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from itertools import pairwise

from sqlalchemy.orm import Session

from grader.api.submissions import course_of
from grader.course import grades, lateness, links, pages
from grader.course.permissions import Grant
from grader.course.standing import standing
from grader.course.tables import CourseAssignment, Status, Submission
from grader.course.visibility import ShownScore
from grader.report import text
from grader.report.as_json import Audience, nothing_shown
from grader.report.since import sentences, since
from grader.web.clock import absolute, relative
from grader.web.lines import Look, attempt_line, live_line, look
from grader.web.rendering import Frame, say


@dataclass(frozen=True, slots=True)
class Row:
    """An attempt in the table; `line` is what its report says first, `since` what has changed since the attempt before,
    `arithmetic` what being late and comments make of its score; `choose`: the reader may let it count."""

    id: int
    number: int
    received_at: datetime
    late: int
    score: Fraction | None
    max_score: Fraction | None
    look: Look
    counts: bool
    line: str
    since: str
    choose: bool
    arithmetic: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkLine:
    """The last link that was handed in, in words. `look` is that of a note; `waiting`: it is being fetched."""

    line: str
    look: str
    waiting: bool


def rows(
    session: Session, grant: Grant, assignment: CourseAssignment, mine: pages.Attempts, frame: Frame
) -> Iterator[Row]:
    """The newest first, each beside the graded attempt before it."""
    reader: Audience = "staff" if grant.staff else "student"
    graded = [one for one in mine.submissions if one.status is Status.DONE and one.id in mine.reports]
    before = {later.id: earlier for later, earlier in pairwise(graded)}
    lines = lateness.of_all(session, assignment, grant.person.id)
    for one in mine.submissions:
        row = _row(session, one, mine, frame)
        earlier = before.get(one.id)
        if earlier is not None and not nothing_shown(mine.reports[one.id]):
            changes = since(mine.reports[earlier.id], mine.reports[one.id], reader)
            row = replace(row, since=" ".join(sentences(changes, earlier.number, frame.lang)))
        may_choose = assignment.counts == "chosen" and one.status is Status.DONE and not row.counts
        whole = one.id not in mine.scores or mine.scores[one.id].shown == "whole"
        arithmetic = tuple(text(line, frame.lang) for line in lines.get(one.id, ())) if whole else ()
        yield replace(row, choose=may_choose, arithmetic=arithmetic)


def _row(session: Session, one: Submission, mine: pages.Attempts, frame: Frame) -> Row:
    report, score = mine.reports.get(one.id), mine.scores.get(one.id, ShownScore(one.score, one.max_score))
    return Row(
        id=one.id,
        number=one.number,
        received_at=one.received_at,
        late=one.late,
        score=score.score,
        max_score=score.max_score,
        look=look(one, report, score),
        counts=mine.grade is not None and mine.grade.submission == one.id,
        line=attempt_line(one, report, frame.lang) if one.status.final else _waiting(session, one, frame),
        since="",
        choose=False,
    )


def _waiting(session: Session, one: Submission, frame: Frame) -> str:
    now = standing(session, one.id)
    return live_line(one, frame.lang, position=now.position, eta=now.eta_seconds)


def allowance(
    session: Session, grant: Grant, assignment: CourseAssignment, mine: pages.Attempts, frame: Frame
) -> Iterator[str]:
    """What is left, in words: attempts of today and when there are more, attempts in all, late days."""
    left, course = mine.allowance, course_of(grant)
    if left.today is None and left.in_all is None:
        yield say(frame, "web.attempts.unlimited")
    if left.today is not None:
        yield say(frame, "student.attempts.today", left=left.today, most=assignment.attempts_per_day)
    if left.refills is not None:
        when = {"relative": relative(left.refills, frame.now, frame.lang)}
        when["absolute"] = absolute(left.refills, frame.zone, frame.lang)
        yield say(frame, "student.attempts.refill", **when)
    if left.in_all is not None:
        yield say(frame, "student.attempts.in-all", left=left.in_all, most=assignment.attempts_total)
    if grades.spends(assignment):
        days = grades.late_days_left(session, course, grant.person.id)
        yield say(frame, "student.late-days", left=days, most=course.late_days)


def link_line(session: Session, grant: Grant, assignment: CourseAssignment, frame: Frame) -> LinkLine | None:
    """The last link, as long as it is worth a line: until the submission that it became is there to be seen."""
    asked = links.latest(session, assignment.id, grant.person.id)
    if asked is None or asked.state == "fetched":
        return None
    named = {"repository": asked.link.repository}
    if asked.state == "asked":
        return LinkLine(say(frame, f"student.link.{'again' if asked.tries else 'asked'}", **named), "", True)
    why = text(asked.message, frame.lang) if asked.message else ""
    return LinkLine(f"{say(frame, 'student.link.refused', **named)} {why}", "fail", False)
