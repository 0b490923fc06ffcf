"""Sections of a course, and the assistants that are confined to them.

A student is in one section, or in none. An assistant whose `section` names some (`A;B`) works with the students of
those alone, wherever students are seen; one who names none, and an instructor, work with all.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from grader.course.tables import Membership, Role

BETWEEN = ";"


def clean(text: str) -> str:
    """The names without blanks around them, each once."""
    return BETWEEN.join(dict.fromkeys(name for part in text.split(BETWEEN) if (name := part.strip())))


def confining(membership: Membership) -> frozenset[str] | None:
    """The sections that a member of the staff is confined to; None: works with all."""
    if membership.role is not Role.ASSISTANT or not membership.section:
        return None
    return frozenset(membership.section.split(BETWEEN))


def is_among(one: InstrumentedAttribute[str], several: InstrumentedAttribute[str]) -> sa.ColumnElement[bool]:
    """Whether the section in the column `one` is one of those in the column `several`."""
    fenced = BETWEEN + several + BETWEEN
    found = sa.func.replace(fenced, BETWEEN + one + BETWEEN, "") != fenced
    return sa.and_(one != "", ~one.contains(BETWEEN), found)
