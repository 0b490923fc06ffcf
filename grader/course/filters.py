"""The filters that gradebook, statistics and lists share: every view of the dashboard is one of these in a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from grader.course.tables import CourseAssignment, Membership, Role, Status, Submission, User

WORDS = 8
"""Of a search; more narrow nothing down."""


@dataclass(frozen=True, slots=True)
class Filters:
    """None leaves a filter out. `user` is an id or an e-mail; `status`, `since` and `until` look at submissions;
    `search` are words that each stand in a student's name, address or section.

    With one of the last three (and `assignment`, where it is given too) only those students are left who have a
    submission that fits all of them. `within` are the sections that whoever asks is confined to: it is no filter that
    can be left out, but what the `Grant` says.
    """

    section: str | None = None
    assignment: str | None = None
    user: str | None = None
    status: Status | None = None
    since: datetime | None = None
    until: datetime | None = None
    within: frozenset[str] | None = None
    search: str | None = None

    @property
    def of_submissions(self) -> bool:
        return self.status is not None or self.since is not None or self.until is not None


def students(course_id: int, filters: Filters, *, roles: frozenset[Role] = frozenset({Role.STUDENT})) -> sa.Select[int]:
    """The ids of the members of a course that the filters leave."""
    query = (
        sa.select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.course_id == course_id, Membership.role.in_(roles))
    )
    if filters.within is not None:
        query = query.where(Membership.role == Role.STUDENT, Membership.section.in_(filters.within))
    if filters.section is not None:
        query = query.where(Membership.section == filters.section)
    if filters.user is not None:
        query = query.where(is_user(filters.user))
    if filters.of_submissions:
        query = query.where(_fitting(course_id, filters))
    for word in (filters.search or "").split()[:WORDS]:
        seen = (User.name, User.email, Membership.section)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in seen)))
    return query


def is_user(text: str) -> sa.ColumnElement[bool]:
    """An id, where it is a number that can be one; an address otherwise; nobody for what no database takes."""
    if "\0" in text:
        return sa.false()
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return User.id == int(text)
    return User.email == text.strip().lower()


def _fitting(course_id: int, filters: Filters) -> sa.ColumnElement[bool]:
    query = (
        sa.select(Submission.id)
        .join(CourseAssignment, CourseAssignment.id == Submission.assignment_id)
        .where(CourseAssignment.course_id == course_id, Submission.user_id == Membership.user_id)
    )
    if filters.assignment is not None:
        query = query.where(CourseAssignment.slug == filters.assignment)
    return query.where(*_conditions(filters)).correlate(Membership).exists()


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if filters.status is not None:
        conditions.append(Submission.status == filters.status)
    if filters.since is not None:
        conditions.append(Submission.received_at >= filters.since)
    if filters.until is not None:
        conditions.append(Submission.received_at < filters.until)
    return conditions
