"""What all tables share: types of columns, keys, roles and states."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, mapped_column

from grader.course.columns import Points, Utc


class Role(StrEnum):
    STUDENT = "student"
    ASSISTANT = "assistant"
    INSTRUCTOR = "instructor"


class Status(StrEnum):
    """Where a submission is. Only `queued` and `running` ones still change by themselves."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    REJECTED = "rejected"
    BROKEN = "broken"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        return self not in (Status.QUEUED, Status.RUNNING)


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: Utc,
        Fraction: Points,
        Role: sa.Enum(Role, native_enum=False, length=16, values_callable=lambda roles: [role.value for role in roles]),
        Status: sa.Enum(Status, native_enum=False, length=16, values_callable=lambda all: [one.value for one in all]),
        dict[str, Any]: sa.JSON,
        Mapping[str, Any]: sa.JSON,
        list[str]: sa.JSON,
        list[int]: sa.JSON,
        list[dict[str, Any]]: sa.JSON,
    }


def now() -> datetime:
    return datetime.now(UTC)


Sha256 = Annotated[str, mapped_column(sa.String(64))]
"""Lower-case hex."""
Id = Annotated[int, mapped_column(primary_key=True)]
UserKey = Annotated[int, mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))]
CourseKey = Annotated[int, mapped_column(sa.ForeignKey("courses.id", ondelete="CASCADE"))]
AssignmentKey = Annotated[int, mapped_column(sa.ForeignKey("assignments.id", ondelete="CASCADE"))]
SubmissionKey = Annotated[int, mapped_column(sa.ForeignKey("submissions.id", ondelete="CASCADE"))]
Made = Annotated[datetime, mapped_column(default=now)]
