"""What the JSON routes say, field by field. Points are numbers, times RFC 3339 in UTC."""

from __future__ import annotations

import math
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
)
from pydantic_core import PydanticCustomError

from grader.course.schedule import YEARS, stamp

T = TypeVar("T")


def two_decimals(number: Fraction) -> Fraction:
    """Raises PydanticCustomError for more decimals than the database keeps."""
    if (number * 100).denominator != 1:
        raise PydanticCustomError("decimals", "at most two decimals")
    return number


def exact(number: object) -> Fraction:
    """What JSON or the database holds, as it is written. Raises PydanticCustomError for what is no finite number.

    A text is none: as a fraction, the few characters "1e999999999" fill the memory.
    """
    if isinstance(number, Fraction):
        return number
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        raise PydanticCustomError("finite_number", "a finite number")
    return Fraction(str(number))


def within_years(moment: datetime) -> datetime:
    """Raises PydanticCustomError for a moment that no clock of a course will show."""
    if moment.year not in YEARS:
        raise PydanticCustomError("datetime_range", "a year that a course can have")
    return moment


def one_line(text: str) -> str:
    """Raises PydanticCustomError for control characters: PostgreSQL takes no NUL, a heading no line breaks."""
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise PydanticCustomError("control_character", "no control characters")
    return text


def several_lines(text: str) -> str:
    """Raises PydanticCustomError for control characters other than line breaks and tabs, of which forms send some."""
    plain = text.replace("\r\n", "\n")
    one_line(plain.replace("\n", "").replace("\t", ""))
    return plain


Points = Annotated[Fraction, PlainValidator(exact), PlainSerializer(float, return_type=float)]
Moment = Annotated[AwareDatetime, AfterValidator(within_years)]
Time = Annotated[datetime, PlainSerializer(stamp, return_type=str)]


class Receipt(BaseModel):
    """An upload was stored. `attempts_left` null: unlimited; `duplicate`: these files were here before."""

    id: int
    status: str
    url: str
    sha256: str
    received_at: Time
    attempts_left: int | None
    duplicate: bool


class Progress(BaseModel):
    function: str
    done: int
    total: int


class SubmissionState(BaseModel):
    """Where a submission stands. `position` 1 is next in line; `late` counts seconds, 0 is in time. `shown` says how
    much of the score is: `part`, of the checks that are shown so far; `none`, where all waits or staff withhold it."""

    id: int
    course: str
    assignment: str
    user: int
    number: int
    status: str
    position: int | None
    eta_seconds: int | None
    progress: Progress | None
    score: Points | None
    max_score: Points | None
    shown: Literal["whole", "part", "none"]
    late: int
    received_at: Time
    sha256: str
    source: str
    commit: str | None
    reason: str | None
    url: str


class SubmissionDetail(SubmissionState):
    report: dict[str, Any] | None


class SinceFunction(BaseModel):
    """A function then and now: points, ids of checks, ids of mistakes that are no longer, and newly, named."""

    name: str
    before: Points
    now: Points
    now_right: list[str]
    now_wrong: list[str]
    still_wrong: list[str]
    gone: list[str]
    new: list[str]


class Since(BaseModel):
    """What has changed since the graded attempt before: `attempt` is its number, `submission` its id (null where there
    was none), `text` has at most three sentences."""

    attempt: int | None = None
    submission: int | None = None
    text: list[str] = []
    functions: list[SinceFunction] = []


class HintNext(BaseModel):
    """The hint that comes next: `opens` or `attempts` (how many more) where it cannot be opened yet."""

    level: int
    ready: bool
    opens: Time | None
    attempts: int | None
    text: str


class UnlockedHint(BaseModel):
    level: int
    at: Time
    submission: int


class HintLadder(BaseModel):
    """The hints of one mistake, as far as the student has them: `hints` are the texts of the levels that are open."""

    function: str
    diagnosis: str
    levels: int
    open: int
    hints: list[str]
    unlocked: list[UnlockedHint]
    next: HintNext | None


class HintRequest(BaseModel):
    """Which hint to open."""

    model_config = ConfigDict(extra="forbid")
    function: str
    diagnosis: str
    level: int


class HintUse(BaseModel):
    """A hint that someone has opened, and in which attempt (`number`)."""

    user: int
    name: str
    email: str
    submission: int
    number: int
    function: str
    diagnosis: str
    level: int
    at: Time


class Page(BaseModel, Generic[T]):
    """One page of a list; `next_cursor` null: the last."""

    items: list[T]
    next_cursor: str | None


class Score(BaseModel):
    """What counts for a student in an assignment, after the late policy, as far as it is `shown` (as for a submission);
    `submission` is its id, null where the score was given by hand alone, or to name it would tell what is not shown."""

    score: Points | None
    max_score: Points
    late: int
    submission: int | None
    shown: Literal["whole", "part", "none"]


class Bar(BaseModel):
    """How many best scores are at least `low` and less than `high` (the last bar: at most)."""

    low: Points
    high: Points
    count: int


class CheckRate(BaseModel):
    """How the submissions that count fared in one check; `pass_rate` leaves the skipped ones out;
    `discrimination` is the correlation of passing it with the number of the other checks passed."""

    function: str
    check: str
    passed: int
    failed: int
    skipped: int
    pass_rate: float | None
    discrimination: float | None


class Statistics(BaseModel):
    assignment: str
    students: int
    submitted: int
    median: Points | None
    max_score: Points
    histogram: list[Bar]
    checks: list[CheckRate]


class CourseSettings(BaseModel):
    """What holds for every assignment. PATCH sets what is given: `profile` for those that choose none, `timezone` (an
    IANA name) in which days begin, `late_days` the budget of each student for the whole term. `retention_days` after
    `ends` files and reports are deleted, and scores stay; null: never. `version` is the one that the change began from:
    409 where it is not the current one any more."""

    model_config = ConfigDict(extra="forbid")
    profile: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    timezone: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    late_days: Annotated[int, Field(ge=0, le=1000)] | None = None
    ends: Moment | None = None
    retention_days: Annotated[int, Field(ge=0, le=36_525)] | None = None
    version: int | None = None


class CourseDetail(BaseModel):
    """A course; `profiles` are those it can choose from, with what each accepts."""

    slug: str
    title: str
    timezone: str
    late_days: int
    ends: Time | None
    retention_days: int | None
    version: int
    profile: str
    profiles: dict[str, dict[str, list[str]]]
