"""The settings, with what is wrong in them told as wrong use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.core import Message
from grader.errors import BadRequest

if TYPE_CHECKING:
    from grader.settings import Settings


def settings() -> Settings:
    """Raises BadRequest where a setting has a value that it cannot have."""
    from pydantic import ValidationError

    from grader.settings import load

    try:
        return load()
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise BadRequest(Message("cli.settings-wrong", {"text": wrong})) from None
