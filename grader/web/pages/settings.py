"""`/courses/{course}/assignments/{slug}/settings`: when is it open and due, what does being late cost, what counts?
And `/courses/{course}/settings`: late days and zone of a course."""

from __future__ import annotations

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from grader.api.assignment_schemas import AssignmentSettings
from grader.api.assignments import change, given
from grader.api.dependencies import Language, Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.api.schemas import CourseSettings
from grader.api.submissions import course_of
from grader.course import pages, settings, terms, units
from grader.course.people import zone
from grader.course.permissions import Grant
from grader.course.tables import CheckVerdict, Course, CourseAssignment, Submission
from grader.errors import GraderError
from grader.web import forms
from grader.web.forms import Errors, FormFault
from grader.web.frame import frame_of
from grader.web.rendering import page, say

router = guarded_router()
Editor = Annotated[Grant, Depends(permission("assignment.edit"))]
PATH = "/courses/{course}/assignments/{slug}/settings"
COURSE = "/courses/{course}/settings"
SPARE = 2
"""Empty rows for further questions."""
SEEN = ("always", "after-due", "after-release", "never")
Word = Annotated[str, Field(max_length=300)]


class SettingsForm(BaseModel):
    """The form as it is sent: texts, and what is ticked. Questions and checks come as columns of equal length."""

    version: int
    title: Word = ""
    opens: Word = ""
    due: Word = ""
    closes: Word = ""
    grace_minutes: Word = ""
    late_kind: Word = "none"
    percent_per_day: Word = ""
    days: Word = ""
    attempts_per_day: Word = ""
    attempts_total: Word = ""
    counts: Word = "best"
    weight: Word = ""
    profile: Word = ""
    learning: Word = ""
    tolerance: Word = ""
    supply: bool = False
    teams: bool = False
    released: bool = False
    question_id: list[Word] = []
    question_text: list[Annotated[str, Field(max_length=10_000)]] = []
    question_points: list[Word] = []
    check: list[Word] = []
    seen: list[Word] = []
    share: list[Word] = []


@router.get(PATH)
def show(request: Request, slug: str, grant: Editor, session: Reader, saved: bool = False) -> Response:
    assignment = units.find_assignment(session, course_of(grant), slug)
    typed = as_typed(assignment, course_of(grant))
    return _page(request, session, grant, assignment, typed, saved=saved)


@router.post(PATH)
def save(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request, slug: str, grant: Editor, session: Writer, lang: Language, form: Annotated[SettingsForm, Form()]
) -> Response:
    """Save by the API's own door. What is refused is told beside its field, and nothing of it is saved."""
    course = course_of(grant)
    try:
        body = parsed(form, course, lang)
        with session.begin_nested():
            change(session, grant, slug, body, lang, version=form.version)
    except FormFault as fault:
        errors, status = fault.errors, 422
    except GraderError as error:
        errors, status = forms.of_error(error, lang), error.status
    else:
        return RedirectResponse(f"/courses/{course.slug}/assignments/{slug}/settings?saved=1", 303)
    assignment = units.find_assignment(session, course, slug)
    return _page(request, session, grant, assignment, form, errors=errors, status=status)


def parsed(form: SettingsForm, course: Course, lang: str) -> dict[str, Any]:
    """The settings that the form shows, as columns of the table. Raises FormFault with everything that is wrong."""
    errors: Errors = {}
    typed: dict[str, object] = {
        "title": form.title.strip() or None,
        "grace_minutes": forms.number(form.grace_minutes) or 0,
        "late_policy": {
            "kind": form.late_kind,
            "percent_per_day": forms.number(form.percent_per_day) if form.late_kind != "none" else None,
            "days": forms.number(form.days) if form.late_kind == "late-days" else None,
        },
        "attempts_per_day": forms.number(form.attempts_per_day),
        "attempts_total": forms.number(form.attempts_total),
        "counts": form.counts,
        "weight": forms.number(form.weight),
        "profile": form.profile or None,
        "learning": forms.number(form.learning) or 0,
        "supply": form.supply,
        "teams": form.teams,
        "released": form.released,
        "questions": _questions(form),
        "visibility": {name: seen for name, seen in zip(form.check, form.seen, strict=False) if seen != SEEN[0]},
        "points": {
            name: forms.number(share) for name, share in zip(form.check, form.share, strict=False) if share.strip()
        },
        "tolerance": form.tolerance.strip() or None,
    }
    for name in ("opens", "due", "closes"):
        try:
            typed[name] = forms.moment(getattr(form, name), zone(course.timezone), lang, name)
        except FormFault as fault:
            errors |= fault.errors
    try:
        body = forms.read(AssignmentSettings, typed, lang)
    except FormFault as fault:
        errors |= fault.errors
    if errors:
        raise FormFault(errors)
    return given(body, typed.keys())


def _questions(form: SettingsForm) -> list[dict[str, object]]:
    return [
        {"id": id.strip(), "text": text.replace("\r\n", "\n"), "points": forms.number(points)}
        for id, text, points in rows(form)
    ]


def rows(form: SettingsForm) -> list[tuple[str, str, str]]:
    """The questions in which anything is typed."""
    typed = zip(form.question_id, form.question_text, form.question_points, strict=False)
    return [row for row in typed if any(cell.strip() for cell in row)]


