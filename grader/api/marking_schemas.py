"""What the JSON routes say of what people write about a submission: comments, answers in words, requests."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from grader.api.assignment_schemas import Given, Version
from grader.api.schemas import Points, Time, one_line, several_lines
from grader.course.answers import MOST_CHARACTERS

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(one_line)]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(several_lines)
]
Answered = Annotated[str, StringConstraints(max_length=MOST_CHARACTERS), AfterValidator(several_lines)]


class NewComment(BaseModel):
    """What is said of a submission: of a function, of a line of a file, or of the whole. `points` are given, or taken
    where they are below 0, beside those of the checks."""

    model_config = ConfigDict(extra="forbid")
    text: Words
    function: Line | None = None
    path: Line | None = None
    line: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    points: Annotated[Given, Field(ge=-1000, le=1000)] | None = None


class CommentDetail(BaseModel):
    """A comment; `author` is who wrote it, by name."""

    id: int
    author: str
    text: str
    function: str | None
    path: str | None
    line: int | None
    points: Points | None
    at: Time


class NewAnswer(BaseModel):
    """A student's answer to a question, and the version that it began from."""

    model_config = ConfigDict(extra="forbid")
    text: Answered
    version: Version = None


class NewMark(BaseModel):
    """The points that staff give for an answer (null: none yet), and what they say of it."""

    model_config = ConfigDict(extra="forbid")
    points: Annotated[Given, Field(ge=0, le=1000)] | None
    remark: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), AfterValidator(several_lines)] = (
        ""
    )
    version: Version = None


class AnswerDetail(BaseModel):
    """A question and a student's answer to it. `points` null: not marked, or not shown yet; `version` 0: there is no
    answer."""

    question: str
    title: str
    max_points: Points
    user: int
    name: str
    email: str
    text: str
    at: Time | None
    points: Points | None
    remark: str
    version: int


class NewRequest(BaseModel):
    """A student asks that a check be looked at again, and says why."""

    model_config = ConfigDict(extra="forbid")
    function: Line
    check: Line
    text: Words


class RequestAnswer(BaseModel):
    """What staff answer."""

    model_config = ConfigDict(extra="forbid")
    text: Words


class ReplayDetail(BaseModel):
    """How grading the submission again came out: `same` tells whether every verdict and the score are (null: not known
    yet). The scores stand in what staff read."""

    regrade: int
    state: str
    same: bool | None
    old: Points | None
    new: Points | None


class RequestDetail(BaseModel):
    """What a student asked about a check, and what was answered."""

    id: int
    submission: int
    number: int
    assignment: str
    user: int
    name: str
    email: str
    function: str
    check: str
    text: str
    at: Time
    state: Literal["open", "answered", "withdrawn"]
    answer: str
    answered_by: str
    answered_at: Time | None
    replay: ReplayDetail | None
