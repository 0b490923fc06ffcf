"""`grader admin regrade`: grade again what was graded, from the shell. The workers of the service do the grading."""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.database import opened
from grader.cli.telling import FULL_MARKS, NOT_FULL_MARKS
from grader.core import Message
from grader.errors import BadRequest, NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from sqlalchemy.orm import Session

    from grader.course.database import Database
    from grader.course.regrade_outlook import Outlook
    from grader.course.regrade_rows import Row, Tally
    from grader.course.regrades import Wanted
    from grader.course.tables import CourseAssignment, Regrade

LOOK_SECONDS = 0.5
ALONE_SECONDS = 60.0
"""How long no worker may be there before this stops waiting for one."""


class Which(StrEnum):
    COUNTING = "counting"
    LATEST = "latest"
    ALL = "all"


def regrade(
    course: Annotated[str, typer.Argument(metavar="COURSE", help="The course's short name, as in its address.")],
    assignment: Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="Its address in the course.")],
    student: Annotated[
        list[str] | None, typer.Option(metavar="EMAIL", help="Only this student; may be given again.")
    ] = None,
    which: Annotated[
        Which, typer.Option(help="What counts now, each student's latest, or all attempts.")
    ] = Which.COUNTING,
    never_lower: Annotated[bool, typer.Option("--never-lower", help="Leave what would have a lower score.")] = False,
    reason: Annotated[str, typer.Option(help="Kept with it, and shown to the course's instructors.")] = "",
    apply: Annotated[
        bool, typer.Option("--apply", help="Apply the dry run that is ready, or else a new one, once it is.")
    ] = False,
    rollback: Annotated[int | None, typer.Option(metavar="ID", help="Roll this regrade back.")] = None,
    drop: Annotated[int | None, typer.Option(metavar="ID", help="Drop this regrade, which was not applied.")] = None,
) -> None:
    """Grade again what was graded: a dry run, whose changes are listed, and with --apply made to count.

    \b
    Exit codes: 0 done, 1 some submissions could not be graded again or were left, 2 wrong use, 3 our fault.

    \b
    Example:
      grader admin regrade cs231n svm --reason "tolerance of dW"
      grader admin regrade cs231n svm --apply
    """
    from grader.course import regrades
    from grader.course.regrades import Wanted

    if apply + (rollback is not None) + (drop is not None) > 1:
        raise BadRequest(Message("regrade.shell.one"))
    with opened() as (database, _):
        if rollback is not None:
            raise typer.Exit(_decide(database, course, assignment, rollback, regrades.rollback))
        if drop is not None:
            raise typer.Exit(_decide(database, course, assignment, drop, regrades.drop))
        wanted = Wanted(student or None, which.value, never_lower, reason)
        id = (_ready(database, course, assignment) if apply else None) or _begin(database, course, assignment, wanted)
        tally = _followed(database, id)
        _tell(database, tally)
        if apply:
            raise typer.Exit(_decide(database, course, assignment, id, regrades.apply))
        _say(Message("regrade.shell.ready", {"id": id, "course": course, "assignment": assignment}))
        raise typer.Exit(NOT_FULL_MARKS if tally.states.get("broken") else FULL_MARKS)


def _found(session: Session, course: str, assignment: str) -> CourseAssignment:
    from grader.course import people, units

    return units.find_assignment(session, people.find_course(session, course), assignment)


def _ready(database: Database, course: str, assignment: str) -> int | None:
    """The dry run that was begun here and waits for a decision; those of the pages are decided there."""
    from grader.course.regrade_rows import of_assignment

    with database.read() as session:
        found = of_assignment(session, _found(session, course, assignment))
    return next((one.id for one in found if one.state == "ready" and one.by_id is None), None)


def _begin(database: Database, course: str, assignment: str, wanted: Wanted) -> int:
    """Raises Unavailable where no worker is there that would do it."""
    from grader.course import regrades, workers

    with database.write() as session:
        chosen = _found(session, course, assignment)
        if not workers.grading(session):
            raise Unavailable(Message("regrade.shell.no-worker"))
        return regrades.begin(session, chosen, wanted, None).id


