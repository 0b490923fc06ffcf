"""The grades of assignments as they are stored, kept in this process for as long as the table has not changed.

To bring 8,000 rows into Python takes most of the time of a gradebook, to look through them inside the database next to
none. So they are kept with sums of every column, scores and submissions times weights that differ between rows. A
change of one row changes a sum for certain; several changes would have to cancel out in all of them at once. The sums
are asked for each time, and nothing is kept for which they were not the same before and after.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course.tables import Grade

BY_HAND, EXCUSED, WITHHELD = 1, 2, 4
Mark = tuple[int, int, int, int, int, int | None, int]
"""A row of `grades` as it is stored: student, assignment, score and maximum in hundredths, seconds late, submission,
and the sum of what was decided by hand."""
Marks = Mapping[int, Mapping[int, Mark]]
"""By student and assignment."""
Query = sa.Select[*tuple[Any, ...]]
MOST = 32
"""Sets of assignments whose marks are kept, for one database."""
NUMBER = sa.BigInteger()


def _decided() -> sa.ColumnElement[int]:
    parts = ((BY_HAND, Grade.overridden), (EXCUSED, Grade.excused), (WITHHELD, Grade.withheld))
    return sum((value * sa.cast(column, sa.Integer()) for value, column in parts), sa.literal(0))


OF_THESE = Grade.assignment_id.in_(sa.bindparam("assignments", expanding=True))
COLUMNS = (
    Grade.user_id,
    Grade.assignment_id,
    sa.type_coerce(Grade.score, sa.Integer()),
    sa.type_coerce(Grade.max_score, sa.Integer()),
    Grade.late,
    Grade.submission_id,
    _decided(),
)
MARKS: Query = sa.select(*COLUMNS).where(OF_THESE)
MARKS_OF: Query = sa.select(*COLUMNS).where(Grade.user_id.in_(sa.bindparam("users", expanding=True)))
WEIGHT = sa.cast(Grade.user_id * 31 + Grade.assignment_id, NUMBER) % 8191 + 1
"""Small enough that a million products of it fit into 64 bits."""
SUMS: Query = sa.select(
    sa.func.count(),
    sa.func.sum(WEIGHT * (COLUMNS[2] * 8 + COLUMNS[6])),
    sa.func.sum(WEIGHT * sa.func.coalesce(Grade.submission_id, -1)),
    sa.func.sum(COLUMNS[3]),
    sa.func.sum(sa.cast(Grade.late, NUMBER)),
).where(OF_THESE)

_kept: WeakKeyDictionary[sa.Engine, OrderedDict[tuple[int, ...], tuple[Any, Marks]]] = WeakKeyDictionary()
_lock = Lock()


def of(session: Session, assignments: Sequence[int], users: Sequence[int] | None = None) -> Marks:
    """The marks of these assignments, of everyone, or of a few together with their others. Shared: nobody may change
    them."""
    if users is not None:
        return _by_student(fetch(session, MARKS_OF, {"users": list(users)}))
    asked = {"assignments": list(assignments)}
    key, sums = tuple(assignments), fetch(session, SUMS, asked)
    with _lock:
        mine = _kept.setdefault(session.connection().engine, OrderedDict())
        known = mine.get(key)
    if known is not None and known[0] == sums:
        return known[1]
    marks = _by_student(fetch(session, MARKS, asked))
    if fetch(session, SUMS, asked) == sums:
        with _lock:
            mine[key] = (sums, marks)
            while len(mine) > MOST:
                mine.popitem(last=False)
    return marks


def _by_student(rows: Sequence[Mark]) -> Marks:
    found: defaultdict[int, dict[int, Mark]] = defaultdict(dict)
    for mark in rows:
        found[mark[0]][mark[1]] = mark
    return dict(found)


def fetch(session: Session, query: Query, values: Mapping[str, Any] | None = None) -> list[Any]:
    """What the driver gives, as it gives it: plain tuples of numbers and texts, in half the time."""
    cursor = session.connection().execute(query, values or {}).cursor
    return list(cursor.fetchall())
