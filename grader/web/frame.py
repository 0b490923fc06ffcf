"""Who reads a page, in which language, theme and zone, and how well submitted code is confined just now."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from grader.api.dependencies import database_of, language, settings_of, visitor
from grader.course import pauses, workers
from grader.course.people import Person, courses_of, zone
from grader.course.permissions import STAFF
from grader.course.tables import Course
from grader.web.rendering import Frame

THEME_COOKIE = "theme"
THEMES = ("light", "dark")


def frame_of(request: Request, session: Session, person: Person | None, course: Course | None = None) -> Frame:
    """The frame of a page; times are in the zone that the person chose, else of `course`, else of their first."""
    courses = courses_of(session, person) if person else []
    chosen = person.timezone if person else None
    zones = [chosen] if chosen else [one.timezone for one in ([course] if course else [one for one, _ in courses])]
    theme = request.cookies.get(THEME_COOKIE)
    pause = pauses.now_for(session, course.id if course else None) if person else None
    return Frame(
        lang=language(request),
        theme=theme if theme in THEMES else None,
        path=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        person=person,
        staff=any(role in STAFF for _, role in courses),
        unconfined=workers.unconfined(session, settings_of(request)),
        zone=zone(zones[0] if zones else "UTC"),
        now=datetime.now(UTC),
        paused=pauses.message(pause) if pause else None,
    )


def frame_alone(request: Request) -> Frame:
    """The frame of a page that has no session of its own: an error page, also where the database is the error."""
    try:
        with database_of(request).read() as session:
            return frame_of(request, session, visitor(request))
    except SQLAlchemyError:
        theme = request.cookies.get(THEME_COOKIE)
        unconfined = settings_of(request).unconfined
        lang, look = language(request), theme if theme in THEMES else None
        return Frame(lang, look, request.url.path, None, False, unconfined, ZoneInfo("UTC"), datetime.now(UTC))
