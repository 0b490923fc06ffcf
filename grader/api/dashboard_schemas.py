"""The figures of an assignment and of a student, as JSON."""

from __future__ import annotations

from pydantic import BaseModel

from grader.api.schemas import Points, Statistics, Time


class Decade(BaseModel):
    """Largest relative errors of at least 10**low and less than 10**(low + 1)."""

    low: int
    count: int


class Sanity(BaseModel):
    """Of a function: `start` of `started` begin with the loss that `formula` says; `gradients` are the errors of its
    check `check`."""

    function: str
    formula: str
    start: int
    started: int
    check: str
    gradients: list[Decade]


class Uploads(BaseModel):
    """How many there were in each step of `minutes`, the first of which begins at `begin`."""

    begin: Time
    minutes: int
    counts: list[int]


class Waiting(BaseModel):
    """A student who has not begun; or is stuck at `best` after so many `attempts`, the latest being `submission`."""

    user: int
    name: str
    email: str
    attempts: int
    best: float | None
    submission: int | None


class Mistake(BaseModel):
    """`now` counts the students whose latest graded attempt has it, `ever` those who had it; `gone_after` is the mean
    number of attempts that it stood in; `example` is a submission that has it."""

    diagnosis: str
    does: str
    now: int
    ever: int
    gone_after: float | None
    example: int


class Cluster(BaseModel):
    """Submissions that count and give the same wrong numbers for the same inputs."""

    function: str
    fingerprint: str
    diagnosis: str | None
    submissions: list[int]


class Figures(Statistics):
    """All there is to say of an assignment."""

    last_hour: int
    uploads: Uploads | None
    sanity: list[Sanity]
    mistakes: list[Mistake]
    clusters: list[Cluster]
    not_started: list[Waiting]
    stuck: list[Waiting]


class Behind(BaseModel):
    """A student with a mistake: `now` tells that the latest graded attempt still has it."""

    user: int
    name: str
    email: str
    submission: int
    now: bool


class Attempt(BaseModel):
    id: int
    number: int
    received_at: Time
    status: str
    score: Points | None
    late: int
    counts: bool


class Work(BaseModel):
    """What a student handed in for an assignment, the oldest first. `score` is what counts."""

    assignment: str
    max_score: Points
    score: Points | None
    attempts: list[Attempt]


class Student(BaseModel):
    user: int
    name: str
    email: str
    section: str
    group: str
    assignments: list[Work]
