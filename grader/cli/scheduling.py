"""`grader admin settings, extend, override, late-days`: what an assignment asks, of everyone and of one student."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from grader.cli.database import writing
from grader.core import Message
from grader.errors import BadRequest, NotFound

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from grader.course.allowances import Student
    from grader.course.tables import CourseAssignment

CourseName = Annotated[str, typer.Argument(metavar="COURSE", help="The course's short name, as in its address.")]
Slug = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="Its address in the course.")]
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="Of a student of the course.")]
Reason = Annotated[str, typer.Option(help="Kept with it, and shown to the course's instructors.")]
Remove = Annotated[bool, typer.Option("--remove", help="Take it back.")]
TIMES = ("opens", "due", "closes")


def settings(
    course: CourseName,
    assignment: Slug,
    values: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="As the API calls them.")
    ] = None,
) -> None:
    """Show the settings of an assignment, or change those given; effective at once, also for what was handed in before.

    Values are JSON or plain text; times without an offset are the course's; nothing after = is null.

    \b
    Example:
      grader admin settings cs231n svm
      grader admin settings cs231n svm closes=2027-03-08T23:59 grace_minutes=5 attempts_per_day=10
      grader admin settings cs231n svm late_policy.kind=late-days late_policy.days=2
    """
    from grader.api.assignment_schemas import AssignmentSettings
    from grader.api.assignments import given
    from grader.course import settings as course_settings

    with writing() as (session, _):
        found = _found(session, course, assignment)
        if values:
            typed = _typed(session, found, values)
            body = given(_read(AssignmentSettings, typed), typed.keys())
            course_settings.change(session, found, course_settings.columns(found, body))
        shown = AssignmentSettings.model_validate(_now(found)).model_dump(mode="json")
        shown |= _on_the_courses_clocks(session, found)
    for name, value in shown.items():
        typer.echo(f"{name}={'' if value is None else value if isinstance(value, str) else json.dumps(value)}")


def _on_the_courses_clocks(session: Session, assignment: CourseAssignment) -> dict[str, str]:
    """The times that are set, with the offset of the course's zone, as they were typed."""
    from grader.course import schedule
    from grader.course.tables import Course

    timezone = session.get_one(Course, assignment.course_id).timezone
    times = {name: getattr(assignment, name) for name in TIMES}
    return {name: schedule.local(at, timezone) for name, at in times.items() if at is not None}


def extend(
    course: CourseName,
    assignment: Slug,
    email: Email,
    due: Annotated[str, typer.Option(metavar="TIME", help="ISO 8601; without an offset it is local.")] = "",
    closes: Annotated[str, typer.Option(metavar="TIME", help="Until then late work is taken.")] = "",
    reason: Reason = "",
    remove: Remove = False,
) -> None:
    """Give one student another due time, effective at once, also for what was handed in before.

    \b
    Example:
      grader admin extend cs231n svm ada@example.org --due 2027-03-04T23:59 --reason "doctor's note"
    """
    from grader.api.assignment_schemas import NewExtension
    from grader.course import allowances
    from grader.course.tables import Extension

    with writing() as (session, _):
        who = _student(session, course, assignment, email)
        if remove:
            allowances.withdraw(session, who, Extension)
        else:
            typed = {"due": _moment(session, who.assignment, due), "reason": reason}
            typed |= {"closes": _moment(session, who.assignment, closes)} if closes else {}
            body = _read(NewExtension, typed)
            allowances.extend(session, who, due=body.due, closes=body.closes, reason=body.reason)
    _say("schedule.shell.removed" if remove else "schedule.shell.extended", email=email, slug=assignment)