def _followed(database: Database, id: int) -> Tally:
    """What it would change, once it is ready; how far it is meanwhile on standard error, where that is a terminal.
    Raises Unavailable where the workers are gone."""
    from grader.course import regrade_rows, workers
    from grader.course.tables import Regrade

    alone = time.monotonic()
    while True:
        with database.read() as session:
            tally = regrade_rows.tally(session, session.get_one(Regrade, id))
            if workers.grading(session):
                alone = time.monotonic()
        if sys.stderr.isatty():
            _say(Message("regrade.shell.progress", {"graded": tally.graded, "total": tally.total}), passing=True)
        if tally.regrade.state != "running":
            if sys.stderr.isatty():
                print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            return tally
        if time.monotonic() - alone > ALONE_SECONDS:
            raise Unavailable(Message("regrade.shell.alone", {"id": id}))
        time.sleep(LOOK_SECONDS)


def _tell(database: Database, tally: Tally) -> None:
    """What changes, a line each, and how much in all; then what it comes to for the students."""
    from grader.course import regrade_rows
    from grader.course.regrade_outlook import outlooks

    with database.read() as session:
        rows = regrade_rows.rows(session, tally.regrade, changed_only=True)
        students = outlooks(session, tally.regrade)
    for row in rows:
        typer.echo(_line(row))
    counts = {"changed": tally.changed, "higher": tally.higher, "lower": tally.lower, "equal": tally.equal}
    about = {"total": tally.total, "broken": tally.states.get("broken", 0), **counts}
    _say(Message("regrade.shell.tally", about))
    _say(Message("regrade.shell.outlook", {"count": len(students)}))
    for one in students:
        typer.echo(_student(one))


def _line(row: Row) -> str:
    from grader.report.shown import safe
    from grader.report.since import signed

    checks = ", ".join(f"{one['function']}/{one['check']}" for one in row.changed)
    difference = "" if row.difference is None else signed(row.difference)
    scores = f"{_score(row.old):>7} {_score(row.new):>7} {difference:>7}"
    return f"{safe(row.email):<32} #{row.number:<3} {scores}  {safe(checks)}"


def _student(one: Outlook) -> str:
    """What a student has now and would have, in the columns of the submissions above."""
    from grader.report.shown import safe
    from grader.report.since import signed

    number = "" if one.number is None else f"#{one.number}"
    line = f"{safe(one.email):<32} {number:<4} {_score(one.old):>7} {_score(one.new):>7} {signed(one.difference):>7}"
    return f"{line}  {_said(Message('regrade.outlook.instead'))}" if one.instead else line


def _score(value: Fraction | None) -> str:
    from grader.report.scores import decimals

    return "-" if value is None else decimals(value, least=1)


def _decide(
    database: Database,
    course: str,
    assignment: str,
    id: int,
    act: Callable[[Session, int, int | None], Regrade],
) -> int:
    """Apply, drop or roll back; the exit code."""
    from grader.course import regrade_rows
    from grader.course.regrade_outlook import other_terms
    from grader.course.tables import Regrade

    with database.write() as session:
        there = session.get(Regrade, id)
        if there is None or there.assignment_id != _found(session, course, assignment).id:
            raise NotFound(Message("regrade.unknown", {"id": id}))
        tally = regrade_rows.tally(session, act(session, id, None))
        session.flush()
        differ = tally.regrade.state in ("dropped", "rolled-back") and other_terms(session, tally.regrade)
    state = tally.regrade.state
    left = {"applied": tally.total - tally.applied, "rolled-back": tally.applied}.get(state, 0)
    _say(Message(f"regrade.shell.{state}", {"id": id, "applied": tally.applied, "left": left}))
    if differ:
        _say(Message("regrade.other-terms"))
    return NOT_FULL_MARKS if left else FULL_MARKS


def _say(message: Message, *, passing: bool = False) -> None:
    """`passing`: on the terminal's last line, in place of what stood there."""
    if passing:
        print(f"\r{_said(message)}\x1b[K", end="", file=sys.stderr, flush=True)
    else:
        typer.echo(_said(message))


def _said(message: Message) -> str:
    import os

    from grader.cli.language import from_environment
    from grader.report import text

    return text(message, from_environment(os.environ))
