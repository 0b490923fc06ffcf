"""Which checks of a report a student sees now, and which score: applied when something is read, never when it is kept.

An assignment's `visibility` says it for a check by its id (`gradient`), of one function alone (`svm_loss/gradient`), or
for all (`*`); what is named most closely holds. `always`; `after-due`, once the student's own due time and the grace
are over; `after-release`, once the scores are released (an assignment without a due time waits for that too); `never`.
A check that its author hides is `never` shown where nothing else is said. While a student's score is withheld, nothing
of it is shown.

A check that waits is no part of the score that is shown meanwhile: one that is never shown counts at once. All that a
student reads of a submission comes through `read` and `score_of`, and of a grade through `grade_of`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import CheckResult, Report, State, cents
from grader.course import grades, hints, reckoning, teams
from grader.course.gradebook import Row
from grader.course.marks import Mark
from grader.course.permissions import Grant
from grader.course.schedule import own_dates
from grader.course.submissions import Before, before, report_of
from grader.course.tables import CourseAssignment, Grade, Override, Status, StoredReport, Submission
from grader.report import stored
from grader.report.as_json import Audience, nothing_shown
from grader.report.hidden import Why, without_hidden

ALL = "*"
Shown = Literal["whole", "part", "none"]
"""How much of a score is shown: all of it, the points of the checks that are shown, or nothing."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a reader may see of an assignment at a moment. `rules` are its own; `waiting` says why checks of a rule are
    not shown yet."""

    rules: Mapping[str, str]
    waiting: Mapping[str, Why]
    withheld: bool
    released: bool

    @property
    def clear(self) -> bool:
        """Whether nothing can wait: the score is what it is."""
        return not self.withheld and not self.waiting.keys() & set(self.rules.values())

    @property
    def marks(self) -> bool:
        """Whether what staff gave by hand is shown: not while the score is withheld, or all of it waits."""
        return not self.withheld and self.rules.get(ALL, "always") not in self.waiting

    def why(self, function: str, check: CheckResult) -> Why | None:
        """Why a check is hidden; None where it is shown."""
        if self.withheld:
            return "withheld"
        otherwise = "never" if check.hidden else self.rules.get(ALL, "always")
        rule = self.rules.get(f"{function}/{check.id}") or self.rules.get(check.id) or otherwise
        return "never" if rule == "never" else self.waiting.get(rule)

    def of(self, report: Report) -> Report:
        """What is seen of a report."""
        return without_hidden(report, self.why)


@dataclass(frozen=True, slots=True)
class ShownScore:
    """A score as its reader sees it; both None where nothing is shown."""

    score: Fraction | None
    max_score: Fraction | None
    shown: Shown = "whole"


@dataclass(frozen=True, slots=True)
class ShownGrade:
    """What a student sees of what counts: `submission` is None also where to name it would tell of hidden checks; of it
    as a whole, `code` is what the code came to after being late, `manual` what people gave or took."""

    score: Fraction | None
    max_score: Fraction
    late: int
    submission: int | None
    overridden: bool = False
    excused: bool = False
    shown: Shown = "whole"
    code: Fraction = Fraction(0)
    manual: Fraction = Fraction(0)


NOT_SHOWN = ShownScore(None, None, "none")


def waits_for_release(assignment: CourseAssignment) -> bool:
    """Whether some check is shown no sooner than the scores are released."""
    waits = {"after-release"} if assignment.due else {"after-release", "after-due"}
    return bool(waits & set(assignment.visibility.values()))


def sight(session: Session, assignment: CourseAssignment, users: Collection[int], at: datetime) -> Sight:
    """What these students see together: with several, the last of their due times holds, and what is withheld from one
    is from all."""
    waiting: dict[str, Why] = {}
    released = assignment.released_at is not None
    if not released:
        waiting["after-release"] = "release"
    if "after-due" in assignment.visibility.values() and not _over(session, assignment, users, at):
        waiting["after-due"] = "due"
    withheld = session.scalars(
        sa.select(Override.withheld).where(Override.assignment_id == assignment.id, Override.user_id.in_(users))
    )
    return Sight(assignment.visibility, waiting, any(withheld), released)


def _over(session: Session, assignment: CourseAssignment, users: Collection[int], at: datetime) -> bool:
    """Whether none of them can be in time any more."""
    if assignment.due is None:
        return assignment.released_at is not None
    dues = (own_dates(session, assignment, user).due or assignment.due for user in users)
    return at > max(dues) + timedelta(minutes=assignment.grace_minutes)


def sight_on(session: Session, grant: Grant, submission: Submission, at: datetime) -> Sight | None:
    """What the reader sees of a submission; None: everything."""
    if grant.staff:
        return None
    assignment = session.get_one(CourseAssignment, submission.assignment_id)
    return sight(session, assignment, {submission.user_id, grant.person.id}, at)


@dataclass(frozen=True, slots=True)
class Reading:
    """A report as a reader may read it, and the hints that are open to them; `whole` is with all those of what is
    seen."""

    report: Report
    whole: Report
    ladders: tuple[hints.Ladder, ...]
    audience: Audience


def read(session: Session, grant: Grant, submission: Submission, at: datetime) -> Reading | None:
    """The report of a submission as whoever holds `grant` may read it now; None where there is none yet."""
    report = report_of(session, submission.id)
    if report is None:
        return None
    seen = sight_on(session, grant, submission, at)
    whole = seen.of(report) if seen else report
    ladders = tuple(hints.ladders(session, submission, whole, at))
    audience: Audience = "staff" if seen is None else "released" if seen.released and not seen.withheld else "student"
    return Reading(hints.seen_by(grant, whole, ladders), whole, ladders, audience)


def read_before(session: Session, grant: Grant, submission: Submission, at: datetime) -> Before | None:
    """The student's graded attempt before, seen alike; None where there was none, or nothing of it is shown."""
    earlier, seen = before(session, submission), sight_on(session, grant, submission, at)
    if earlier is None or seen is None:
        return earlier
    told = replace(earlier, report=seen.of(earlier.report))
    return None if nothing_shown(told.report) else told


