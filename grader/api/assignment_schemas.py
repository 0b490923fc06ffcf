"""What the JSON routes say of an assignment, and of what holds in it for one student."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from grader.api.schemas import Moment, Points, Score, Time, one_line, two_decimals
from grader.course.terms import MOST_LEARNING

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=64)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), AfterValidator(one_line)]
Given = Annotated[Points, AfterValidator(two_decimals)]


def all_of_it(shares: dict[str, float]) -> dict[str, float]:
    """Raises PydanticCustomError for more than all there is."""
    if sum(shares.values()) > 100:
        raise PydanticCustomError("less_than_equal", "at most 100 % in all", {"le": 100})
    return shares


Version = Annotated[int, Field(ge=0)] | None
"""The version that a change began from: 409 where it is not the current one any more; null: whatever it is."""


class LatePolicy(BaseModel):
    """`percent` takes `percent_per_day` of the score off for every day begun. `late-days` takes days of the student's
    budget first, at most `days` of them for this assignment (null: as many as there are); each day that is left costs
    `percent_per_day` (null: 100)."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["none", "percent", "late-days"] = "none"
    percent_per_day: Annotated[float, Field(ge=0, le=100)] | None = None
    days: Annotated[int, Field(ge=0, le=1000)] | None = None


CheckName = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(one_line)]
Visibility = Literal["always", "after-due", "after-release", "never"]


class HintRule(BaseModel):
    """By which rule hints open: `attempts` and `time` count from the hint before, the first of which stands with the
    diagnosis. `all_after_due`: all are shown once nobody is in time any more."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["none", "all", "attempts", "time"] = "attempts"
    attempts: Annotated[int, Field(ge=0, le=100)] = 1
    minutes: Annotated[int, Field(ge=0, le=100_000)] = 30
    all_after_due: bool = True


class Question(BaseModel):
    """A question that is answered in words, and marked by hand with at most `points`."""

    model_config = ConfigDict(extra="forbid")
    id: Name
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    points: Annotated[Given, Field(ge=0, le=1000)]


class AssignmentSettings(BaseModel):
    """What an instructor sets. PUT replaces all of it, PATCH what is given. `visibility` says when students see a check
    (by its id); one that is not named: always. `released` shows what waits for that. `points` are percentages of a
    function's points by check, the others share the rest; `tolerance` is that of results in double precision. What was
    graded by other points or another tolerance stays as it is until it is graded again."""

    model_config = ConfigDict(extra="forbid")
    opens: Moment | None = None
    due: Moment | None = None
    closes: Moment | None = None
    grace_minutes: Annotated[int, Field(ge=0, le=100_000)] = 0
    late_policy: LatePolicy = LatePolicy()
    attempts_per_day: Annotated[int, Field(ge=1, le=100_000)] | None = None
    attempts_total: Annotated[int, Field(ge=1, le=100_000)] | None = None
    counts: Literal["best", "last", "chosen"] = "best"
    title: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(one_line)]
        | None
    ) = None
    weight: Annotated[Points, AfterValidator(two_decimals), Field(ge=0, le=1000)] = Fraction(1)
    profile: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    learning: Annotated[int, Field(ge=0, le=MOST_LEARNING)] = 0
    supply: bool = True
    points: Annotated[
        dict[CheckName, Annotated[float, Field(ge=0, le=100)]], Field(max_length=100), AfterValidator(all_of_it)
    ] = {}
    tolerance: Annotated[float, Field(ge=1e-12, le=0.1)] | None = None
    hints: HintRule = HintRule()
    teams: bool = False
    visibility: Annotated[dict[CheckName, Visibility], Field(max_length=500)] = {}
    questions: Annotated[list[Question], Field(max_length=50)] = []
    released: bool = False


class AssignmentChange(AssignmentSettings):
    """Some of the settings, and the `version` that the change began from."""

    version: Version = None


class NewAssignment(AssignmentChange):
    """The settings, and for an address that is new what is handed out there: a slug, or a bundle as svm:2+softmax."""

    unit: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class AssignmentDetail(BaseModel):
    """An assignment as its course hands it out; `units` are what a bundle joins; `graded_by` is the profile that holds,
    its own or its course's; `visibility` and `points` are told to staff. The fields from `best` on are the asking
    person's own: with an extension `own_due` and `own_closes` differ from what everyone has; `if_now` says what being
    late would cost."""

    slug: str
    unit: str
    units: list[str]
    title: str
    files: list[str]
    functions: list[dict[str, Any]]
    max_score: Points
    revision: str
    opens: Time | None
    due: Time | None
    closes: Time | None
    grace_minutes: int
    late_policy: LatePolicy
    attempts_per_day: int | None
    attempts_total: int | None
    counts: str
    weight: Points
    profile: str | None
    graded_by: str
    learning: int
    supply: bool
    points: dict[str, float]
    tolerance: float | None
    hints: HintRule
    teams: bool
    visibility: dict[str, Visibility]
    questions: list[Question]
    released: bool
    version: int
    best: Score | None
    latest: int | None
    latest_status: str | None
    attempts_left: int | None
    own_due: Time | None
    own_closes: Time | None
    late_days_left: int
    if_now: str | None


class NewExtension(BaseModel):
    """Another due time for one student; without `closes`, the closing moves with it."""

    model_config = ConfigDict(extra="forbid")
    due: Moment
    closes: Moment | None = None
    reason: Reason = ""
    version: Version = None


class ExtensionChange(BaseModel):
    """What is to be different."""

    model_config = ConfigDict(extra="forbid")
    due: Moment | None = None
    closes: Moment | None = None
    reason: Reason = ""
    version: Version = None


class Allowance(BaseModel):
    """What holds for one student alone; `by` is who said so, null for the shell."""

    user: int
    name: str
    email: str
    reason: str
    by: str | None
    at: Time
    version: int


class ExtensionDetail(Allowance):
    due: Time
    closes: Time | None


class NewOverride(BaseModel):
    """`score` stands in place of the counted one (null: that counts), `excused` takes the assignment out of the total,
    `withheld` does not show the student the score."""

    model_config = ConfigDict(extra="forbid")
    score: Given | None = None
    excused: bool = False
    withheld: bool = False
    reason: Reason = ""
    version: Version = None


class OverrideDetail(Allowance):
    score: Points | None
    excused: bool
    withheld: bool