def override(
    course: CourseName,
    assignment: Slug,
    email: Email,
    score: Annotated[str, typer.Option(metavar="POINTS", help="In place of the score that counts.")] = "",
    excused: Annotated[bool, typer.Option("--excused", help="No part of the total.")] = False,
    withheld: Annotated[bool, typer.Option("--withheld", help="The student does not see the score.")] = False,
    reason: Reason = "",
    remove: Remove = False,
) -> None:
    """Decide about one student's score.

    \b
    Example:
      grader admin override cs231n svm ada@example.org --score 17.5 --reason "graded by hand"
    """
    from grader.api.assignment_schemas import NewOverride
    from grader.course import allowances
    from grader.course.tables import Override

    with writing() as (session, _):
        who = _student(session, course, assignment, email)
        if remove:
            allowances.withdraw(session, who, Override)
        else:
            points = {"score": _value(score)} if score else {}
            body = _read(NewOverride, {**points, "excused": excused, "withheld": withheld, "reason": reason})
            allowances.override(session, who, body.score, body.excused, body.withheld, body.reason)
    _say("schedule.shell.removed" if remove else "schedule.shell.decided", email=email, slug=assignment)


def late_days(
    course: CourseName, days: Annotated[int, typer.Argument(metavar="DAYS", help="Of each student, for the term.")]
) -> None:
    """Set how many late days each student has for the whole term, effective at once.

    \b
    Example:
      grader admin late-days cs231n 5
    """
    from grader.api.schemas import CourseSettings
    from grader.course import people
    from grader.course import settings as course_settings

    with writing() as (session, _):
        body = _read(CourseSettings, {"late_days": days})
        course_settings.change_course(session, people.find_course(session, course), {"late_days": body.late_days})
    _say("schedule.shell.late-days", course=course, days=days)


def _found(session: Session, course: str, assignment: str) -> CourseAssignment:
    from grader.course import people, units

    return units.find_assignment(session, people.find_course(session, course), assignment)


def _student(session: Session, course: str, assignment: str, email: str) -> Student:
    from grader.course import people
    from grader.course.allowances import Student
    from grader.course.tables import Membership, Role

    found, user = _found(session, course, assignment), people.find_user(session, email)
    member = session.get(Membership, (found.course_id, user.id))
    if member is None or member.role is not Role.STUDENT:
        raise NotFound(Message("people.student.unknown", {"user": email, "course": course}))
    return Student(found, user.id)


def _typed(session: Session, assignment: CourseAssignment, pairs: Sequence[str]) -> dict[str, Any]:
    """What is given, a part of a setting within the whole of it. Raises BadRequest for what is no pair."""
    typed: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise BadRequest(Message("schedule.shell.pair", {"pair": pair}))
        whole, _, part = name.partition(".")
        value = _moment(session, assignment, text) if name in TIMES and text else _value(text)
        if part:
            typed[whole] = {**typed.get(whole, getattr(assignment, whole, {})), part: value}
        else:
            typed[name] = value
    return typed


def _value(text: str) -> Any:
    """JSON, or else the text itself; None for nothing."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def _moment(session: Session, assignment: CourseAssignment, text: str) -> Any:
    from grader.course import schedule
    from grader.course.tables import Course

    return schedule.local_time(text, session.get_one(Course, assignment.course_id).timezone)


def _read(model: Any, typed: dict[str, Any]) -> Any:
    """Raises BadRequest that names the first setting which cannot be."""
    from pydantic import ValidationError

    from grader.api.problems import of_field
    from grader.cli.language import from_environment

    try:
        return model.model_validate(typed)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        why = of_field(first, from_environment(os.environ))
        raise BadRequest(Message("schedule.shell.setting", {"name": name, "why": why})) from None


def _now(assignment: CourseAssignment) -> dict[str, Any]:
    from grader.api.assignment_schemas import AssignmentSettings

    names = AssignmentSettings.model_fields.keys() - {"released"}
    return {name: getattr(assignment, name) for name in names} | {"released": assignment.released_at is not None}


def _say(id: str, **params: str | int) -> None:
    from grader.cli.language import from_environment
    from grader.report import text

    typer.echo(text(Message(id, params), from_environment(os.environ)))
