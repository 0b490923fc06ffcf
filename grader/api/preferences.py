"""Who asks, and what they have chosen for themselves."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field

from grader.api.dependencies import Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.course import preferences
from grader.course.permissions import Grant
from grader.course.tables import User

router = guarded_router(tags=["account"])


class Preferences(BaseModel):
    """PATCH sets what is given. `language` null: as the browser asks; `timezone` (an IANA name) null: that of each
    course; `mail`: whether you get e-mail about what you hand in and what becomes of it."""

    model_config = ConfigDict(extra="forbid")
    language: Annotated[str, Field(max_length=8)] | None = None
    timezone: Annotated[str, Field(max_length=64)] | None = None
    mail: bool = True


class Me(Preferences):
    """You, as this service knows you."""

    id: int
    email: str
    name: str


@router.get("/me")
def show(grant: Annotated[Grant, Depends(permission("account.read"))], session: Reader) -> Me:
    """Who you are, and what you have chosen."""
    return _me(session.get_one(User, grant.person.id))


@router.patch("/me")
def amend(grant: Annotated[Grant, Depends(permission("account.edit"))], session: Writer, body: Preferences) -> Me:
    """Choose: what is given is set."""
    return _me(preferences.change(session, grant.person.id, body.model_dump(exclude_unset=True)))


def _me(user: User) -> Me:
    return Me(
        id=user.id,
        email=user.email,
        name=user.name,
        language=user.language,
        timezone=user.timezone,
        mail=user.mail,
    )
