"""What people typed into a form -> what the API's own models take, and what is wrong with it, by field."""

from __future__ import annotations

import re
from datetime import datetime
from fractions import Fraction
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from grader.api.problems import of_field
from grader.course.schedule import local_time
from grader.errors import BadRequest, GraderError
from grader.report import text
from grader.report.scores import decimals

M = TypeVar("M", bound=BaseModel)
NUMBER = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,6})?")
Errors = dict[str, str]
"""What is wrong, in the reader's language, by the name of the field; "" for what concerns no single one."""


class FormFault(Exception):
    """What was typed cannot be taken; `errors` says what is wrong with which field."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(str(errors))
        self.errors = errors


def read(model: type[M], typed: dict[str, object], lang: str) -> M:
    """Raises FormFault with everything that is wrong."""
    try:
        return model.model_validate(typed)
    except ValidationError as error:
        found = {".".join(str(part) for part in one["loc"]): of_field(one, lang) for one in error.errors()}
        raise FormFault(found) from None


def of_error(error: GraderError, lang: str) -> Errors:
    """What the domain refuses, beside its field."""
    return {str(error.extra.get("field", "")): text(error.message, lang)}


def moment(typed: str, zone: ZoneInfo, lang: str, field: str) -> datetime | None:
    """A time as `datetime-local` sends it, meant in the course's zone; None for none. Raises FormFault."""
    try:
        return local_time(typed, zone.key) if typed.strip() else None
    except BadRequest as error:
        raise FormFault({field: text(error.message, lang)}) from None


def number(typed: str) -> object:
    """An exact number; None for nothing typed, and the text itself where it is none, so that its model refuses it."""
    plain = typed.strip()
    if not plain:
        return None
    return Fraction(plain) if NUMBER.fullmatch(plain) else plain


def local(at: datetime | None, zone: ZoneInfo) -> str:
    """A moment as `datetime-local` shows it; seconds only where there are any."""
    if at is None:
        return ""
    there = at.astimezone(zone).replace(tzinfo=None)
    return there.isoformat(timespec="minutes" if there.second == there.microsecond == 0 else "seconds")


def shown(number: float | Fraction | None) -> str:
    """A number as an input holds it."""
    return "" if number is None else decimals(Fraction(str(number)), least=0)