def as_typed(assignment: CourseAssignment, course: Course) -> SettingsForm:
    """The form with the settings as they are."""
    where, policy = zone(course.timezone), assignment.late_policy
    named = list(dict.fromkeys((*assignment.visibility, *assignment.points)))
    return SettingsForm(
        version=assignment.version,
        title=assignment.title or "",
        opens=forms.local(assignment.opens, where),
        due=forms.local(assignment.due, where),
        closes=forms.local(assignment.closes, where),
        grace_minutes=str(assignment.grace_minutes),
        late_kind=policy["kind"],
        percent_per_day=forms.shown(policy.get("percent_per_day")),
        days=forms.shown(policy.get("days")),
        attempts_per_day=forms.shown(assignment.attempts_per_day),
        attempts_total=forms.shown(assignment.attempts_total),
        counts=assignment.counts,
        weight=forms.shown(assignment.weight),
        profile=assignment.profile or "",
        learning=str(assignment.learning),
        supply=assignment.supply,
        teams=assignment.teams,
        released=assignment.released_at is not None,
        question_id=[one["id"] for one in assignment.questions],
        question_text=[one["text"] for one in assignment.questions],
        question_points=[forms.shown(one["points"]) for one in assignment.questions],
        tolerance="" if assignment.tolerance is None else f"{assignment.tolerance:g}",
        check=named,
        seen=[assignment.visibility.get(name, SEEN[0]) for name in named],
        share=[forms.shown(assignment.points.get(name)) for name in named],
    )


def _page(
    request: Request,
    session: Session,
    grant: Grant,
    assignment: CourseAssignment,
    typed: SettingsForm,
    *,
    errors: Errors | None = None,
    status: int = 200,
    saved: bool = False,
) -> Response:
    course = course_of(grant)
    frame = frame_of(request, session, grant.person, course)
    shown = pages.title_of(assignment).text(frame.lang)
    known = dict.fromkeys(checks(session, assignment), (SEEN[0], ""))
    known |= {name: (seen, share) for name, seen, share in zip(typed.check, typed.seen, typed.share, strict=False)}
    return page(
        frame,
        "settings.html",
        status=status,
        title=say(frame, "schedule.form.title", assignment=shown),
        assignment_title=shown,
        course=course,
        staff=grant.staff,
        base=f"/courses/{course.slug}/assignments/{assignment.slug}",
        f=typed,
        questions=[*rows(typed), *[("", "", "")] * SPARE],
        checks=known,
        seen_values=SEEN,
        profiles=terms.profiles(session),
        errors=errors or {},
        saved=saved and not errors,
    )


def checks(session: Session, assignment: CourseAssignment) -> list[str]:
    """The checks of the assignment, as its newest report names them; none before anything was graded."""
    newest = sa.select(sa.func.max(Submission.id)).where(
        Submission.assignment_id == assignment.id, Submission.report_id.is_not(None)
    )
    found = sa.select(CheckVerdict.check).where(CheckVerdict.submission_id == newest.scalar_subquery())
    return list(session.scalars(found.distinct().order_by(CheckVerdict.check)))


@router.get(COURSE)
def show_course(request: Request, grant: Editor, session: Reader, saved: bool = False) -> Response:
    course = session.get_one(Course, course_of(grant).id)
    typed = {
        "late_days": str(course.late_days),
        "timezone": course.timezone,
        "profile": course.profile,
        "ends": forms.local(course.ends, zone(course.timezone)),
        "retention_days": forms.shown(course.retention_days),
    }
    return _course(request, session, grant, typed, course.version, saved=saved)


@router.post(COURSE)
def save_course(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    grant: Editor,
    session: Writer,
    lang: Language,
    version: Annotated[int, Form()],
    late_days: Annotated[str, Form(max_length=300)],
    timezone: Annotated[str, Form(max_length=300)],
    profile: Annotated[str, Form(max_length=300)],
    ends: Annotated[str, Form(max_length=300)] = "",
    retention_days: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Save by the API's own door."""
    typed = {"late_days": late_days, "timezone": timezone.strip(), "profile": profile}
    typed |= {"ends": ends, "retention_days": retention_days}
    course = session.get_one(Course, course_of(grant).id)
    try:
        numbers = {"late_days": forms.number(late_days) or 0, "retention_days": forms.number(retention_days)}
        moments = {"ends": forms.moment(ends, zone(course.timezone), lang, "ends")}
        body = forms.read(CourseSettings, typed | numbers | moments, lang)
        values = {name: value for name, value in body if name in typed}
        with session.begin_nested():
            settings.change_course(session, course, values, by=grant.person.id, version=version)
    except FormFault as fault:
        errors, status = fault.errors, 422
    except GraderError as error:
        errors, status = forms.of_error(error, lang), error.status
    else:
        return RedirectResponse(f"/courses/{course.slug}/settings?saved=1", 303)
    return _course(request, session, grant, typed, version, errors=errors, status=status)


def _course(
    request: Request,
    session: Session,
    grant: Grant,
    typed: dict[str, str],
    version: int,
    *,
    errors: Errors | None = None,
    status: int = 200,
    saved: bool = False,
) -> Response:
    frame = frame_of(request, session, grant.person, course_of(grant))
    return page(
        frame,
        "course_settings.html",
        status=status,
        title=say(frame, "schedule.course.title", course=course_of(grant).title),
        course=course_of(grant),
        staff=grant.staff,
        f=typed,
        version=version,
        profiles=terms.profiles(session),
        errors=errors or {},
        saved=saved and not errors,
    )
