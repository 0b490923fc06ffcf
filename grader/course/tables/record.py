"""Forges, workers, messages that go out, and the record of who did what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from grader.course.tables.base import Base, CourseKey, Id, Made, now


class Hook(Base):
    """A forge's way into a course. `pattern` holds `{user}`, the part of an e-mail before the @."""

    __tablename__ = "hooks"
    id: Mapped[Id]
    course_id: Mapped[CourseKey]
    forge: Mapped[str] = mapped_column(sa.String(16))
    secret: Mapped[str] = mapped_column(sa.String(128))
    """In the clear: the forge's signature is checked with it."""
    pattern: Mapped[str | None]
    made_at: Mapped[Made]
    __table_args__ = (sa.UniqueConstraint("course_id", "forge"),)


class PathMap(Base):
    """Which assignment the files under a folder of a repository are for."""

    __tablename__ = "path_maps"
    course_id: Mapped[CourseKey] = mapped_column(primary_key=True)
    prefix: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str]


class Delivery(Base):
    """What a forge sent, once each: the forge's delivery id is the key."""

    __tablename__ = "deliveries"
    id: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    forge: Mapped[str] = mapped_column(sa.String(16))
    received_at: Mapped[datetime] = mapped_column(default=now, index=True)
    state: Mapped[str] = mapped_column(sa.String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Pause(Base):
    """Grading stands still for a course, or with `course_id` None for the whole site: see `grader.course.pauses`."""

    __tablename__ = "pauses"
    id: Mapped[Id]
    course_id: Mapped[int | None] = mapped_column(sa.ForeignKey("courses.id", ondelete="CASCADE"), unique=True)
    reason: Mapped[str]
    at: Mapped[Made]


class Worker(Base):
    """A worker process that is, or was, alive: see `grader.course.workers`. `isolation` is None where it runs no
    submissions; `refusal` is the message that says why, where it should."""

    __tablename__ = "workers"
    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    host: Mapped[str] = mapped_column(sa.String(255))
    isolation: Mapped[str | None] = mapped_column(sa.String(16))
    slots: Mapped[int]
    refusal: Mapped[dict[str, Any] | None]
    started_at: Mapped[datetime] = mapped_column(default=now)
    beat_at: Mapped[datetime] = mapped_column(default=now, index=True)


class AuditEntry(Base):
    """Who did what, when. `user_id` is None for the shell."""

    __tablename__ = "audit"
    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"))
    course_id: Mapped[int | None] = mapped_column(sa.ForeignKey("courses.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(sa.String(64))
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Mail(Base):
    """A message that goes out by e-mail: `kind` and `params` are those of a text of the catalogues, put into words when
    it is sent. `state` is `waiting`, `sent` or `failed`."""

    __tablename__ = "mails"
    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(64))
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(sa.String(16), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[Made]
    next_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    __table_args__ = (sa.Index(None, "state", "next_at"),)
