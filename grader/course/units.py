"""What the web process knows of the assignments: the tables `units` and `profiles`, written by those who may read the
registry. A bundle has a row too, made of those of its units, and made anew with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader import bundles
from grader.bundles import Part
from grader.core import Message
from grader.course import audit
from grader.course.tables import Course, CourseAssignment, Profile, Unit
from grader.errors import BadRequest, Conflict, NotFound
from grader.report import LANGUAGES
from grader.report.words import Title

ADDRESS = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._:+-]{0,199}")
"""What an assignment may be called in a course: it stands in addresses as it is."""


def write(
    session: Session,
    units: Sequence[Mapping[str, Any]],
    profiles: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
) -> None:
    """Bring the tables up to date with `grading.registry`. Units that are gone stay: they are history."""
    for unit in units:
        _merge(session, unit)
    for name, accepts in (profiles or {}).items():
        session.merge(Profile(name=name, accepts={axis: list(options) for axis, options in accepts.items()}))
    session.flush()
    for definition in session.scalars(
        sa.select(Unit.slug).where(sa.or_(Unit.slug.contains("+"), Unit.slug.contains(":")))
    ):
        _merge(session, _bundle(session, definition))
    session.flush()


def unpublished(session: Session, units: Sequence[Mapping[str, Any]], ours: Collection[str]) -> list[Mapping[str, Any]]:
    """`units` without those of an instructor that have a row: what students are graded by, the workers say."""
    return [unit for unit in units if unit["slug"] in ours or session.get(Unit, unit["slug"]) is None]


def _merge(session: Session, unit: Mapping[str, Any]) -> None:
    session.merge(
        Unit(
            slug=unit["slug"],
            titles=dict(unit["titles"]),
            functions=[dict(function) for function in unit["functions"]],
            files=list(unit["files"]),
            starter=dict(unit["starter"]),
            max_score=sum((Fraction(str(function["points"])) for function in unit["functions"]), Fraction(0)),
            revision=unit["revision"],
        )
    )


def _bundle(session: Session, definition: str) -> dict[str, Any]:
    """The row of a bundle, from those of its units. Raises BadRequest for no definition, NotFound for an unknown unit.

    Points have two decimals at most: a weight that would give more is refused.
    """
    units = [(part, _known(session, part.slug)) for part in bundles.parts(definition)]
    functions = [_weighted(part, function) for part, unit in units for function in unit.functions]
    if any((Fraction(str(function["points"])) * 100).denominator != 1 for function in functions):
        raise BadRequest(Message("course.unit.decimals", {"definition": definition}))
    return {
        "slug": definition,
        "titles": _titles([unit for _, unit in units]),
        "functions": functions,
        "files": list(dict.fromkeys(file for _, unit in units for file in unit.files)),
        "starter": bundles.joined(unit.starter for _, unit in units),
        "revision": bundles.revision((part, unit.revision) for part, unit in units),
    }


def _titles(units: Sequence[Unit]) -> dict[str, str]:
    """Nothing where the catalogues know all of them."""
    if not any(unit.titles for unit in units):
        return {}
    return {lang: " + ".join(Title(unit.slug, unit.titles).text(lang) for unit in units) for lang in LANGUAGES}


def _weighted(part: Part, function: Mapping[str, Any]) -> dict[str, Any]:
    return {"unit": part.slug, **function, "points": float(Fraction(str(function["points"])) * part.weight)}


def _known(session: Session, slug: str) -> Unit:
    unit = session.get(Unit, slug)
    if unit is None:
        raise NotFound(Message("course.unit.unknown", {"slug": slug}))
    return unit


def enable(
    session: Session,
    course: Course,
    definition: str,
    *,
    slug: str | None = None,
    title: str | None = None,
    due: datetime | None = None,
) -> CourseAssignment:
    """Hand a unit or bundle out in `course`, under the address `slug` where that is to be another than its own; again
    only to change title or `due`. Raises NotFound for an unknown unit, BadRequest for what is no definition or address,
    Conflict where the address is that of another unit."""
    if session.get(Unit, definition) is None:
        if bundles.is_plain(bundles.parts(definition)):
            raise NotFound(Message("course.unit.unknown", {"slug": definition}))
        _merge(session, _bundle(session, definition))
    address = slug or definition
    if not ADDRESS.fullmatch(address):
        raise BadRequest(Message("course.address.bad", {"slug": address}))
    assignment = session.scalar(by_slug(course.id, address))
    if assignment is None:
        assignment = CourseAssignment(course_id=course.id, slug=address, unit_slug=definition)
        session.add(assignment)
    elif assignment.unit_slug != definition:
        about = {"slug": address, "unit": assignment.unit_slug}
        raise Conflict(Message("course.address.taken", about))
    assignment.due = assignment.due if due is None else due
    assignment.title = assignment.title if title is None else title
    session.flush()
    audit.record(session, "enable", address, course_id=course.id, detail={"unit": definition})
    return assignment


def by_slug(course_id: int, slug: str) -> sa.Select[CourseAssignment]:
    return sa.select(CourseAssignment).where(CourseAssignment.course_id == course_id, CourseAssignment.slug == slug)


def find_assignment(session: Session, course: Course, slug: str) -> CourseAssignment:
    """Raises NotFound."""
    assignment = session.scalar(by_slug(course.id, slug))
    if assignment is None:
        raise NotFound(Message("course.assignment.unknown", {"course": course.slug, "slug": slug}))
    return assignment


def names(unit: Unit) -> tuple[str, ...]:
    """The names a submission may define: functions, and classes for their methods."""
    return tuple(dict.fromkeys(function["name"].partition(".")[0] for function in unit.functions))