def score_of(session: Session, grant: Grant, submission: Submission, at: datetime) -> ShownScore:
    """The score of a submission as the reader sees it."""
    return score_in(session, sight_on(session, grant, submission, at), submission)


def score_in(session: Session, seen: Sight | None, submission: Submission) -> ShownScore:
    """The score of a submission in that sight; None: to whom everything is shown."""
    if seen is None or seen.clear or submission.score is None:
        return ShownScore(submission.score, submission.max_score)
    report = report_of(session, submission.id)
    return shown_score(seen, report) if report else NOT_SHOWN


def shown_score(seen: Sight, report: Report) -> ShownScore:
    """The score of a report as it is seen."""
    if report.state is not State.GRADED:
        return ShownScore(None, None)
    told = seen.of(report)
    if told.max_score == 0:
        return NOT_SHOWN
    return ShownScore(told.score, told.max_score, "whole" if told.max_score == report.max_score else "part")


def grade_of(
    session: Session, assignment: CourseAssignment, user_id: int, at: datetime, *, whole: bool = False
) -> ShownGrade | None:
    """What a student sees of their grade; None where there is none. While checks wait it is what the visible ones come
    to, by the same rules: which attempt counts, and what being late costs. `whole`: it is of one of the staff."""
    grade = session.get(Grade, (assignment.id, user_id))
    if grade is None:
        return None
    if whole or not (grade.withheld or assignment.visibility):
        return _as_it_is(grade)
    seen = sight(session, assignment, {user_id}, at)
    if seen.withheld:
        return ShownGrade(None, grade.max_score, grade.late, None, shown="none")
    scores = {} if seen.clear or grade.overridden else _shown_scores(session, assignment, user_id, seen)
    if all(one.shown == "whole" for one in scores.values()):
        return _as_it_is(grade)
    return _of_what_is_shown(session, assignment, grade, scores)


def _as_it_is(grade: Grade) -> ShownGrade:
    told = (grade.score, grade.max_score, grade.late, grade.submission_id)
    code = grade.raw - grade.penalty
    return ShownGrade(*told, grade.overridden, grade.excused, code=code, manual=grade.manual)


def _of_what_is_shown(
    session: Session, assignment: CourseAssignment, grade: Grade, scores: Mapping[int, ShownScore]
) -> ShownGrade:
    known = {id: (one.score, one.max_score) for id, one in scores.items() if one.score is not None and one.max_score}
    counted = grades.reckon(session, assignment, grade.user_id, known)
    if not known:
        return ShownGrade(None, grade.max_score, grade.late, None, excused=grade.excused, shown="none")
    best = reckoning.choose(assignment.counts, [counted[id] for id in counted if id in known])
    counts = counted.get(grade.submission_id or 0)
    answers = grade.manual - (counts.hand_in.remarks if counts else 0)
    most = grades.max_score(assignment, best.hand_in.max_score)
    named = grade.submission_id if assignment.counts == "last" else None
    return ShownGrade(
        max(Fraction(0), best.score + answers), most, best.late, named, excused=grade.excused, shown="part"
    )


def _shown_scores(session: Session, assignment: CourseAssignment, user_id: int, seen: Sight) -> dict[int, ShownScore]:
    rows = session.execute(
        sa.select(Submission.id, StoredReport.content)
        .join(StoredReport, StoredReport.id == Submission.report_id)
        .where(teams.theirs(session, assignment, user_id), Submission.status == Status.DONE)
    )
    return {id: shown_score(seen, stored.decode(content)) for id, content in rows}


def own_row(session: Session, row: Row, at: datetime) -> Row:
    """A student's row of the gradebook as that student sees it: without what is not shown."""
    ids = [column.id for column, mark in zip(row.columns, row.marks, strict=True) if mark is not None]
    assignments = session.scalars(sa.select(CourseAssignment).where(CourseAssignment.id.in_(ids)))
    seen = {one.id: grade_of(session, one, row.user, at) for one in assignments}
    marks = (mark and _mark(mark, seen[column.id]) for column, mark in zip(row.columns, row.marks, strict=True))
    return row._replace(marks=tuple(marks))


def _mark(mark: Mark, seen: ShownGrade | None) -> Mark | None:
    if seen is None or seen.score is None:
        return None
    if seen.shown == "whole":
        return mark
    points = (int(cents(seen.score) * 100), int(cents(seen.max_score) * 100))
    return (*mark[:2], *points, seen.late, seen.submission, mark[6])
