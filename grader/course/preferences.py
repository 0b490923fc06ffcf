"""What people choose for themselves: their language, their time zone, and whether they get e-mail."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy.orm import Session

from grader.core import Message
from grader.course.people import zone
from grader.course.tables import User
from grader.errors import BadRequest
from grader.report import LANGUAGES


def change(session: Session, user_id: int, values: Mapping[str, Any]) -> User:
    """Set the given ones of `language` (None: as the browser asks), `timezone` (None: that of each course) and `mail`.
    Raises BadRequest for a language that is not there or a zone that nobody knows."""
    language, timezone = values.get("language"), values.get("timezone")
    if language is not None and language not in LANGUAGES:
        raise BadRequest(Message("student.language.unknown", {"language": language, "known": LANGUAGES}))
    if timezone is not None:
        zone(timezone)
    user = session.get_one(User, user_id)
    for name in ("language", "timezone", "mail"):
        if name in values:
            setattr(user, name, values[name])
    session.flush()
    return user


@cache
def zones() -> tuple[str, ...]:
    """The names of the IANA table that say a place, and UTC."""
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return *places, "UTC"
