"""What forges send: which course, student and assignments a push is for, and how far each delivery has come.

A delivery is kept once, under the forge's own id, before it is answered: a repeated one changes nothing. It goes
`received` -> `fetched` (submissions are made of it) -> `answered`; or it ends as `unknown` (nobody's repository, or
no folder of an assignment: kept and listed) or `failed` (tried often enough). What fails is tried again, later each
time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from grader.course.tables import now

State = Literal["received", "fetched", "answered", "unknown", "failed"]
OPEN: tuple[State, ...] = ("received", "fetched")

MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=2)
"""Until the second try; doubled for each one after: 8 tries take some eight minutes."""


@dataclass(frozen=True, slots=True)
class Source:
    """What was pushed: `commit` of `repository` (`owner/name`), to be fetched from `url`."""

    repository: str
    url: str
    commit: str
    ref: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the files for one assignment: a submission, or the reason why there is none."""

    slug: str
    submission: int | None = None
    reason: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Course_:
    pass


@dataclass(frozen=True, slots=True)
class Case:
    """A delivery as it stands."""

    id: str
    state: State
    course_id: int
    user_id: int | None
    source: Source
    outcomes: tuple[Outcome, ...] = ()
    tries: int = 0
    try_at: datetime | None = None
    reason: Mapping[str, Any] | None = None
    received_at: datetime = field(default_factory=now)
